"""An entry that means something for grading proposes the fact; only an officer who presses it enters it, and once."""

from core.db import open_session
from membership.models import GradingFact
from tests.membership.graded import graded


def facts(house):
    with open_session(house.engine, 1) as session:
        return [(one.item, one.day.isoformat(), one.document, one.same_fact) for one in session.query(GradingFact)]


def test_a_listing_proposes_its_fact_and_counts_only_once_an_officer_enters_it(house):
    office = graded(house)
    clerk = office.clerk
    made = clerk.say("register add 失信名单记录 M-1 浙应急列入〔2026〕3号 省应急管理厅 2026-07-10")
    assert made.error is None, made.text
    assert "登记为评定事实后才影响等级" in made.text
    assert facts(house) == []
    entered = clerk.press("登记为评定事实")
    assert entered.error is None, entered.text
    assert facts(house) == [("dishonest_list", "2026-07-10", "浙应急列入〔2026〕3号", "E-0001")]
    assert "AAA" in entered.text
    again = clerk.say("登记 查看 E-1")
    assert "登记为评定事实" not in [button.label for row in again.buttons for button in row]
    assert office.contacts[0].do("register add 失信名单记录 M-1 假文书 某厅 2026-07-10").error == "not_allowed"


def test_a_fact_that_was_revoked_is_not_proposed_again(sqlite_house):
    office = graded(sqlite_house)
    office.clerk.say("register add 失信名单记录 M-1 浙应急列入〔2026〕3号 省应急管理厅 2026-07-10")
    assert "登记为评定事实" in [button.label for row in office.clerk.last.buttons for button in row]
    office.clerk.press("登记为评定事实")
    assert office.clerk.do("fact revoke Q-1 列入决定已撤销", fields={"_confirm": "yes"}).error is None
    shown = office.clerk.say("登记 查看 E-1")
    assert "评定事实" not in shown.text
