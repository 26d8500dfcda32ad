"""What members propose on their own cards: nothing goes live before the office has taken it over, fact by fact."""

from sqlalchemy import select

from core.db import open_session
from core.outbox import OutboxContent
from membership.models import ChangedFact, ChangeRequest, Unit, UnitContact
from people.models import Person
from tests.houses import CODES, furnish


def unit(house, number=1):
    with open_session(house.engine, 1) as session:
        return session.scalars(select(Unit).where(Unit.number == number)).one()


def proposed(office, words="region=宁波市 engineers=12 name=青禾检验检测有限公司"):
    made = office.contacts[0].do(f"change propose {words}")
    assert made.error is None, made.text
    return made


def test_fact_by_fact_old_and_new_are_shown_and_only_what_is_approved_goes_live(house):
    office = furnish(house)
    made = proposed(office)
    assert (unit(house).region, unit(house).engineers) == ("杭州市", None)
    assert "杭州市 → 宁波市" in made.text
    card = office.clerk.say("变更 查看 C-1")
    labels = [button.label for row in card.buttons for button in row]
    assert labels[:2] == ["同意：单位名称", "不同意：单位名称"]
    assert len(labels) == 6
    office.clerk.press("同意：地区")
    assert (unit(house).region, unit(house).engineers, unit(house).name) == ("宁波市", None, "青禾检测有限公司")
    assert office.clerk.do("change decline C-1 单位名称 与营业执照不一致").error is None
    done = office.clerk.do("change approve C-1 注安师人数")
    assert (done.error, done.data["state"]) == (None, "settled")
    assert (unit(house).engineers, unit(house).name) == (12, "青禾检测有限公司")
    with open_session(house.engine, 1) as session:
        told = [one.texts["zh_CN"] for one in session.scalars(select(OutboxContent)) if "C-0001" in one.texts["zh_CN"]]
        assert any("与营业执照不一致" in text for text in told)
        assert any("地区已改为“宁波市”" in text for text in told)
    assert office.clerk.do("change approve C-1 region").error == "change_settled"
    assert office.clerk.do("change list").data == []
    assert office.contacts[0].do("change list").data[0][0] == "C-0001"


def test_what_has_changed_meanwhile_is_shown_and_not_overwritten_unasked(sqlite_house):
    office = furnish(sqlite_house)
    proposed(office, "region=宁波市")
    office.clerk.do("member edit M-1 region=温州市")
    refused = office.clerk.do("change approve C-1 region")
    assert refused.error == "fact_changed"
    assert "杭州市" in refused.text
    assert "温州市" in refused.text
    assert unit(sqlite_house).region == "温州市"
    card = office.clerk.say("change show C-1")
    assert "温州市" in card.text
    office.clerk.press("仍然同意：地区")
    assert unit(sqlite_house).region == "宁波市"


REFUSED = [
    (0, "change propose", "nothing_to_change"),
    (0, "change propose region=杭州市", "nothing_to_change"),
    (0, "change propose M-2 region=宁波市", "member_unknown"),
    (0, "change propose code=91330100MB2X4K7Q3X", "code_check_digit"),
    (0, "change propose contact=林新", "contact_form"),
    (0, "change propose region=温州市", "change_pending"),
    (0, "change approve C-1 region", "not_allowed"),
    (1, "change show C-1", "change_unknown"),
    (1, "change withdraw C-1", "change_unknown"),
    (None, "change approve C-1 name", "fact_unknown"),
    (None, "change decline C-1 region", "missing_parameter"),
    (None, "change approve C-9 region", "change_unknown"),
    (None, "change propose M-1 region=温州市", "not_allowed"),
]


def test_what_is_refused_writes_nothing(sqlite_house):
    office = furnish(sqlite_house)
    proposed(office, "region=宁波市")
    for who, line, error in REFUSED:
        voice = office.clerk if who is None else office.contacts[who]
        assert (line, voice.do(line).error) == (line, error)
        with open_session(sqlite_house.engine, 1) as session:
            assert len(session.scalars(select(ChangeRequest)).all()) == 1
            assert [one.state for one in session.scalars(select(ChangedFact))] == ["open"]
        assert unit(sqlite_house).region == "杭州市"


def test_a_code_that_another_unit_has_is_a_conflict_when_it_is_taken_over(sqlite_house):
    office = furnish(sqlite_house)
    proposed(office, f"code={CODES[1]}")
    assert office.clerk.do("change approve C-1 code").error == "code_known"
    assert unit(sqlite_house).code == CODES[0]
    assert office.clerk.do("change show C-1").data["facts"]["code"]["state"] == "open"


def test_a_telephone_and_another_contact_go_to_people_not_to_the_unit(sqlite_house):
    office = furnish(sqlite_house)
    proposed(office, "phone=13900000007 contact=「林新 13900000002」")
    assert office.clerk.do("change approve C-1 phone").error is None
    assert office.clerk.do("change approve C-1 contact").error is None
    with open_session(sqlite_house.engine, 1) as session:
        people = {p.name: p for p in session.scalars(select(Person))}
        assert people["联络1"].phone == "13900000007"
        assert people["林新"].phone == "13900000002"
        acting = session.scalars(select(UnitContact).where(UnitContact.person_id == people["林新"].id)).one()
        assert acting.unit_id == 1


def test_taken_back_nothing_is_left_to_decide_and_it_can_be_proposed_anew(sqlite_house):
    office = furnish(sqlite_house)
    proposed(office, "region=宁波市")
    assert office.contacts[0].do("change withdraw C-1").error is None
    assert office.clerk.do("change approve C-1 region").error == "change_settled"
    proposed(office, "region=温州市")


def test_nobody_takes_over_what_they_proposed_themselves(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("contact add M-1 钱办 person=钱办")
    assert office.clerk.do("change propose M-1 region=宁波市").error is None
    assert office.clerk.do("change approve C-1 region").error == "second_person"
    assert office.deputy.do("change approve C-1 region").error is None


def test_an_erased_person_s_telephone_is_gone_from_what_was_proposed(sqlite_house):
    office = furnish(sqlite_house)
    proposed(office, "phone=13900000007 region=宁波市")
    yes = {"_confirm": "yes"}
    office.secretary.do("person remove 联络1 离职", fields=yes)
    asked = office.secretary.do("person erase 联络1", fields=yes)
    assert office.deputy.do(f"approval approve P-{asked.data['approval']}").error is None
    with open_session(sqlite_house.engine, 1) as session:
        facts = {one.fact: (one.old, one.new) for one in session.scalars(select(ChangedFact))}
        assert facts == {"phone": ("—", "—"), "region": ("杭州市", "宁波市")}
