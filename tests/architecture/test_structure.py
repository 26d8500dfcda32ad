"""The house keeps its shape: short functions and files, plain names, no cycles, private tables, one clock."""

import ast
from collections import defaultdict

import pytest

from tests.architecture.source import DOMAINS, PACKAGES, called, kind_of, modules

LONGEST_FILE = 300
LONGEST_FUNCTION = 30
LISTS = {"membership.rules.grading.rule_loading.rule_of": "one line for each field that a rule can have"}
EMPTY_NAMES = {
    *("utils", "util", "utilities", "helpers", "helper", "common", "misc", "stuff", "base_service", "tools"),
    *("service", "services", "manager", "managers", "handlers", "processors", "wrappers"),
}
CLOCKS = {
    "now",
    "today",
    "utcnow",
    "time",
    "time_ns",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "localtime",
    "gmtime",
}
CLOCK_OWNERS = {"datetime", "date", "time", "dt"}
EDGES = ("bot", "portal")
PURE = ("rules", "notices")
IMPURE = (
    *("sqlalchemy", "core.db", "core.transaction", "core.audit", "core.outbox", "core.inbox", "core.keys"),
    *("requests", "httpx", "aiohttp", "socket", "subprocess", "asyncio", "threading", "telegram", "slack_sdk"),
)
PUBLISHED = {"people.models.Person"}
"""What every condition on an audience is about. Every other table belongs to its package alone."""


def none(found):
    """Fails with everything that was found, one a line."""
    assert not found, "\n" + "\n".join(map(str, found))


def test_files_stay_short():
    none([(m.name, n) for m in modules().values() if (n := len(m.text.splitlines())) > LONGEST_FILE])


def body_lines(function):
    """Lines of a function without its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - body[0].lineno + 1 if body else 0


def test_functions_stay_short():
    all_of_them = [(m.name, f.name, body_lines(f)) for m in modules().values() for f in m.functions()]
    none([found for found in all_of_them if found[2] > LONGEST_FUNCTION and f"{found[0]}.{found[1]}" not in LISTS])
    assert len(LISTS) <= 3
    lengths = sorted(lines for _module, _name, lines in all_of_them)
    assert lengths[len(lengths) * 9 // 10] <= 15


def test_no_module_has_an_empty_name():
    none([name for name in modules() if EMPTY_NAMES & set(name.split("."))])


def test_every_module_and_public_function_says_what_it_is_for():
    silent = [m.name for m in modules().values() if m.text.strip() and not ast.get_docstring(m.tree)]
    silent += [
        f"{m.name}.{f.name}"
        for m in modules().values()
        for f in m.tree.body
        if isinstance(f, ast.FunctionDef) and not f.name.startswith("_") and not ast.get_docstring(f)
    ]
    none(silent)


def edges():
    """Module → the modules of ours that it imports, anywhere in its text."""
    graph = defaultdict(set)
    for module in modules().values():
        for imported, _line in module.imports():
            name = nearest(imported)
            if name and name != module.name and not module.name.startswith(name + "."):
                graph[module.name].add(name)
    return graph


def nearest(name):
    """The module that a dotted name stands in; empty when it is not ours."""
    while name and name not in modules():
        name = name.rpartition(".")[0]
    return name


def reached(graph, start):
    """Every module that can be reached from one."""
    seen, open_ones = set(), [start]
    while open_ones:
        for other in graph.get(open_ones.pop(), ()):
            if other not in seen:
                seen.add(other)
                open_ones.append(other)
    return seen


def circles(graph):
    """Modules that reach themselves, with those they reach that reach them back."""
    return [
        sorted(n for n in reached(graph, node) if node in reached(graph, n))
        for node in graph
        if node in reached(graph, node)
    ]


def test_no_modules_import_each_other_in_a_circle():
    none(circles(edges()))


def test_a_circle_would_be_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]] * 3
    assert circles({"a": {"b"}, "b": {"c"}}) == []


def test_rules_and_notices_are_pure():
    impure = [
        (module.name, line, name)
        for module in modules().values()
        if kind_of(module) in PURE
        for name, line in module.imports()
        if name in IMPURE or name.startswith(tuple(f"{bad}." for bad in IMPURE))
    ]
    none(impure)


def clock_reads(module):
    """Places where a module asks what time it is."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if owner in CLOCK_OWNERS:
                yield f"{module.name}:{node.lineno} {ast.unparse(node)}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"{module.name}:{node.lineno} {alias.name}" for alias in node.names if alias.name in CLOCKS)


def test_only_the_edges_read_a_clock():
    none([read for m in modules().values() if m.package not in EDGES for read in clock_reads(m)])


def test_commands_get_the_moment_handed_down():
    none([read for name, m in modules().items() if name.startswith("bot.commands") for read in clock_reads(m)])


def foreign_tables(module):
    """Mapped classes of other packages that a module imports: (name, line, as what)."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        parts = node.module.split(".")
        if len(parts) > 1 and parts[1] == "models" and parts[0] in PACKAGES and parts[0] != module.package:
            yield from (
                (f"{node.module}.{alias.name}", node.lineno, alias.asname or alias.name) for alias in node.names
            )


def used_beyond_types(module, name):
    """Whether a class is made, queried or otherwise used, and not only named as a type."""
    types = set()
    for node in ast.walk(module.tree):
        for part in ("annotation", "returns"):
            if getattr(node, part, None) is not None:
                types |= {id(inner) for inner in ast.walk(getattr(node, part))}
        checked = isinstance(node, ast.Call) and called(node) in ("isinstance", "cast")
        if isinstance(node, ast.Subscript) or checked:
            types |= {id(inner) for inner in ast.walk(node)}
    return any(isinstance(n, ast.Name) and n.id == name and id(n) not in types for n in ast.walk(module.tree))


def test_tables_are_private():
    """Only a package itself, the exports and the migrations touch its tables; the edges may name one as a type."""
    touched = []
    for module in modules().values():
        if module.package == "exports":
            continue
        for name, line, local in foreign_tables(module):
            typed = module.package in EDGES and not used_beyond_types(module, local)
            if name not in PUBLISHED and not typed:
                touched.append(f"{module.name}:{line} {name}")
    none(touched)


@pytest.mark.parametrize("package", DOMAINS)
def test_a_domain_has_only_the_five_rooms_and_what_it_offers_to_others(package):
    """rules, notices, models, queries, usecases; a port (audiences, criteria, holdings …) is a noun of its own."""
    rooms = {m.parts[1] for m in modules().values() if m.package == package and len(m.parts) > 1}
    assert not rooms & EMPTY_NAMES
    assert {"rules", "notices", "models", "queries", "usecases"} & rooms or not rooms
