"""Grading schemes: entered from a file or a text, checked, compared, published by a second person, retired."""

from bot.commands.files import File
from bot.commands.grading_parameters import OtherScheme, SchemeRef, SchemeText
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Reason
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import GradingScheme
from membership.queries import grading as queries
from membership.queries import people_by_id
from membership.rules.grading.checker import Report, examine
from membership.rules.grading.compare import differences
from membership.rules.grading.problems import Problem
from membership.usecases import schemes as usecases

SHOWN = 20
STATES = {"draft": N_("draft"), "published": N_("published"), "retired": N_("retired")}


def _document(file: object, text: str) -> str:
    """What was sent: a file, a document, or the name of a shipped one. Raises BadInput."""
    if file is not None:
        try:
            return bytes(file.content).decode("utf-8-sig")  # type: ignore[attr-defined]
        except UnicodeDecodeError:
            raise BadInput("scheme_encoding", _("This file is not text in UTF-8. Save it as UTF-8.")) from None
    shipped = queries.shipped_document(text.strip())
    if shipped is not None or "=" in text:
        return shipped or text
    known = ", ".join(queries.shipped_names())
    words = _("Send the document as a file, paste it behind the command, or name one that is shipped: {known}")
    raise BadInput("scheme_document_missing", words.format(known=known))


def _line(problem: Problem) -> str:
    mark = "✗" if problem.is_error else "⚠"
    return f"{mark} {problem.place}: {problem.message}"


def _findings(report: Report) -> list[str]:
    found = [_line(problem) for problem in report.problems[:SHOWN]]
    if len(report.problems) > SHOWN:
        found.append(_("… and {count} more.").format(count=len(report.problems) - SHOWN))
    return found or [_("The checker found nothing wrong.")]


@command(
    "scheme add",
    zh="方案 添加",
    summary=N_("Enter a grading scheme as a draft; the checker says what is wrong and where"),
    permission=Permission.MANAGE_GRADING,
)
def add(tx: Tx, text: SchemeText | None = None, file: File | None = None) -> Reply:
    """A file, a pasted document, or the name of a shipped scheme."""
    version, report = usecases.draft_scheme(tx, document=_document(file, text or ""))
    head = _("{reference} “{title}” is kept as a draft.").format(reference=version.reference, title=version.title)
    row = [Button(_("Ask for publication"), f"scheme publish {version.reference}")] if report.sound else []
    row.append(Button(_("Show"), f"scheme show {version.reference}"))
    data = {"scheme": version.reference, "sound": report.sound, "problems": [p.as_data() for p in report.problems]}
    return Reply("\n".join([head, *_findings(report)]), buttons=(tuple(row),), data=data)


@command(
    "scheme check",
    zh="方案 检查",
    summary=N_("What the checker says of a scheme, with the place in the document"),
    permission=Permission.MANAGE_GRADING,
)
def check(tx: Tx, scheme: SchemeRef) -> Reply:
    """Errors keep it from being published, warnings are for whoever publishes."""
    report = examine(scheme.document, tx.today)
    lines = [f"{scheme.reference} {scheme.title}", *_findings(report)]
    data = {"sound": report.sound, "problems": [problem.as_data() for problem in report.problems]}
    return Reply("\n".join(lines), data=data)


@command(
    "scheme list",
    zh="方案 列表",
    summary=N_("Grading schemes and their versions"),
    permission=Permission.MANAGE_GRADING,
)
def list_all(tx: Tx) -> Reply:
    """Every version with its state and since when it is in effect."""
    found = queries.schemes(tx.session)
    rows = tuple((one.reference, one.title, _(STATES[one.state]), _effect(one)) for one in found)
    if not rows:
        names = queries.shipped_names()
        buttons = tuple((Button(name, f"scheme add {name}"),) for name in names[:3])
        return Reply(_("There is no scheme yet. `scheme add` enters one."), buttons=buttons, data=[])
    table = Table((_("Scheme"), _("Title"), _("State"), _("In effect")), rows)
    buttons = tuple((Button(_("Show {name}").format(name=row[0]), f"scheme show {row[0]}"),) for row in rows[:5])
    return Reply(_("Grading schemes"), table=table, buttons=buttons, data=[list(row) for row in rows])


def _effect(one: GradingScheme) -> str:
    return f"{one.effective_from} – {one.effective_to or ''}"


@command(
    "scheme show",
    zh="方案 查看",
    summary=N_("A scheme: indicators, weights, bands, who published it"),
    permission=Permission.MANAGE_GRADING,
)
def show(tx: Tx, scheme: SchemeRef) -> Reply:
    """The scheme in short, with its hash; the exact document comes with `scheme export`."""
    lines = [f"{scheme.reference} {scheme.title} · {_(STATES[scheme.state])}", f"SHA-256 {scheme.sha256}"]
    lines.append(_("In effect: {period}").format(period=_effect(scheme)))
    lines += _hands(tx, scheme)
    report = examine(scheme.document, tx.today)
    table = None
    if report.scheme is not None:
        found = report.scheme
        rows = tuple(
            (one.title.text, f"{one.max:f}", f"{one.weight:f}" if one.weight is not None else "", one.clause)
            for one in found.indicators
        )
        table = Table((_("Indicator"), _("Maximum"), _("Weight"), _("Clause")), rows) if rows else None
        lines.append(
            _("Grades: {grades}; {rules} rules").format(grades=" ".join(found.grade_ids), rules=len(found.rules))
        )
    row = [
        Button(_("Export"), f"scheme export {scheme.reference}"),
        Button(_("Check"), f"scheme check {scheme.reference}"),
    ]
    if scheme.state == "draft":
        row.append(Button(_("Ask for publication"), f"scheme publish {scheme.reference}"))
    data = {"scheme": scheme.reference, "state": scheme.state, "sha256": scheme.sha256}
    return Reply("\n".join(lines), table=table, buttons=(tuple(row),), data=data)


def _hands(tx: Tx, one: GradingScheme) -> list[str]:
    ids = [person for person in (one.drafted_by, one.published_by, one.retired_by) if person]
    names = {person: found.name for person, found in people_by_id(tx.session, ids).items()}
    lines = [
        _("Written by {name}, {when}").format(
            name=names.get(one.drafted_by, "–"), when=tx.association.show(one.drafted_at)
        )
    ]
    if one.published_at is not None:
        name, when = names.get(one.published_by or 0, "–"), tx.association.show(one.published_at)
        lines.append(_("Published by {name}, {when}").format(name=name, when=when))
    if one.retired_at is not None:
        name, when = names.get(one.retired_by or 0, "–"), tx.association.show(one.retired_at)
        lines.append(_("Retired by {name}, {when}: {reason}").format(name=name, when=when, reason=one.retired_why))
    return lines


@command(
    "scheme diff",
    zh="方案 对比",
    summary=N_("What differs between two versions, value by value"),
    permission=Permission.MANAGE_GRADING,
)
def diff(tx: Tx, scheme: SchemeRef, other: OtherScheme) -> Reply:
    """Every value that was changed, added or taken away, by its place in the document."""
    del tx
    found = differences(scheme.document, other.document)
    rows = tuple((one.path, one.before or "–", one.after or "–") for one in found)
    table = Table((_("Where in it"), scheme.reference, other.reference), rows[:60]) if rows else None
    text = _("{count} differences").format(count=len(rows)) if rows else _("These two are the same.")
    return Reply(text, table=table, data=[list(row) for row in rows])


@command(
    "scheme publish",
    zh="方案 发布",
    summary=N_("Ask somebody who did not write it to publish a scheme"),
    permission=Permission.MANAGE_GRADING,
)
def publish(tx: Tx, scheme: SchemeRef) -> Reply:
    """From its publication on the version never changes."""
    approval = usecases.ask_publication(tx, version=scheme)
    text = _("{approval}: {scheme} waits for an officer who did not write it.")
    words = text.format(approval=approval.reference, scheme=scheme.reference)
    return Reply(words, data={"approval": approval.number, "scheme": scheme.reference})


@command(
    "scheme retire",
    zh="方案 停用",
    summary=N_("Open no more rounds by a version; grades given by it stay"),
    permission=Permission.MANAGE_GRADING,
)
def retire(tx: Tx, scheme: SchemeRef, reason: Reason) -> Reply:
    """It stays readable, and what was graded by it can be recomputed."""
    usecases.retire_scheme(tx, version=scheme, reason=reason)
    return Reply(_("{scheme} is retired.").format(scheme=scheme.reference), data={"scheme": scheme.reference})


@command(
    "scheme export",
    zh="方案 导出",
    summary=N_("The exact document of a scheme as a file"),
    permission=Permission.MANAGE_GRADING,
)
def export(tx: Tx, scheme: SchemeRef) -> Reply:
    """Byte for byte as it was entered, with its hash."""
    del tx
    name = f"{scheme.scheme}-{scheme.version}.toml".replace("/", "_")
    file = FileOut(name, scheme.document.encode(), "application/toml")
    return Reply(f"{name}\nSHA-256 {scheme.sha256}", files=(file,), data={"sha256": scheme.sha256})
