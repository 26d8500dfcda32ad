"""Every use case is guarded, keyword-only and refuses without a trace; every command says what it is, and to whom."""

import ast
import inspect
import re
from functools import lru_cache
from importlib import import_module

import pytest
from sqlalchemy import text

from bot import app
from bot.registry import COMMANDS, command
from core.access import ROLE_PERMISSIONS, USE_CASES, Actor, Permission
from core.associations import Association
from core.db import open_session
from core.errors import NotAllowed
from core.transaction import Tx
from tests.architecture.source import ROOT, modules
from tests.houses import furnish

app.register()
CHINESE = re.compile("[\u4e00-\u9fff]")
IN_GROUPS = {"help", "cancel", "announce ack", "group link"}
"""Commands that answer in a group, where everybody reads along. Each was looked at: none shows data of a person."""

READS = {
    "membership.usecases.rosters.judge": "a dry run writes nothing; the command asks for the permission",
    "membership.usecases.rounds.work_out": "a preview writes nothing; the command asks for the permission",
    "membership.usecases.scoring.check_assessing": "whether somebody may look at an assessment of their own unit",
    "meetings.usecases.secrecy.motion_of_paper": "finds what a paper is for; only its holder gets an answer",
    "membership.usecases.admission.deciding.each": "asks a guarded use case for each of several applications",
    "meetings.usecases.closing.resolution_text": "words for a draft that another use case writes",
}


def picture(session):
    """Every row of every table."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.execute(text("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'"))
    else:
        names = session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname='public'"))
    tables = sorted(row[0] for row in names)
    return {name: sorted(map(repr, session.execute(text(f'SELECT * FROM "{name}"')))) for name in tables}


def test_every_use_case_refuses_an_actor_without_its_permission_and_writes_nothing(house):
    """Whoever holds every permission but the one that is asked for gets nowhere, on both databases."""
    furnish(house)
    with open_session(house.engine) as session:
        before = picture(session)
    for name, use_case in USE_CASES.items():
        permission, _sensitive = use_case.__usecase__
        actor = Actor("stranger", person_id=1, permissions=frozenset(Permission) - {permission})
        with pytest.raises(NotAllowed) as refused, open_session(house.engine, 1) as session:
            association = session.get(Association, 1)
            tx = Tx(session, actor, association, house.clock(), house.screener, house.keys, "test")
            use_case(tx)
        assert refused.value.code == "not_allowed", name
        assert not tx.entries, name
    assert len(USE_CASES) > 30
    with open_session(house.engine) as session:
        assert picture(session) == before


@pytest.mark.parametrize("name", sorted(USE_CASES))
def test_use_cases_take_the_unit_of_work_and_keywords(name):
    parameters = list(inspect.signature(USE_CASES[name]).parameters.values())
    assert parameters[0].name == "tx"
    wrong = [p.name for p in parameters[1:] if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    assert wrong == []


def test_use_cases_live_where_they_are_looked_for():
    """In a domain's ``usecases``, in the exports, or in core where the rule is everybody's."""
    for name in USE_CASES:
        package, room = name.split(".")[:2]
        assert package in ("core", "exports") or room == "usecases", name


@lru_cache
def calls_of(function):
    """The functions of our packages that a command calls: dotted name → object, resolved through its imports."""
    module = import_module(function.__module__)
    tree = ast.parse(inspect.getsource(function))
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        target = node.func
        value = None
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            value = getattr(getattr(module, target.value.id, None), target.attr, None)
        elif isinstance(target, ast.Name):
            value = getattr(module, target.id, None)
        if inspect.isfunction(value):
            found[f"{value.__module__}.{value.__qualname__}"] = value
            if value.__module__ == function.__module__ and value is not function:
                found |= calls_of(value)
    return found


def roles_with(permission):
    return {role for role, held in ROLE_PERMISSIONS.items() if permission in held}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_promises_what_its_use_cases_keep(name):
    """Nobody is shown a command whose use cases all refuse them, and a sensitive use case has a sensitive command."""
    one = COMMANDS[name]
    policies = {
        called: value.__usecase__ for called, value in calls_of(one.run).items() if hasattr(value, "__usecase__")
    }
    welcome = set().union(*(roles_with(permission) for permission, _sensitive in policies.values()))
    assert roles_with(one.permission) <= welcome or not policies, policies
    assert one.sensitive or not [called for called, (_permission, sensitive) in policies.items() if sensitive]


def test_what_commands_call_to_write_is_guarded():
    """A function of a usecases module that takes the unit of work is a use case, or no command calls it."""
    unguarded = set()
    for one in COMMANDS.values():
        for called, value in calls_of(one.run).items():
            takes_tx = next(iter(inspect.signature(value).parameters), "") == "tx"
            if ".usecases" in called and takes_tx and not hasattr(value, "__usecase__") and called not in READS:
                unguarded.add(called)
    assert unguarded == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_named_explained_and_typed_in_both_languages(name):
    one = COMMANDS[name]
    assert name.isascii()
    assert CHINESE.search(one.zh)
    assert one.summary
    assert not CHINESE.search(one.summary)
    assert isinstance(one.permission, Permission)
    assert one.zh in one.usage() or name in one.usage()
    spellings = [{slot.name, slot.parameter.zh or slot.name} for slot in one.slots]
    for slot in one.slots:
        assert slot.parameter.flag or CHINESE.search(slot.parameter.zh), f"{slot.name} has no Chinese name"
    flat = [spelling for names in spellings for spelling in names]
    assert len(flat) == len(set(flat)), "two parameters answer to the same word"


def test_only_the_reviewed_commands_answer_in_groups():
    assert {name for name, one in COMMANDS.items() if not one.private} == IN_GROUPS & COMMANDS.keys()


def test_a_command_cannot_be_declared_without_a_policy():
    with pytest.raises(TypeError, match="permission"):
        command("new thing", zh="新事", summary="New")
    assert "new thing" not in COMMANDS


def test_two_commands_cannot_answer_to_the_same_words():
    with pytest.raises(ValueError, match="help"):
        command("assist", zh="帮助", summary="x", permission=Permission.USE_OFFICE)(lambda tx: None)
    with pytest.raises(ValueError, match="help"):
        command("help", zh="新帮助", summary="x", permission=Permission.USE_OFFICE)(lambda tx: None)
    assert not {"assist"} & COMMANDS.keys()


@lru_cache
def typed_in_tests():
    """Every text of every test but these: what somebody types in one of them."""
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        if "architecture" not in path.parts:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found += [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return "\n".join(found)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_played_by_some_test(name):
    one = COMMANDS[name]
    typed = typed_in_tests()
    spellings = (name, one.zh, one.zh.replace(" ", ""), name.replace(" ", "_"))
    assert any(
        re.search(rf"(^|[\s/`“「]){re.escape(spelling)}($|[\s/`”」])", typed, re.MULTILINE) for spelling in spellings
    )


def test_every_permission_is_held_by_somebody_and_asked_for_by_something():
    asked = {use_case.__usecase__[0] for use_case in USE_CASES.values()} | {c.permission for c in COMMANDS.values()}
    source = "\n".join(module.text for name, module in modules().items() if name != "core.access")
    unused = [p for p in Permission if p not in asked and f"Permission.{p.name}" not in source]
    assert unused == []
