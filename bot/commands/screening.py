"""Screening in chat: trying a text, seeing what is held and why, letting it go, and how right the rules are."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

from bot import dialogues, rule_trials
from bot.commands.files import File
from bot.marking import kept, shown
from bot.messages import Button, FileIn, FileOut, Incoming, Reply, Table
from bot.parameters import NAMED, Choice, Line, Number, Parameter, Reason, plain
from bot.registry import command
from core import attachments
from core.access import Permission
from core.errors import BadInput
from core.gathering import gather
from core.holds import HoldState, ScreenedText
from core.i18n import N_, _
from core.screening import Verdict, verdict_of
from core.transaction import Tx
from disciplinary import queries, usecases
from disciplinary.rules import holding

WAITING = (HoldState.HELD,)
DAYS = 365
TRIED = 1_000
"""So many texts are read at once in chat, which takes some seconds."""


def _read_screened(tx: Tx, raw: str) -> ScreenedText:
    digits = plain(raw).upper().removeprefix("H").removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("screened_form", _("Write a screened text like H-0007."))
    return queries.screened_by_number(tx.session, int(digits))


def _verdicts(_tx: Tx) -> list[Choice]:
    return [("wrong", _("false alarm")), ("right", _("rightly found"))]


def _read_right(_tx: Tx, raw: str) -> bool:
    word = plain(raw).casefold()
    if word in ("wrong", "false", "误报", _("false alarm").casefold()):
        return False
    if word in ("right", "true", "属实", _("rightly found").casefold()):
        return True
    raise BadInput("mark_form", _("Say “wrong” for a false alarm, or “right”."))


def _read_pasted(_tx: Tx, raw: str) -> str:
    """What was typed; nothing beside a file."""
    return raw.strip()


Pasted = Annotated[str, Parameter(N_("text"), _read_pasted, zh="内容", rest=True, multiline=True)]
ScreenedRef = Annotated[ScreenedText, Parameter(N_("screened text"), _read_screened, zh="筛查编号")]
Mark = Annotated[bool, Parameter(N_("right or wrong"), _read_right, zh="判断", choices=_verdicts)]


@command(
    "screen",
    zh="筛查",
    summary=N_("Try a text or a file: what could be misuse of authority"),
    permission=Permission.SCREEN_TEXTS,
)
def screen(tx: Tx, incoming: Incoming, text: Pasted = "", file: File | None = None) -> Reply:
    """The marked words with reasons and rewording. Nothing is sent, and no text is kept for others to see."""
    if not text and file is None:
        return _ask_for_text(tx, incoming)
    sent: FileIn | None = file
    gathered = gather(text, [(sent.name, sent.content)] if sent else [])
    findings = (*map(gathered.placed, tx.screen(gathered.text)), *gathered.not_read())
    data = {"verdict": verdict_of(findings), "findings": [asdict(finding) for finding in findings]}
    words = shown(gathered.text, findings)
    if gathered.pictured:
        words += "\n" + _("The pictures in it were not read: look at them yourself.")
    return Reply(words, data=data)


def _ask_for_text(tx: Tx, incoming: Incoming) -> Reply:
    if not incoming.interactive:
        raise BadInput("text_missing", _("Some text is needed here."))
    dialogues.expect(tx, incoming, "screen", {}, "text")
    return Reply(_("Paste the text, or send the file.") + " " + _("`cancel` stops."), error="missing_parameter")


@command(
    "screen rules try",
    zh="筛查 试规则",
    summary=N_("Try a file of rules on the texts that were screened here; nothing is switched on"),
    permission=Permission.SCREEN_TEXTS,
)
def try_rules(tx: Tx, file: File) -> Reply:
    """What the rules would newly find, or no longer find, in the newest texts of the archive."""
    texts = queries.archive(tx.session, TRIED)
    sent: FileIn = file
    trial = rule_trials.run(sent.content, texts)
    data = {"texts": len(texts), "starts": len(trial.starts), "stops": len(trial.stops), "failed": len(trial.failed)}
    return Reply(rule_trials.summary(trial, len(texts)), table=rule_trials.table(trial), data=data)


@command("screen list", zh="筛查 列表", summary=N_("Texts that screening holds"), permission=Permission.SCREEN_TEXTS)
def list_held(tx: Tx) -> Reply:
    """What is held, newest first."""
    found = queries.texts(tx.session, *WAITING)
    rows = tuple((entry.reference, entry.subject, _quotes(entry), _needed(tx, entry)) for entry in found)
    table = Table((_("Number"), _("About"), _("Because of"), _("Needed")), rows) if rows else None
    buttons = tuple((Button(row[0], f"screen show {row[0]}"),) for row in rows[:5])
    text = _("{count} texts are held").format(count=len(rows))
    return Reply(text, table=table, buttons=buttons, data=[list(row) for row in rows])


def _quotes(entry: ScreenedText) -> str:
    return "；".join(finding["quote"][:20] for finding in entry.findings[:3])


def _needed(tx: Tx, entry: ScreenedText) -> str:
    done = queries.as_rules(queries.releases_of(tx.session, entry))
    return holding.still_needed(Verdict(entry.verdict), done)


@command(
    "screen show",
    zh="筛查 查看",
    summary=N_("A screened text, why it is held, and who let it go"),
    permission=Permission.SCREEN_TEXTS,
)
def show(tx: Tx, entry: ScreenedRef) -> Reply:
    """The text with its findings, the marks on the rules, and the releases so far."""
    marks = queries.marks_of(tx.session, entry)
    lines = [
        f"{entry.reference} · {entry.subject} · {HoldState(entry.state).label}",
        shown(entry.text, tuple(map(kept, entry.findings))),
    ]
    lines += [
        _("Released on {when}{who}: {reason}").format(
            when=tx.association.show(release.at),
            who=_(" (as supervisor)") if release.as_supervisor else "",
            reason=release.reason,
        )
        for release in queries.releases_of(tx.session, entry)
    ]
    if entry.state == HoldState.HELD:
        lines.append(_("Still needed: {needed}").format(needed=_needed(tx, entry)))
    rules = sorted({finding["rule"] for finding in entry.findings} - marks.keys())
    buttons = [
        (Button(_("{rule}: false alarm").format(rule=rule), f"screen mark {entry.reference} {rule} wrong"),)
        for rule in rules[:4]
    ]
    if entry.state == HoldState.HELD and tx.actor.may(Permission.RELEASE_TEXTS):
        buttons.insert(0, (Button(_("Let it go"), f"screen release {entry.reference}"),))
    data = {"screened": entry.number, "state": entry.state, "findings": entry.findings, "marks": marks}
    return Reply("\n".join(lines), buttons=tuple(buttons), files=_files(tx, entry), data=data)


def _files(tx: Tx, entry: ScreenedText) -> tuple[FileOut, ...]:
    """What went to be sent along: whoever decides has to be able to open it."""
    found = [attachments.content_of(tx.session, number) for number in entry.files]
    return tuple(FileOut(name, content, media_type) for name, media_type, content in found)


@command(
    "screen release",
    zh="筛查 放行",
    summary=N_("Let a held text go, with a written reason; never one's own"),
    permission=Permission.RELEASE_TEXTS,
    sensitive=True,
)
def release(tx: Tx, entry: ScreenedRef, reason: Reason) -> Reply:
    """Release a text; a grave finding needs a supervisor and one more person."""
    done = usecases.release(tx, entry=entry, reason=reason)
    if done.state == HoldState.RELEASED:
        text = _("{reference} is released. Its author was told.").format(reference=done.reference)
    else:
        text = _("Noted. Still needed: {needed}").format(needed=_needed(tx, done))
    return Reply(text, data={"screened": done.number, "state": done.state})


@command(
    "screen mark",
    zh="筛查 标记",
    summary=N_("Say whether a rule was right on a text"),
    permission=Permission.SCREEN_TEXTS,
)
def mark(tx: Tx, entry: ScreenedRef, rule: Line, right: Mark) -> Reply:
    """Note a false alarm, or that the rule was right. This releases nothing."""
    usecases.mark_rule(tx, entry=entry, rule=plain(rule), right=right)
    word = _("rightly found") if right else _("false alarm")
    text = _("Noted for {rule}: {word}. The text stays as it is.")
    return Reply(text.format(rule=plain(rule), word=word), data={"screened": entry.number, "right": right})


@command(
    "screen stats",
    zh="筛查 统计",
    summary=N_("How often each rule fired, and how often it was right"),
    permission=Permission.SCREEN_TEXTS,
)
def stats(tx: Tx, days: Number = DAYS, rule: Annotated[Line, NAMED] = "") -> Reply:
    """Firings by rule over the last days, or of one rule month by month; a text that its author reworded counts as right."""
    since = tx.now - timedelta(days=max(days, 1))
    if rule:
        records = queries.monthly_records(tx.session, since, plain(rule), tx.association.timezone)
        head, text = _("Month"), _("{rule}, month by month").format(rule=plain(rule))
    else:
        records = queries.rule_records(tx.session, since)
        head, text = _("Rule"), _("Rules that fired in the last {days} days").format(days=max(days, 1))
    rows = tuple(
        (r.rule, str(r.fired), str(r.right), str(r.wrong), f"{r.precision} %" if r.precision is not None else "–")
        for r in records
    )
    columns = (head, _("Fired"), _("Right"), _("False alarms"), _("Precision"))
    return Reply(text, table=Table(columns, rows) if rows else None, data=[list(row) for row in rows])
