"""Associations do not see each other: no mapped class, no command, no button, no file, no notice."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import DateTime, LargeBinary, event, insert, select, text
from sqlalchemy.types import JSON, Boolean, Date, Float, Integer, Numeric, String, Time

from bot import app
from bot.messages import FileIn
from bot.registry import COMMANDS
from core.associations import Association
from core.db import AssociationScoped, Base, UtcDateTime, make_engine, open_session
from core.errors import AppError
from core.outbox import OutboxMessage
from tests import databases
from tests.houses import CODES, Voice, deliver, found, furnish, link, open_for_test, tx_for

app.register()
NEIGHBOUR = "51360000500012341U"
NOW = datetime(2026, 10, 8, tzinfo=UTC)
SCOPED = sorted(
    (m.class_ for m in Base.registry.mappers if issubclass(m.class_, AssociationScoped)), key=lambda c: c.__name__
)


def filler(column, number):
    """Some value of a column's type; different ones for what has to be unique."""
    kind = column.type
    samples = [
        (UtcDateTime, NOW),
        (DateTime, NOW),
        (Date, date(2026, 10, 8)),
        (Time, time(8)),
        (Boolean, True),
        (Integer, number),
        ((Float, Numeric), number),
        (LargeBinary, bytes([number]) * 8),
        (JSON, {}),
        (String, f"x{number}"),
    ]
    return next(value for types, value in samples if isinstance(kind, types))


@pytest.fixture(scope="module")
def two(tmp_path_factory, shared_folder):
    """One row of every table in each of two associations, whatever the rows mean."""
    engine = make_engine(databases.sqlite(tmp_path_factory.mktemp("two"), shared_folder))
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA foreign_keys=OFF"))
    with open_session(engine) as session:
        for number in (1, 2):
            session.add(Association(name=f"会{number}", code=str(number) * 18, code_word="会", created_at=NOW))
        session.flush()
        for mapped in SCOPED:
            for number in (1, 2):
                table = mapped.__table__
                row = {c.name: filler(c, number) for c in table.columns if c.name not in ("id", "association_id")}
                session.connection().execute(insert(table).values(row | {"association_id": number}))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("mapped", SCOPED, ids=lambda c: c.__name__)
def test_rows_of_another_association_are_not_seen_changed_or_deleted(two, mapped):
    with open_session(two, 1) as session:
        assert {row.association_id for row in session.scalars(select(mapped))} == {1}
    with open_session(two, 2) as session:
        [theirs] = session.execute(text(f"SELECT id FROM {mapped.__table__.name} WHERE association_id = 1")).scalars()
        assert session.get(mapped, theirs) is None
        assert session.scalars(select(mapped.id)).all() != [theirs]
        assert session.query(mapped).where(mapped.id == theirs).count() == 0
        changed = session.query(mapped).where(mapped.id == theirs).update({mapped.association_id: 2})
        assert (changed, session.query(mapped).where(mapped.id == theirs).delete()) == (0, 0)
        twin = select(mapped).join(Association, Association.id == mapped.association_id)
        assert {row.association_id for row in session.scalars(twin)} == {2}
        session.rollback()


def full(house):
    """An association with something of everything that has a number."""
    office = furnish(house)
    csv = "单位名称,统一社会信用代码,单位类别,会籍,入会日期,联系人\n新月检测有限公司,91330100MB2X4K7Q3P,检测检验机构,会员单位,2020-01-01,季新\n"
    office.clerk.do("member import", files=(FileIn("名册.csv", csv.encode()),))
    office.clerk.do("import confirm I-1")
    for number in (1, 2):
        office.clerk.do(f"announce draft 通知 标题{number} 全体 正文")
        office.clerk.do(f"announce submit A-{number}")
    office.deputy.do("approval approve P-2")
    office.secretary.do("export month 2026-10")
    return office


def beside(house):
    """A full association, and the bare one that must learn nothing of it."""
    office = full(house)
    found(house, name="邻省协会", code=NEIGHBOUR, admin="邻秘")
    return office, Voice(house, "邻秘", association=NEIGHBOUR)


THEIRS = (
    *(
        "3",
        "M-1",
        "青禾检测有限公司",
        "青禾",
        CODES[0],
        "钱办",
        "联络1",
        "A-1",
        "A-2",
        "P-2",
        "P-3",
        "I-1",
        "#1",
        "R-30",
    ),
    *("2026-10", "杭州市", "标题1"),
)
"""Names and numbers of things that the full association has and the bare one has not."""


def outcome(tx, slot, raw):
    """What a parameter makes of a word: it is read, or refused with a code and words."""
    try:
        slot.parameter.parse(tx, raw)
    except AppError as refusal:
        return refusal.code, refusal.text
    return "read"


def outcomes(house, slot):
    """The same of every word, for the bare association."""
    with tx_for(house, "邻秘") as tx:
        return {word: outcome(tx, slot, word) for word in THEIRS}


SLOTS = [(name, slot.name) for name, one in sorted(COMMANDS.items()) for slot in one.slots]


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory, shared_folder):
    """The bare association, in one installation with the full one."""
    folder = tmp_path_factory.mktemp("neighbours")
    with open_for_test(databases.sqlite(folder, shared_folder), folder) as house:
        yield beside(house)[1]


@pytest.fixture(scope="module")
def alone(tmp_path_factory, shared_folder):
    """The bare association, alone in the world."""
    folder = tmp_path_factory.mktemp("alone")
    with open_for_test(databases.sqlite(folder, shared_folder), folder) as house:
        found(house, name="邻省协会", code=NEIGHBOUR, admin="邻秘")
        yield Voice(house, "邻秘", association=NEIGHBOUR)


@pytest.mark.parametrize(("name", "parameter"), SLOTS)
def test_nothing_tells_whether_there_is_an_association_next_door(neighbours, alone, name, parameter):
    """Every parameter of every command takes or refuses what exists next door as if it existed nowhere."""
    slot = next(slot for slot in COMMANDS[name].slots if slot.name == parameter)
    assert outcomes(neighbours.house, slot) == outcomes(alone.house, slot)


@pytest.mark.parametrize("name", [name for name, one in sorted(COMMANDS.items()) if one.slots])
def test_a_whole_command_says_the_same_too(neighbours, alone, name):
    """Through the whole road: words, table and data, with each word in the place of the first parameter."""
    for word in ("3", "M-1", "钱办", "A-1", "2026-10"):
        line = f"{name} {word} {word} {word}"
        replies = [voice.do(line, fields={"_confirm": "yes"}) for voice in (neighbours, alone)]
        codes = {reply.error for reply in replies}
        assert len(codes) == 1, (line, codes)
        if codes != {None}:
            assert replies[0].text == replies[1].text, line


def test_choices_show_only_what_is_ours(neighbours):
    shown = []
    with tx_for(neighbours.house, "邻秘") as tx:
        for one in COMMANDS.values():
            for slot in one.slots:
                shown += slot.parameter.choices(tx) if slot.parameter.choices else []
    words = " ".join(f"{value} {label}" for value, label in shown)
    for theirs in ("青禾", "云岭", "钱办", "联络1", "标题1", "杭州市", "季新"):
        assert theirs not in words


LISTS = [name for name, one in sorted(COMMANDS.items()) if not any(slot.required for slot in one.slots)]


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_exports_show_only_what_is_ours(neighbours, name):
    reply = neighbours.do(name)
    shown = f"{reply.text} {reply.table} {reply.data} {[file.name for file in reply.files]}"
    for theirs in ("青禾", "云岭", "钱办", "联络", "标题1", "季新", "试验省", "试安协"):
        assert theirs not in shown, name


def test_buttons_and_notices_of_another_association_do_nothing(house):
    office, neighbour = beside(house)
    office.clerk.say("person add 季新二")
    token = office.clerk.last.buttons[0][1].token
    assert neighbour.say(button=token).error == "button_expired"
    letters = [out for chat, out in deliver(house) if out.buttons and chat == "联络1"]
    assert neighbour.say(button=letters[0].buttons[0][0][1]).error == "button_expired"
    assert office.contacts[0].say(button=letters[0].buttons[0][0][1]).error is None


def test_a_notice_to_all_reaches_nobody_next_door(house):
    """The same numbers, the same keys, both with everything: each letter stays in its own association."""
    office, neighbour = beside(house)
    neighbour.do("member add 邻检测有限公司 91330100MB2X4K7Q4T 检测检验机构 会员单位 九江市 2020-03-01")
    neighbour.do("contact add M-1 邻联络")
    neighbour.do("person add 邻副")
    neighbour.do("role grant 邻副 deputy")
    for name in ("邻联络", "邻副"):
        link(house, name)
    deliver(house)
    neighbour.do("announce draft 通知 邻题 全体 正文")
    asked = neighbour.do("announce submit A-1").data["approval"]
    Voice(house, "邻副", association=NEIGHBOUR).do(f"approval approve P-{asked}")
    arrived = [chat for chat, out in deliver(house) if "邻题" in out.text and "【通知】" in out.text]
    assert arrived == ["邻联络"]
    assert neighbour.do("announce chase A-1").data == {"reminded": 1}
    assert office.clerk.do("announce chase A-1").data == {"reminded": 2}
    assert sorted(chat for chat, _out in deliver(house)) == ["联络1", "联络2", "邻联络"]
    assert neighbour.do("announce status A-1").data["audience"] == 1
    assert neighbour.do("announce withdraw A-1 撤", fields={"_confirm": "yes"}).data == {"told": 1}
    assert {chat for chat, _out in deliver(house)} == {"邻联络"}
    with open_session(house.engine) as session:
        rows = session.execute(
            text("SELECT m.association_id, p.association_id FROM outbox_message m JOIN person p ON p.id = m.person_id")
        )
        assert all(ours == theirs for ours, theirs in rows)
        assert OutboxMessage.__tablename__ == "outbox_message"


def test_a_session_without_an_association_sees_nothing_of_any(house):
    full(house)
    for mapped in SCOPED:
        with open_session(house.engine) as session, pytest.raises(RuntimeError, match="without an association"):
            session.scalars(select(mapped)).all()
