"""From an uploaded file to the register and back."""

import io
import json
import os
from pathlib import Path

import openpyxl
import pytest

from bot.messages import FileIn
from examples.roster import write_roster
from tests.houses import Voice, deliver, found, furnish

SHARED = Path(os.environ.get("GUILDHALL_SHARED_DATA", Path(__file__).parents[2] / "../shared/data")).resolve()


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "名册.xlsx"
    write_roster(path, 60)
    return FileIn(path.name, path.read_bytes())


def test_dry_run_confirm_again_undo(house, sample):
    found(house)
    secretary = Voice(house, "秦书")
    dry = secretary.do("member import --dry-run", files=(sample,))
    assert dry.data["import"] is None
    assert secretary.do("member list").data["count"] == 0
    judged = secretary.do("member import", files=(sample,))
    good = judged.data["counts"]["insert"]
    assert judged.data["counts"] == {"insert": good, "error": 60 - good, "footer": 2}
    assert secretary.do("import confirm I-1").data == {"inserted": good, "updated": 0}
    assert secretary.do("member list").data["count"] == good
    assert secretary.do("import confirm I-1").error == "import_decided"
    assert deliver(house) == []
    again = secretary.do("member import", files=(sample,))
    assert again.data["counts"]["unchanged"] == good
    assert secretary.do("import undo I-1", fields={"_confirm": "yes"}).data == {"removed": good, "restored": 0}
    assert secretary.do("member list").data["count"] == 0


def test_an_update_keeps_and_restores_the_former_facts(house):
    office = furnish(house)
    head = "单位名称,统一社会信用代码,单位类别,会籍,入会日期,联系人,手机,所属地区,注安师人数,资质有效期至\n"
    row = (
        "青禾检测（集团）有限公司,91330100MB2X4K7Q1H,检测检验机构,理事,2020-03-01,新联系人,13900000000,,22人,2027.5.1\n"
    )
    office.clerk.do("member import", files=(FileIn("a.csv", (head + row).encode("gb18030")),))
    assert office.clerk.do("import confirm I-1").data == {"inserted": 0, "updated": 1}
    shown = office.clerk.do("member show M-1").data
    assert (shown["name"], shown["class"], shown["engineers"], shown["region"]) == (
        "青禾检测（集团）有限公司",
        "council",
        22,
        "杭州市",
    )
    assert "新联系人" in [c["name"] for c in shown["contacts"]]
    office.clerk.do("import undo I-1", fields={"_confirm": "yes"})
    shown = office.clerk.do("member show M-1").data
    assert (shown["name"], shown["class"], shown["engineers"]) == ("青禾检测有限公司", "member", None)


def test_an_import_that_was_built_on_is_not_undone(sqlite_house, sample):
    found(sqlite_house)
    secretary = Voice(sqlite_house, "秦书")
    secretary.do("member import", files=(sample,))
    secretary.do("import confirm I-1")
    secretary.do("member edit M-2 remark=来访")
    refused = secretary.do("import undo I-1", fields={"_confirm": "yes"})
    assert refused.error == "import_in_use"
    assert secretary.do("member show M-1").error is None


def test_a_register_that_moved_on_refuses_the_old_judgement(sqlite_house, sample):
    found(sqlite_house)
    secretary = Voice(sqlite_house, "秦书")
    for _i in range(2):
        secretary.do("member import", files=(sample,))
    secretary.do("import confirm I-1")
    assert secretary.do("import confirm I-2").error == "register_changed"


def test_the_recap_carries_the_original_row_and_the_reason(sqlite_house, sample):
    found(sqlite_house)
    reply = Voice(sqlite_house, "秦书").do("member import --dry-run", files=(sample,))
    page = openpyxl.load_workbook(io.BytesIO(reply.files[0].content)).active
    lines = {row[0]: row for row in page.iter_rows(min_row=3, values_only=True)}
    assert lines[8][1] == "有误"
    assert "负数" in lines[8][2]
    assert lines[8][3] == "engineers_negative"
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


@pytest.mark.skipif(not (SHARED / "roster_2026.xlsx").exists(), reason="the shared sample data is not here")
def test_the_shared_roster_is_judged_row_by_row(sqlite_house):
    found(sqlite_house)
    file = FileIn("roster_2026.xlsx", (SHARED / "roster_2026.xlsx").read_bytes())
    rows = Voice(sqlite_house, "秦书").do("member import --dry-run", files=(file,)).data["rows"]
    expected = json.loads((SHARED / "roster_2026.expected.json").read_text())
    assert [r["row"] for r in rows] == [e["row"] for e in expected]
    damaged = {
        "date": "joined",
        "code": "code",
        "phone": "phone",
        "engineers": "engineers",
        "kind": "kind",
        "duplicate": "row",
    }
    for row, wanted in zip(rows, expected, strict=True):
        assert {"insert": "ok"}.get(row["outcome"], row["outcome"]) == wanted["outcome"], row
        assert sorted(row.get("problems", [])) == sorted(wanted.get("problems", [])), row
        assert row.get("hidden", False) == wanted.get("hidden", False)
        spoilt = {damaged[problem.split("_")[0]] for problem in row.get("problems", [])}
        for field, value in wanted.items():
            if field not in {"row", "outcome", "problems", "hidden", *spoilt}:
                assert row[field] == value, (row["row"], field)
