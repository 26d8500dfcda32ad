"""People: entered, invited, corrected, removed; what each step leaves in the audit and in the outbox."""

import pytest
from sqlalchemy import select

from core.audit import AuditEntry
from core.db import open_session
from core.errors import BadInput, NotAllowed
from core.outbox import OutboxContent, OutboxMessage
from people import usecases
from people.models import ChatIdentity, Invitation, Person, RoleGrant
from people.rules import check_phone
from tests.houses import deliver, furnish, link, tx_for


def trail(house, person_id):
    """The actions recorded on a person, oldest first, with their plain data."""
    with open_session(house.engine, 1) as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.object == f"person:{person_id}").order_by(AuditEntry.seq)
        )
        return [(entry.action, entry.data, entry.sealed) for entry in entries]


def waiting(house):
    """Keys of what is queued, with the people it is for."""
    with open_session(house.engine, 1) as session:
        query = select(OutboxContent.key, OutboxMessage.person_id).join(
            OutboxMessage, OutboxMessage.content_id == OutboxContent.id
        )
        return [tuple(row) for row in session.execute(query.order_by(OutboxMessage.id))]


def number_of(house, name):
    with open_session(house.engine, 1) as session:
        return session.scalars(select(Person.id).where(Person.name == name)).one()


def test_entering_a_person_seals_name_and_number(house):
    office = furnish(house)
    reply = office.clerk.do("人员 添加 季新 电话=“+86 139-0000-0000”")
    action, data, sealed = trail(house, reply.data["person"])[-1]
    assert action == "person:entry:add"
    assert "季新" not in data
    assert "1390000" not in data
    assert "季新".encode() not in sealed
    with open_session(house.engine, 1) as session:
        assert session.get(Person, reply.data["person"]).phone == "13900000000"
        assert b"13900000000" in house.keys.open(session, reply.data["person"], sealed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("139 0000 0000", "13900000000"),
        ("１３９００００００００", "13900000000"),
        ("0086-13900000000", "13900000000"),
        ("+86 13900000000", "13900000000"),
        ("(0571) 8888-7777", "057188887777"),
        ("+49 30 1234567", "+49301234567"),
        ("138\u200b00000000", "13800000000"),
    ],
)
def test_numbers_have_one_spelling(typed, kept):
    assert check_phone(typed) == kept


@pytest.mark.parametrize("typed", ["abc", "12", "139000000001234567890", "138-ABCD-0000", "一三九零零零零零零零零"])
def test_what_is_no_number_is_refused(sqlite_house, typed):
    office = furnish(sqlite_house)
    before = len(office.clerk.do("person list").data)
    assert office.clerk.do(f"person add 季新 phone=“{typed}”").error == "phone_form"
    assert len(office.clerk.do("person list").data) == before


def test_a_person_is_corrected_and_both_spellings_are_sealed(house):
    office = furnish(house)
    number = office.clerk.do("person add 季新 phone=13900000000").data["person"]
    assert office.clerk.do(f"person edit {number}").error == "nothing_to_change"
    assert office.clerk.do(f"人员 修改 {number} 姓名=季欣 电话=13800000000").error is None
    action, data, sealed = trail(house, number)[-1]
    assert action == "person:entry:edit"
    assert "季" not in data
    with open_session(house.engine, 1) as session:
        opened = house.keys.open(session, number, sealed).decode()
    assert all(word in opened for word in ("季新", "季欣", "13900000000", "13800000000"))
    assert office.clerk.do("person edit 秦书 name=假秦书").error == "higher_role"


def test_people_who_hold_a_role_are_listed(sqlite_house):
    office = furnish(sqlite_house)
    rows = {row[1]: row for row in office.clerk.do("人员 列表").data}
    assert set(rows) == {"秦书", "卢副", "钱办"}
    assert rows["钱办"][2] == "工作人员"
    assert office.clerk.do("角色 列表 钱办").data[0][0] == "工作人员"
    assert office.contacts[0].do("person list").error == "not_allowed"


def test_an_invitation_ends_the_one_before_it(house):
    office = furnish(house)
    first = office.clerk.do("person invite 联络1").data["code"]
    second = office.clerk.do("person invite 联络1").data["code"]
    assert first != second
    with open_session(house.engine, 1) as session:
        kept = session.scalars(select(Invitation).order_by(Invitation.id)).all()
        assert all(first not in i.code_hash and len(i.code_hash) == 64 for i in kept)
        assert [i.revoked_at is None for i in kept[-2:]] == [False, True]
    assert trail(house, number_of(house, "联络1"))[-1][0] == "person:invitation:make"


def test_nobody_makes_a_code_for_somebody_who_may_do_more(house):
    """Whoever holds a code can become the person: a clerk with the secretary-general's code would be the boss."""
    office = furnish(house)
    for boss in ("秦书", "卢副"):
        assert office.clerk.do(f"person invite {boss}").error == "higher_role"
        assert office.clerk.do(f"person remove {boss} 理由", fields={"_confirm": "yes"}).error == "higher_role"
    assert office.deputy.do("person invite 秦书").data["code"]
    assert office.secretary.do("person invite 秦书").data["code"]
    assert office.clerk.do("person invite 钱办").data["code"]
    with tx_for(house, "钱办") as tx, pytest.raises(NotAllowed) as refused:
        usecases.invite(tx, person=tx.session.scalars(select(Person).where(Person.name == "秦书")).one())
    assert refused.value.code == "higher_role"


def test_a_removed_person_holds_nothing_and_acts_for_nobody(house):
    office = furnish(house)
    code = office.clerk.do("person invite 联络1").data["code"]
    number = number_of(house, "联络1")
    office.contacts[0].say("公告 列表")
    assert office.clerk.do("person remove 联络1 离职，因病", fields={"_confirm": "yes"}).error is None
    with open_session(house.engine, 1) as session:
        chats = session.scalars(select(ChatIdentity).where(ChatIdentity.person_id == number)).all()
        assert [chat.ended_at is not None for chat in chats] == [True]
        assert session.scalars(select(RoleGrant).where(RoleGrant.person_id == number)).one().revoked_at is not None
    assert "联络1" not in office.clerk.do("member show M-1").text
    assert house.handle(stranger(f"join {code}", "1")).error == "code_invalid"
    action, data, _sealed = trail(house, number)[-1]
    assert (action, "因病" in data) == ("person:entry:leave", False)
    assert office.clerk.do(f"person invite {number}").error == "person_left"
    assert office.secretary.do(f"role grant {number} staff").error == "person_left"
    assert office.clerk.do(f"person remove {number} 再次", fields={"_confirm": "yes"}).error == "person_left"


def stranger(line, update, account="777"):
    from bot.messages import Incoming

    return Incoming("telegram", f"u{update}", account, account, text=line)


def test_leaving_ends_the_chat_and_the_next_one_gets_the_notices(house):
    office = furnish(house)
    link(house, "联络1", platform="telegram", account="555")
    assert house.handle(stranger("/leave", 1, "555")).error == "needs_confirmation"
    assert house.handle(stranger("是", 2, "555")).error is None
    assert house.handle(stranger("whoami", 3, "555")).error == "stranger"
    assert trail(house, number_of(house, "联络1"))[-1][0] == "person:chat:unlink"
    office.clerk.do("member status M-1 suspended 资质过期")
    assert [chat for chat, _out in deliver(house) if chat in ("联络1", "555")] == ["联络1"]


def test_nobody_unlinks_somebody_elses_chat(house):
    furnish(house)
    with tx_for(house, "卢副") as tx, pytest.raises(NotAllowed) as refused:
        other = tx.session.scalars(select(ChatIdentity).where(ChatIdentity.account == "联络1")).one()
        usecases.leave(tx, identity=other)
    assert refused.value.code == "not_your_chat"


def test_a_language_is_chosen_and_unknown_ones_refused(house):
    office = furnish(house)
    assert office.contacts[0].do("语言 english").error is None
    assert office.contacts[0].do("whoami").text.startswith("联络1 at ")
    with tx_for(house, "联络1") as tx, pytest.raises(BadInput):
        usecases.choose_language(tx, language="fr")
