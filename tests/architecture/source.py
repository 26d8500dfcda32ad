"""The source of the product as syntax trees: what the architecture tests look at."""

import ast
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    "announcements",
    "bot",
    "core",
    "delegated_tasks",
    "disciplinary",
    "exports",
    "meetings",
    "membership",
    "people",
    "portal",
    "reminders",
    "surveys",
)
DOMAINS = (
    "announcements",
    "delegated_tasks",
    "disciplinary",
    "meetings",
    "membership",
    "people",
    "reminders",
    "surveys",
)


@dataclass(frozen=True)
class Module:
    """One file of the product."""

    name: str
    path: Path

    @cached_property
    def text(self):
        """Its text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self):
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def package(self):
        """The floor it stands on."""
        return self.name.split(".")[0]

    @property
    def parts(self):
        """Its dotted name, split."""
        return self.name.split(".")

    def imports(self):
        """Every module of ours that it imports, with the line, wherever the import stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            if isinstance(node, ast.ImportFrom) and node.module:
                yield node.module, node.lineno
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)

    def functions(self):
        """Every function and method."""
        return [n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


@lru_cache
def modules():
    """Every module of the product, by name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = Module(name, path)
    return found


def kind_of(module):
    """Which of the five names of a domain this module has: rules, notices, models, queries or usecases."""
    return module.parts[1] if module.package in DOMAINS and len(module.parts) > 1 else None


def called(node):
    """The name that a call calls, without what stands before its last dot."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
