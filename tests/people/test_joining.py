"""Codes work once, say nothing about each other, cannot be guessed; a new account ends what the old one began."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.messages import Incoming
from core.audit import AuditEntry
from core.db import open_session
from people.models import ChatIdentity, CodeTrial, Invitation
from tests.houses import Voice, found, furnish, link

NEIGHBOUR = "51360000500012341U"


def typed(line, update, account="777", platform="telegram", **more):
    return Incoming(platform, f"j{update}", account, account, text=line, **more)


def count(house, table, *conditions):
    with open_session(house.engine) as session:
        query = select(func.count()).select_from(table).where(*conditions)
        return session.scalar(query, execution_options={"unscoped": True})


def test_wrong_used_revoked_and_expired_codes_are_answered_alike(house):
    """The same words for all, in the language of whoever asks: no code tells whether it ever was one."""
    office = furnish(house)
    found(house, name="邻省协会", code=NEIGHBOUR, admin="邻秘")
    office.secretary.do("language english")
    revoked = office.clerk.do("person invite 联络1").data["code"]
    used = office.clerk.do("person invite 联络1").data["code"]
    assert house.handle(typed(f"join {used}", 0)).error is None
    expired = office.clerk.do("person invite 联络2").data["code"]
    left = office.clerk.do("person add 季新").data["person"]
    gone = office.clerk.do(f"person invite {left}").data["code"]
    office.clerk.do(f"person remove {left} 离任", fields={"_confirm": "yes"})
    house.clock.forward(days=14)
    answers = set()
    for number, code in enumerate((revoked, used, expired, gone, "AAAA-BBBB-CCCC", "x", "!!!", "码" * 500), 1):
        reply = house.handle(typed(f"join {code}", number, account=f"9{number}", language="en"))
        answers.add((reply.error, reply.text))
    assert len(answers) == 1
    assert answers.pop()[0] == "code_invalid"


def test_of_eight_accounts_with_one_code_one_gets_in(house):
    office = furnish(house)
    code = office.clerk.do("person invite 联络1").data["code"]
    start, errors = threading.Barrier(8), []

    def join(number):
        start.wait()
        errors.append(house.handle(typed(f"join {code}", number, account=f"8{number}")).error)

    threads = [threading.Thread(target=join, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(errors, key=str) == [None, *["code_invalid"] * 7]
    assert count(house, ChatIdentity, ChatIdentity.platform == "telegram", ChatIdentity.ended_at.is_(None)) == 1
    assert count(house, AuditEntry, AuditEntry.action == "person:chat:link", AuditEntry.data.contains("telegram")) == 1


def test_after_five_wrong_codes_an_account_waits_an_hour(house):
    office = furnish(house)
    code = office.clerk.do("person invite 联络1").data["code"]
    for number in range(5):
        assert house.handle(typed(f"join AAAA-BBBB-CC{number:02}", number)).error == "code_invalid"
    refused = house.handle(typed(f"join {code}", 5))
    assert refused.error == "too_many_tries"
    assert "一小时" in refused.text
    assert house.handle(typed(f"join {code}", 6, platform="slack")).error is None
    house.clock.forward(minutes=61)
    again = office.clerk.do("person invite 联络2").data["code"]
    assert house.handle(typed(f"join {again}", 7)).error is None
    assert count(house, CodeTrial) == 0


def test_tries_are_counted_across_restarts_and_parallel_updates(house, tmp_path):
    furnish(house)
    start, errors = threading.Barrier(8), []

    def guess(number):
        start.wait()
        errors.append(replace(house).handle(typed(f"join AAAA-BBBB-DD{number:02}", number)).error)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(errors) == [*["code_invalid"] * 5, *["too_many_tries"] * 3]
    with open_session(house.engine) as session:
        assert session.scalars(select(CodeTrial.tries)).one() == 8


def test_a_new_account_takes_over_the_old_one_hears_of_it_and_what_it_asked_for_is_void(house):
    office = furnish(house)
    link(house, "卢副", platform="telegram", account="555")
    asked = house.handle(typed("role grant 钱办 evaluator", 1, account="555", interactive=False))
    assert asked.data["approval"]
    code = office.secretary.do("person invite 卢副").data["code"]
    assert house.handle(typed(f"join {code}", 2, account="666")).error is None
    assert house.handle(typed("whoami", 3, account="555")).error == "stranger"
    assert house.handle(typed("whoami", 4, account="666")).data["roles"] == ["deputy"]
    refused = office.secretary.do(f"approval approve {asked.data['approval']}")
    assert refused.error == "already_decided"
    assert count(house, AuditEntry, AuditEntry.action == "approval:request:expired") == 1
    with open_session(house.engine, 1) as session:
        from core.outbox import OutboxContent, OutboxMessage

        warned = session.execute(
            select(OutboxMessage.chat, OutboxContent.texts)
            .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
            .where(OutboxContent.key.contains(":replaced"))
        ).all()
    assert [row.chat for row in warned] == ["555"]
    assert "秘书处" in warned[0].texts["zh_CN"]


def test_the_same_account_with_a_new_code_is_simply_linked_again(house):
    office = furnish(house)
    link(house, "联络1", platform="telegram", account="555")
    code = office.clerk.do("person invite 联络1").data["code"]
    assert house.handle(typed(f"加入 {code}", 1, account="555")).error is None
    assert count(house, ChatIdentity, ChatIdentity.account == "555", ChatIdentity.ended_at.is_(None)) == 1


def test_an_account_of_somebody_else_does_not_change_hands(house):
    office = furnish(house)
    link(house, "联络1", platform="telegram", account="555")
    code = office.clerk.do("person invite 联络2").data["code"]
    assert house.handle(typed(f"join {code}", 1, account="555")).error == "account_taken"
    assert count(house, Invitation, Invitation.used_at.is_not(None)) == 0
    assert house.handle(typed("whoami", 2, account="555")).text.startswith("联络1")


def test_one_account_joins_two_associations_and_the_last_one_counts(house):
    office = furnish(house)
    found(house, name="邻省协会", code=NEIGHBOUR, admin="邻秘")
    link(house, "联络1", platform="telegram", account="555")
    neighbour = Voice(house, "邻秘", association=NEIGHBOUR)
    number = neighbour.do("person add 联络1").data["person"]
    assert neighbour.do(f"role grant {number} contact").data == {"role": "contact"}
    house.clock.forward(minutes=1)
    code = neighbour.do(f"person invite {number}").data["code"]
    assert house.handle(typed(f"join {code}", 1, account="555")).error is None
    assert "邻省协会" in house.handle(typed("whoami", 2, account="555")).text
    assert house.handle(typed("member list", 3, account="555")).error == "not_allowed"
    assert office.clerk.do("member list").data["count"] == 2


def test_an_answer_that_begins_like_joining_stays_an_answer(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.say("公告 起草 通知 标题 全体")
    drafted = office.clerk.say("加入 我们的培训，九月三十日前报名")
    assert "加入 我们的培训" in drafted.text


@pytest.mark.parametrize("line", ["start", "/start", "加入", "join", "你好", "", "／ｊｏｉｎ"])
def test_without_a_code_strangers_are_told_how_to_join(sqlite_house, line):
    found(sqlite_house)
    reply = sqlite_house.handle(typed(line, 1))
    assert reply.error == "stranger"
    assert count(sqlite_house, CodeTrial) == 0


def test_codes_are_read_from_the_telephone(sqlite_house):
    office = furnish(sqlite_house)
    code = office.clerk.do("person invite 联络1").data["code"]
    spoken = code.lower().replace("-", " ")
    assert sqlite_house.handle(typed(f"ｊｏｉｎ {spoken}", 1)).error is None


def test_a_code_is_good_for_fourteen_days(sqlite_house):
    office = furnish(sqlite_house)
    code = office.clerk.do("person invite 联络1").data["code"]
    sqlite_house.clock.now += timedelta(days=14) - timedelta(seconds=1)
    assert sqlite_house.handle(typed(f"join {code}", 1)).error is None


def test_welcome_comes_in_the_language_of_the_person(sqlite_house):
    office = furnish(sqlite_house)
    office.contacts[0].do("语言 en")
    code = office.clerk.do("person invite 联络1").data["code"]
    assert sqlite_house.handle(typed(f"join {code}", 1, language="zh_CN")).text.startswith("Welcome")
