"""The register that the guide declares as its example gets everything, without a line of code."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from bot import app
from bot.messages import FileIn
from core.access import Permission
from core.db import open_session
from core.errors import BadInput
from core.i18n import speaking
from exports import professional
from membership import register_reminding
from membership.models import RegisterEntry, RegisterVersion
from membership.rules.registers import catalogue, figures
from people import audiences
from people.models import Person
from reminders import dues
from reminders.kinds import KINDS
from reminders.rules.schedule import Schedule
from reminders.rules.shipped import Rule
from tests.houses import furnish, system, tx_for
from tests.reminders.offices import at, queued, run, switch_on

DOCS = Path(__file__).resolve().parents[3] / "docs"
LIFT = "register add lift M-1 L-1 客梯 2026-11-20 安全管理员=季工 维保费=1200.50"


def example(page):
    return re.search(r"```toml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)[1]


@pytest.fixture
def declared():
    """The example, declared as an installation does it, and gone afterwards."""
    app.register()
    catalogue.declare(example("registers.md"))
    register_reminding.register()
    yield catalogue.registers()["lift"]
    del catalogue.DECLARED["lift"]
    del KINDS["lift-next"]


def strip_comments(text):
    return re.sub(r"\s*#.*", "", text)


def test_both_guides_show_the_same_example():
    assert strip_comments(example("registers.md")) == strip_comments(example("registers.zh-CN.md"))


def test_commands_form_list_show_change_and_report_follow(sqlite_house, declared):
    office = furnish(sqlite_house)
    clerk = office.clerk
    assert "电梯" in [b.label for row in clerk.say("登记 添加").buttons for b in row]
    clerk.press("电梯")
    for answer in ("M-1", "L-1", "客梯"):
        clerk.say(answer)
    done = clerk.say("2026-11-20")
    assert "请填写安全管理员或维保费" in done.text, "the check that only warns has warned"
    assert clerk.do("登记 修改 E-1 维保费=1.2万").data["values"]["price"] == 1_200_000
    assert clerk.do("登记 列表 电梯 类型=乘客电梯 到期=60").data["count"] == 1
    assert "维保费：12,000.00 元" in clerk.do("登记 查看 E-1").text
    assert [field["name"] for field in clerk.do("登记 字段 lift").data["fields"]] == [
        "number",
        "kind",
        "price",
        "next_on",
        "keeper",
    ]
    rows = clerk.do("登记 报表 电梯").data["rows"]
    assert ["类型", "乘客电梯", 1] in rows
    assert ["维保费", "12,000.00 元", None] in rows


def test_self_service_import_template_and_export_follow(sqlite_house, declared):
    office = furnish(sqlite_house)
    clerk, member = office.clerk, office.contacts[0]
    assert member.do("我的登记 添加 电梯 L-1 客梯 2026-11-20").data == {"proposal": 1}
    assert clerk.do("登记 确认 1").data == {"entry": "E-0001"}
    page = load_workbook(BytesIO(clerk.do("登记 模板 电梯").files[0].content))["电梯"]
    assert [cell.value for cell in page[2]] == ["member", "member_name", "member_code", *declared.by_name]
    sent = FileIn(
        "a.csv", "会员编号,登记编号,类型,下次检验日期\nM-2,L-2,载货电梯,2027-01-01\nM-2,L-3,扶梯,2027-01-01\n".encode()
    )
    reply = clerk.do("登记 导入 电梯", files=(sent,))
    assert (reply.data["counts"]["insert"], reply.data["counts"]["error"]) == (1, 1)
    clerk.do("登记 导入 确认 1")
    assert clerk.do("登记 导出 电梯").data == {"count": 2}


def test_the_month_the_reminder_and_the_audience_follow(house, declared):
    office = furnish(house)
    office.clerk.do(LIFT)
    with tx_for(house, "秦书") as tx, speaking("zh_CN"):
        overview, sheet = professional.month_sheets(tx, date(2026, 10, 1), date(2026, 10, 31))
        words = audiences.parse("登记=电梯/类型/客梯")
        found = tx.session.scalars(select(Person.name).where(audiences.members_of(words, tx.today)))
        assert list(found) == ["联络1"]
        assert audiences.describe(words) == "登记册=电梯/类型/乘客电梯"
    assert sheet.zh == "电梯"
    assert "keeper" not in [column.name for column in sheet.columns]
    assert ("电梯", "lift", 1, 0, 1, 1, 0, 1) in overview.rows
    rule = Rule(900, "lift-next", {}, Schedule((0,)), {})
    with system(house, 1, Permission.DELIVER) as tx:
        [row] = tx.session.execute(dues.people(tx, rule)).all()
    kind = KINDS["lift-next"]
    assert (kind.reference(row.owner), str(row.due_on), row.name) == ("E-0001", "2026-11-20", "联络1")
    assert row.title == "青禾检测有限公司 · 乘客电梯 · L-1"
    office.clerk.do("register end E-1 拆除")
    with system(house, 1, Permission.DELIVER) as tx:
        assert tx.session.execute(dues.people(tx, rule)).all() == []


def test_a_rule_for_its_date_is_written_switched_on_and_sent(sqlite_house, declared):
    office = furnish(sqlite_house)
    office.clerk.do(LIFT)
    made = office.clerk.do("提醒 新建 电梯检验到期 到期提醒 前30 {title} 于 {due} 到期")
    assert made.error is None, made.text
    switch_on(office, "R101")
    at(sqlite_house, "2026-10-21")
    run(sqlite_house)
    [(_due, words, buttons)] = queued(sqlite_house, 101)
    assert words == "青禾检测有限公司 · 乘客电梯 · L-1 于 2026-11-20 到期"
    assert "my register show E-0001" in [button["command"] for row in buttons for button in row]
    why = office.clerk.do("提醒 原因 E-1").text
    assert "R101 到期提醒" in why
    assert "R26" not in why, "rules about other registers have nothing to say"


def test_what_it_keeps_about_a_person_is_shown_and_erased(house, declared):
    office = furnish(house)
    clerk = office.clerk
    clerk.do("person add 季工")
    clerk.do(LIFT)
    clerk.do("register edit E-1 keeper=钱工")
    clerk.do("register edit E-1 keeper=季工")
    clerk.do("register add expert M-2 季工 化工 是 person=季工")
    clerk.do(
        "register import lift",
        files=(
            FileIn("a.csv", "会员编号,登记编号,类型,下次检验日期,安全管理员\nM-2,L-2,客梯,2027-01-01,季工\n".encode()),
        ),
    )
    office.contacts[0].do("我的登记 添加 电梯 L-9 客梯 2026-11-20 安全管理员=季工")
    shown = office.secretary.do("person disclose 季工").data
    assert [fact["entry"] for fact in shown["registers"]] == ["E-0001", "E-0002"]
    office.clerk.do("person remove 季工 离任", fields={"_confirm": "yes"})
    asked = office.secretary.do("人员 抹除 季工", fields={"_confirm": "yes"})
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    with open_session(house.engine, 1) as session:
        for entry in session.scalars(select(RegisterEntry)):
            assert "季工" not in f"{entry.data}{entry.key}{entry.sought}{entry.title}"
        for name in ("register_version", "register_proposal", "register_import_row", "register_facet"):
            kept = str(session.execute(text(f"SELECT * FROM {name}")).all())
            assert "季工" not in kept, name
            assert r"\u5b63" not in kept, name
    assert clerk.do("register show E-1").data["values"]["keeper"] == "—"
    with open_session(house.engine, 1) as session:
        versions = session.scalars(select(RegisterVersion)).all()
        assert "钱工" in [version.data.get("keeper") for version in versions], "others stay"


def test_a_folder_of_declarations_and_figures_is_read_at_the_start(tmp_path):
    (tmp_path / "registers" / "figures").mkdir(parents=True)
    (tmp_path / "registers" / "lift.toml").write_text(example("registers.md"), encoding="utf-8")
    rate = '[[rate]]\nregion = "宁波市"\nrate = 1500\neffective_from = 2026-01-01\nbasis = "某文"\nverified = true\n'
    (tmp_path / "registers" / "figures" / "prevention.toml").write_text(rate, encoding="utf-8")
    try:
        app.declare_registers(tmp_path / "registers")
        app.declare_registers(tmp_path / "registers")
        assert catalogue.register_named("电梯").name == "lift"
        assert set(figures.rates(date(2026, 10, 8))) == {"宁波市"}
        assert figures.staffing(date(2026, 10, 8)), "what has no file of its own is the shipped one"
    finally:
        del catalogue.DECLARED["lift"]
        figures.FOLDERS.remove(tmp_path / "registers" / "figures")


def test_a_broken_declaration_stops_the_start_and_is_named(tmp_path):
    (tmp_path / "lift.toml").write_text(
        example("registers.md").replace('type = "money"', 'type = "gold"'), encoding="utf-8"
    )
    with pytest.raises(BadInput, match=r"lift\.toml: register lift, field price: 'gold' is no type"):
        app.declare_registers(tmp_path)
    assert "lift" not in catalogue.registers()


def test_entries_of_a_register_that_is_gone_stay_and_say_so(sqlite_house, declared):
    office = furnish(sqlite_house)
    office.clerk.do(LIFT)
    kept = catalogue.DECLARED.pop("lift")
    try:
        assert office.clerk.do("register show E-1").error == "register_unknown"
        assert office.clerk.do("register list").error is None
        assert office.secretary.do("export month 2026-10").error is None
    finally:
        catalogue.DECLARED["lift"] = kept
    assert office.clerk.do("register show E-1").error is None
