"""``guildhall screen``: a text read for misuse of administrative authority, without a database."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.marking import shown
from core.errors import BadInput
from core.i18n import _
from core.screening import Finding, verdict_of

_LONGEST = 2_000_000  # characters of one text


def run(file: Path | None, *, as_json: bool) -> int:
    """Screen standard input, or every line of a file of JSON lines; returns the exit status, always 0."""
    if file is not None:
        for line in screened_lines(_lines(file)):
            print(line)
        return 0
    text = _decoded(sys.stdin.buffer.read())
    findings = _screen(text)
    print(json.dumps(_answer(findings), ensure_ascii=False) if as_json else shown(text, findings))
    return 0


def try_rules(rules: Path, file: Path | None, *, as_json: bool) -> int:
    """What a file of rules would change in the texts of a file of JSON lines (or of standard input); returns 0."""
    from bot import rule_trials

    lines = _lines(file) if file is not None else iter(_decoded(sys.stdin.buffer.read()).splitlines())
    texts = [(str(given.get("id", number)), given["text"]) for number, given in enumerate(_objects(lines), 1)]
    trial = rule_trials.run(_content(rules), texts)
    if as_json:
        print(json.dumps(asdict(trial) | {"texts": len(texts)}, ensure_ascii=False))
        return 0
    print(rule_trials.summary(trial, len(texts)))
    found = rule_trials.table(trial)
    for row in found.rows if found else ():
        print("  " + " · ".join(cell for cell in row if cell))
    return 0


def _objects(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            given = json.loads(line)
        except ValueError as wrong:
            raise BadInput("bad_json", _("Line {number} is not JSON.").format(number=number)) from wrong
        if not (isinstance(given, dict) and isinstance(given.get("text"), str)):
            raise BadInput("bad_line", _("Line {number} is no object with id and text.").format(number=number))
        yield given


def screened_lines(lines: Iterator[str]) -> Iterator[str]:
    """One JSON line for each given line, in order; a line that cannot be read gets a named error in its place."""
    for number, line in enumerate(lines, 1):
        yield json.dumps(_screened(line, number), ensure_ascii=False)


def _screen(text: str) -> tuple[Finding, ...]:
    from disciplinary.rules.screening import screen

    return screen(text)


def _screened(line: str, number: int) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except ValueError:
        return _broken(None, number, "bad_json", _("This line is not JSON."))
    if not isinstance(given, dict):
        return _broken(None, number, "bad_line", _("A line is an object with id and text."))
    text = given.get("text")
    if not isinstance(text, str) or len(text) > _LONGEST:
        return _broken(given.get("id"), number, "bad_text", _("The text is missing, too long or no text."))
    return {"id": given.get("id"), **_answer(_screen(text))}


def _broken(name: Any, number: int, code: str, text: str) -> dict[str, Any]:
    return {"id": name, "error": {"code": code, "line": number, "text": text}}


def _answer(findings: tuple[Finding, ...]) -> dict[str, Any]:
    fields = ("category", "severity", "start", "end", "quote", "basis", "why", "suggestion")
    return {
        "verdict": verdict_of(findings).value,
        "findings": [{field: getattr(finding, field) for field in fields} for finding in findings],
    }


def _lines(file: Path) -> Iterator[str]:
    text = _decoded(_content(file)).removesuffix("\n")
    return iter(text.split("\n") if text else ())


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput("no_such_file", _("The file {name} cannot be read.").format(name=file)) from error


def _decoded(content: bytes) -> str:
    """Text as UTF-8, else as GB 18030, which older Chinese programs write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
