"""The month's sheets on applications and on the code of conduct say what stood at the end of that month."""

from datetime import date

from exports import admission_sheets, usecases
from tests.houses import CODES, furnish, tx_for
from tests.membership.test_admission import applied
from tests.membership.test_conduct import published

OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def sheets(house, month):
    with tx_for(house, "秦书") as tx:
        return admission_sheets.month_sheets(tx, *month)


def test_each_month_has_what_happened_in_it_and_how_things_stood_at_its_end(sqlite_house):
    office = furnish(sqlite_house)
    applied(office)
    applied(office, 2, CODES[3], "新月检测有限公司", submit=False)
    office.clerk.do("application approve J-1")
    published(office)
    office.contacts[0].do("conduct accept 1")
    sqlite_house.clock.forward(days=30)
    office.deputy.do("application return J-1 请补盖公章")
    office.contacts[1].do("conduct accept 1")
    october, november = sheets(sqlite_house, OCTOBER), sheets(sqlite_house, NOVEMBER)
    assert [row[0] for row in october[0].rows] == ["J-0001"]
    assert october[0].rows[0][6:9] == (date(2026, 10, 8), "10-08 建立申请；10-08 已提交；10-08 初审通过", "通过")
    assert november[0].rows[0][7:] == ("11-07 秘书处审核退回补正", "退回补正", "")
    assert [(row[0], row[4], row[5]) for row in october[1].rows] == [
        ("M-0001", "是", date(2026, 10, 8)),
        ("M-0002", "否", None),
    ]
    assert [row[4] for row in november[1].rows] == ["是", "是"]


def test_they_are_part_of_the_month_s_workbook(sqlite_house):
    office = furnish(sqlite_house)
    made = office.secretary.do("export month 2026-10")
    assert made.error is None, made.text
    with tx_for(sqlite_house, "秦书") as tx:
        names = [sheet.zh for sheet in usecases._month(tx, *OCTOBER).extra]
    assert {"入会申请", "行为规范"} <= set(names)
