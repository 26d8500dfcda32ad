"""``guildhall grade``: try a grading scheme from the terminal, without a database.

``check`` says what is wrong with a scheme document; ``simulate`` grades the facts of a file by it. Both leave 0 when done,
2 when something was refused and 1 when a file could not be opened.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.days import read_date
from core.errors import AppError, BadInput
from core.i18n import _
from membership import reading
from membership.reading.limits import DEFAULT
from membership.rules.grading import change, explain, table
from membership.rules.grading.checker import Report, examine
from membership.rules.grading.problems import Problem, errors_of
from membership.rules.grading.results import Result
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.score import Grader, grader
from membership.rules.grading.terms import Stage

DONE, FAILED, REFUSED = 0, 1, 2
ZONE = ZoneInfo("Asia/Shanghai")
MB = 1024 * 1024
SPREADSHEET = replace(
    DEFAULT, rows=200_000, columns=40, file_bytes=50 * MB, unpacked_bytes=400 * MB, memory_bytes=2048 * MB,
    cpu_seconds=60, wall_seconds=90, shared_strings=2_000_000,
)  # fmt: skip
"""The operator's own file of facts may be larger than a roster that somebody sends by chat."""
LARGEST_JSON = 50 * MB
SHOWN_PROBLEMS = 50


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Put ``grade check`` and ``grade simulate`` into the command line."""
    grade = commands.add_parser("grade", help="try a grading scheme, without a database")
    inner = grade.add_subparsers(required=True, metavar="COMMAND")
    check = inner.add_parser("check", help="what is wrong with a scheme, and where")
    simulate = inner.add_parser("simulate", help="grade the facts of a file by a scheme: score, grade, every step")
    for parser in (check, simulate):
        parser.add_argument("scheme", metavar="FILE", help="a scheme document (TOML), or the name of a shipped one")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--on", metavar="DATE", help="as of this day (default: today)")
    simulate.add_argument("--facts", type=Path, required=True, metavar="FILE", help="csv, xlsx or json")
    simulate.add_argument("--stage", choices=[str(stage) for stage in Stage], help="take the scores of this stage")
    simulate.add_argument("--member", metavar="NAME", help="only this member")
    check.set_defaults(run=_guarded(check_file))
    simulate.set_defaults(run=_guarded(simulate_file))


def _guarded(run: Any) -> Any:
    """A file that cannot be opened is a failure with its name; a refusal is answered in the form that was asked for."""

    def guarded(options: argparse.Namespace) -> int:
        try:
            status: int = run(options)
        except OSError as failure:
            words = _("{file} cannot be opened: {reason}")
            text = words.format(file=failure.filename, reason=failure.strerror)
            return _answer({"error": {"code": "file", "text": text}}, [text], FAILED, as_json=options.json)
        except AppError as refusal:
            data = {"error": {"code": refusal.code, "text": refusal.text}}
            return _answer(data, [refusal.text], REFUSED, as_json=options.json)
        return status

    return guarded


def _answer(data: dict[str, Any], lines: Sequence[str], status: int, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(data, ensure_ascii=False, default=str))
    else:
        print("\n".join(lines), file=sys.stderr if "error" in data else sys.stdout)
    return status


def _today(options: argparse.Namespace) -> date:
    today = datetime.now(UTC).astimezone(ZONE).date()
    return read_date(options.on, today) if options.on else today


def read_scheme(name: str) -> str:
    """The text of a scheme file; a bare name that is no file is that of a shipped scheme. Raises OSError, BadInput."""
    path = Path(name)
    shipped = resources.files("membership.data.schemes") / f"{name.removesuffix('.toml')}.toml"
    source = shipped if not path.exists() and path.name == name and shipped.is_file() else path
    try:
        return source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("scheme_encoding", _("This file is not text in UTF-8. Save it as UTF-8.")) from None


def check_file(options: argparse.Namespace) -> int:
    """Check a scheme document and print every finding with its place."""
    report = examine(read_scheme(options.scheme), _today(options))
    data = {"file": options.scheme, **_report_data(report)}
    return _answer(data, _report_lines(report), DONE if report.sound else REFUSED, as_json=options.json)


def _report_data(report: Report) -> dict[str, Any]:
    return {
        "ok": report.sound,
        "scheme": _heading(report.scheme),
        "problems": [problem.as_data() for problem in report.problems],
    }


def _heading(scheme: Scheme | None) -> dict[str, Any] | None:
    if scheme is None:
        return None
    return {
        "id": scheme.id, "version": scheme.version, "title": scheme.title.zh, "title_en": scheme.title.en or None,
        "effective_from": scheme.effective_from.isoformat(),
        "effective_to": scheme.effective_to.isoformat() if scheme.effective_to else None,
        "grades": list(scheme.grade_ids), "truncated": list(scheme.truncated),
    }  # fmt: skip


def _report_lines(report: Report) -> list[str]:
    lines = []
    if report.scheme is not None:
        text = _("{title}, version {version}, {indicators} indicators, {rules} rules")
        scheme = report.scheme
        counts = {"indicators": len(scheme.indicators), "rules": len(scheme.rules)}
        lines.append(text.format(title=scheme.title.text, version=scheme.version, **counts))
    lines += [_problem_line(problem) for problem in report.problems]
    errors = len(errors_of(report.problems))
    text = _("Refused: {errors} errors, {warnings} warnings.") if errors else _("Sound, {warnings} warnings.")
    return [*lines, text.format(errors=errors, warnings=len(report.problems) - errors)]


def _problem_line(problem: Problem) -> str:
    kind = _("error") if problem.is_error else _("warning")
    return f"[{kind}] {problem.where}: {problem.message} ({problem.code})"


def simulate_file(options: argparse.Namespace) -> int:
    """Grade every member of a file of facts; nothing is graded while anything in scheme or facts is refused."""
    day = _today(options)
    report = examine(read_scheme(options.scheme), day)
    if report.scheme is None or not report.sound:
        data = {"file": options.scheme, **_report_data(report)}
        return _answer(data, _report_lines(report), REFUSED, as_json=options.json)
    prepared = grader(report.scheme)
    found = read_facts(prepared, options.facts, day)
    if found.problems:
        return _refuse_facts(found.problems, as_json=options.json)
    stage = Stage(options.stage) if options.stage else None
    graded = _graded(prepared, found, day, stage, options.member)
    if isinstance(graded, list):
        return _refuse_facts(graded, as_json=options.json)
    if options.json:
        data = _simulation_data(prepared, found, graded, day)
        return _answer(data, [], DONE, as_json=True)
    return _answer({}, _simulation_lines(prepared, found, graded, day), DONE, as_json=False)


def _refuse_facts(problems: Sequence[Problem], *, as_json: bool) -> int:
    lines = [f"{problem.place}: {problem.message}" for problem in problems[:SHOWN_PROBLEMS]]
    if len(problems) > SHOWN_PROBLEMS:
        lines.append(_("… and {count} more.").format(count=len(problems) - SHOWN_PROBLEMS))
    text = _("{count} facts are refused, so nobody was graded.").format(count=len(problems))
    data = {
        "error": {"code": "facts_refused", "text": text},
        "problems": [problem.as_data() for problem in problems],
    }
    return _answer(data, [*lines, text], REFUSED, as_json=as_json)


def read_facts(prepared: Grader, path: Path, day: date) -> table.Facts:
    """The facts of a csv, xls, xlsx or json file. Raises OSError when it cannot be opened, BadInput when not readable."""
    content = path.read_bytes()
    if path.suffix.lower() == ".json":
        return table.read_entries(prepared, _json(content), day)
    sheets = reading.read_sheet(content, path.name, SPREADSHEET).sheets
    if not sheets:
        raise BadInput("file_empty", _("This file is empty."))
    return table.read_rows(prepared, sheets[0].rows, day)


def _json(content: bytes) -> Any:
    """A JSON document with exact numbers; NaN and Infinity stay words, so that they are refused where they stand."""
    if len(content) > LARGEST_JSON:
        raise BadInput("file_too_large", _("This file is too large."))
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError) as wrong:
        text = _("This is no valid JSON in UTF-8: {reason}")
        raise BadInput("json", text.format(reason=wrong)) from None


def _graded(
    prepared: Grader, found: table.Facts, day: date, stage: Stage | None, only: str | None
) -> dict[str, Result] | list[Problem]:
    """Member → result, or what keeps members from being graded."""
    if only is not None and only not in found.members:
        raise BadInput("member_unknown", _("“{member}” is not in the file of facts.").format(member=only[:40]))
    results: dict[str, Result] = {}
    problems: list[Problem] = []
    for member, facts in found.members.items():
        if only is not None and member != only:
            continue
        try:
            results[member] = prepared.grade(facts, day, stage=stage)
        except AppError as refusal:
            text = refusal.text.replace("{", "{{").replace("}", "}}")
            problems.append(Problem(refusal.code, member, text))
    return problems or results


def _simulation_data(prepared: Grader, found: table.Facts, graded: dict[str, Result], day: date) -> dict[str, Any]:
    scheme = prepared.scheme
    reader = explain.Reader(scheme)
    members = [_member_data(prepared, reader, name, found, result, day) for name, result in graded.items()]
    return {
        "scheme": _heading(scheme),
        "on": day.isoformat(),
        "members": members,
        "distribution": dict(Counter(result.shown for result in graded.values())),
    }


def _member_data(
    prepared: Grader, reader: explain.Reader, name: str, found: table.Facts, result: Result, day: date
) -> dict[str, Any]:
    changes = change.what_would_change(prepared.scheme, found.members[name], day, result)
    return {
        "member": name,
        "score": None if result.score is None else format(result.score, "f"),
        "grade": result.grade,
        "shown": result.shown,
        "status": result.status,
        "by_score": result.by_score or None,
        "limits": [{"code": limit.code, "item": limit.item, "grade": limit.grade} for limit in result.limits],
        "missing": list(result.missing),
        "steps": [explain.step_data(reader, step) for step in result.steps],
        "what_would_change": [change.change_data(reader, one) for one in changes],
    }


def _simulation_lines(prepared: Grader, found: table.Facts, graded: dict[str, Result], day: date) -> list[str]:
    scheme = prepared.scheme
    reader = explain.Reader(scheme)
    text = _("{title}, version {version}, as of {day}")
    lines = [text.format(title=scheme.title.text, version=scheme.version, day=day)]
    for name, result in graded.items():
        lines += ["", f"{name}: {reader.headline(result)}", *(f"  · {reader.line(step)}" for step in result.steps)]
        changes = change.what_would_change(scheme, found.members[name], day, result)
        if changes and not result.missing:
            lines += [_("  What would change it:"), *(f"  → {change.words(reader, one)}" for one in changes)]
    counts = Counter(result.shown for result in graded.values())
    spread = _(", ").join(f"{reader.title(grade)} {count}" for grade, count in counts.most_common())
    return [*lines, "", _("Distribution: {spread}").format(spread=spread)]
