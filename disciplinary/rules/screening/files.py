"""The data files beside this package: vocabulary, rules, frames and the like."""

from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent / "data"


def data_text(name: str) -> str:
    """The words of one data file."""
    return (DATA / name).read_text(encoding="utf-8")


def data_files(folder: str) -> list[Path]:
    """All YAML files of one folder of the data, in name order."""
    return sorted((DATA / folder).glob("*.yaml"))


def read_yaml(text: str) -> Any:
    """Parsed YAML; the C reader is used where the library has it, because the files are long."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
