"""From a stranger's first word to membership: documents, review, public notice, council, register, in chat alone."""

from sqlalchemy import select

from bot.messages import FileIn
from core.db import open_session
from core.outbox import OutboxContent
from membership.models import Application, ApplicationStep, Unit, UnitContact
from people.models import Person, RoleGrant
from tests.houses import CODES, Voice, furnish

LICENCE = FileIn("营业执照.pdf", b"%PDF-1.4 licence")
FORM = FileIn("入会申请书.pdf", b"%PDF-1.4 form")
CONTACT = "objection=书面署名 department=秘书处 phone=0571-87000000 address=杭州市文一路1号"


def stranger(house, account="4711"):
    """Somebody on Telegram whom the office does not know."""

    class Telegram(Voice):
        def say(self, line="", **more):
            return super().say(line, platform="telegram", account=account, **more)

    return Telegram(house, account)


def handed_in(house, office):
    """A stranger has applied and handed in J-1; returns their voice."""
    newcomer = stranger(house)
    newcomer.say("申请入会")
    newcomer.say("入会申请 王小明")
    for answer in ("晨星检测有限公司", CODES[2], "检测检验机构", "杭州市", "13900000009"):
        newcomer.say(answer)
    newcomer.press("提交材料：营业执照或登记证书")
    newcomer.say(files=(LICENCE,))
    newcomer.press("提交材料：盖章的入会申请书")
    newcomer.say(files=(FORM,))
    newcomer.press("提交申请")
    assert newcomer.last.error is None, newcomer.last.text
    return newcomer


def test_a_stranger_is_told_how_and_nothing_is_kept_of_them(sqlite_house):
    furnish(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        before = len(session.scalars(select(Person)).all())
    newcomer = stranger(sqlite_house)
    told = newcomer.say("申请入会")
    assert told.error == "stranger"
    assert "试验省安全生产协会" in told.text
    assert "您的姓名" in told.text
    with open_session(sqlite_house.engine, 1) as session:
        assert len(session.scalars(select(Person)).all()) == before


def reviewed(office):
    """J-1 has passed both reviews."""
    assert office.clerk.do("application approve J-1").error is None
    assert office.clerk.do("application approve J-1").error == "step_not_yours"
    assert office.deputy.do("application approve J-1").error is None


def noticed(house, office):
    """Its public notice has run."""
    assert office.clerk.do("application approve J-1").error == "notice_missing"
    made = office.clerk.do(f"application notice J-1 2026-10-09 {CONTACT}")
    assert made.error is None, made.text
    assert office.deputy.do(f"approval approve P-{made.data['approval']}").error is None
    assert office.clerk.do("application notice J-1 2026-10-09").error == "notice_exists"
    assert office.clerk.do("application approve J-1").error == "notice_not_over"
    house.clock.forward(days=7)
    assert office.clerk.do("application approve J-1").error is None
    assert office.clerk.do("application approve J-1").error == "vote_decides"


def before_the_council(house):
    """An office with J-1 before its council; returns the office, its applicant and the number of the motion."""
    office = furnish(house)
    newcomer = handed_in(house, office)
    reviewed(office)
    noticed(house, office)
    council(office)
    motion = office.clerk.do("application vote J-1")
    assert motion.error is None, motion.text
    return office, newcomer, motion.data["motion"]


def test_from_a_stranger_to_a_member(house):
    office, newcomer, motion = before_the_council(house)
    assert office.clerk.do("application decline J-1 不同意").error == "vote_under_way"
    vote(house, office, motion, "同意")
    with open_session(house.engine, 1) as session:
        one = session.scalars(select(Application)).one()
        assert (one.state, one.decided_on.isoformat()) == ("admitted", "2026-10-15")
        unit = session.scalars(select(Unit).where(Unit.code == CODES[2])).one()
        assert (unit.name, unit.status, unit.rank, unit.region) == ("晨星检测有限公司", "active", "member", "杭州市")
        assert one.unit_id == unit.id
        contact = session.scalars(select(UnitContact).where(UnitContact.unit_id == unit.id)).one()
        held = session.scalars(select(RoleGrant).where(RoleGrant.person_id == contact.person_id)).all()
        assert {grant.role for grant in held if grant.revoked_at is None} == {"contact"}
        acts = [step.act for step in session.scalars(select(ApplicationStep).order_by(ApplicationStep.id))]
        story = "begun filed approved approved noticed approved balloted approved admitted"
        assert acts == story.split()
    assert "M-0003" in newcomer.say("入会 查看 J-1").text
    assert newcomer.say("member list").error == "not_allowed"


def test_what_the_council_does_not_want_is_declined_and_told(sqlite_house):
    office, newcomer, motion = before_the_council(sqlite_house)
    vote(sqlite_house, office, motion, "反对")
    shown = newcomer.say("入会 查看 J-1")
    assert shown.data["state"] == "declined"
    with open_session(sqlite_house.engine, 1) as session:
        assert session.scalars(select(Unit).where(Unit.code == CODES[2])).all() == []
        letters = [one.texts["zh_CN"] for one in session.scalars(select(OutboxContent))]
        assert any("未获通过（理事会表决）" in text and f"V-{motion:04d}" in text for text in letters)


def council(office):
    """Both units sit on the council, so that it can vote."""
    for number in (1, 2):
        done = office.clerk.do(f"class set M-{number} 理事单位 2028-12-31 换届选举")
        assert done.error is None, done.text


def vote(house, office, number, words):
    """Both council units vote by written consent."""
    opened = office.clerk.do(f"motion open V-{number} until=2026-10-30", fields={"_confirm": "yes"})
    assert opened.error is None, opened.text
    for contact in office.contacts:
        cast = contact.do(f"motion vote V-{number} {words}")
        assert cast.error is None, cast.text
    closed = office.clerk.do(f"motion close V-{number}", fields={"_confirm": "yes"})
    assert closed.error is None, closed.text
