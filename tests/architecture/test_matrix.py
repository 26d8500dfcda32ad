"""Who may do what, where: every command for every role, in private and in a group, compared with its declaration."""

from datetime import date

import pytest

from bot import app
from bot.messages import Incoming
from bot.registry import COMMANDS
from core.access import ROLE_PERMISSIONS, Role
from core.db import open_session
from people.models import Person, RoleGrant
from tests.houses import Voice, found

app.register()
REFUSALS = ("not_allowed", "private_only")


def expected(one, permissions, *, private):
    """What the declaration of a command says about somebody with these permissions in such a chat."""
    if one.name == "cancel":
        return None  # Whoever is asked something may stop the question, with or without rights.
    if one.permission not in permissions:
        return "not_allowed"
    return "private_only" if one.private and not private else None


def cast(house):
    """One person for each role, one with none, and one whose term is over."""
    found(house)
    held = {role.value: [(role, None)] for role in Role}
    held |= {"nobody": [], "former": [(Role.SECRETARY_GENERAL, date(2026, 9, 30))]}
    with open_session(house.engine, 1) as session:
        for name, grants in held.items():
            person = Person(name=name, added_at=house.clock())
            session.add(person)
            session.flush()
            for role, ends in grants:
                grant = RoleGrant(person_id=person.id, role=role, starts_on=date(2026, 1, 1), ends_on=ends)
                session.add(grant)
    return list(held)


def test_the_matrix(sqlite_house):
    names = cast(sqlite_house)
    wrong, cells = [], 0
    for name in names:
        permissions = ROLE_PERMISSIONS[Role(name)] if name in list(Role) else frozenset()
        voice = Voice(sqlite_house, name)
        for one in COMMANDS.values():
            for private in (True, False):
                typed = one.name if private else one.zh
                got = voice.do(typed, private=private).error
                wanted = expected(one, permissions, private=private)
                cells += 1
                if (got if got in REFUSALS else None) != wanted:
                    wrong.append((name, typed, "private" if private else "group", got, wanted))
    assert not wrong, "\n" + "\n".join(map(str, wrong))
    assert cells == len(names) * len(COMMANDS) * 2


def test_help_lists_exactly_what_the_matrix_allows(sqlite_house):
    for name in cast(sqlite_house):
        permissions = ROLE_PERMISSIONS[Role(name)] if name in list(Role) else frozenset()
        reply = Voice(sqlite_house, name).do("help")
        allowed = sorted(c.name for c in COMMANDS.values() if c.permission in permissions)
        assert (reply.data or []) == allowed if "help" in allowed else reply.error == "not_allowed"


@pytest.mark.parametrize("private", [True, False])
def test_strangers_reach_no_command_at_all(sqlite_house, private):
    found(sqlite_house)
    for number, one in enumerate(COMMANDS.values()):
        line = Incoming("telegram", f"s{number}", "666", "666", text=one.name, private=private)
        reply = sqlite_house.handle(line)
        assert (reply.error if reply else None) == ("stranger" if private else None), one.name
