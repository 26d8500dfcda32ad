"""The register of document numbers, the association's code word, and its settings for announcements."""

from typing import Annotated

from announcements import queries, usecases
from announcements.models import Announcement, IssuedNumber
from announcements.rules.lifecycle import State
from announcements.rules.quiet import Manners
from bot.commands.announcement_parameters import Hours, NumberRef
from bot.messages import Reply, Table
from bot.parameters import NAMED, Parameter, Reason, plain, read_number, read_text, read_yes
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx


def _read_year(tx: Tx, raw: str) -> int:
    return read_number(tx, plain(raw).removesuffix("年度").removesuffix("年"))


CodeWord = Annotated[str, Parameter(N_("code word"), read_text, zh="代字")]
Year = Annotated[int, Parameter(N_("year"), _read_year, zh="年份", hint=N_("for example 2027"))]
Every = Annotated[int, Parameter(N_("working days between reminders"), read_number, zh="催阅间隔"), NAMED]
Times = Annotated[int, Parameter(N_("reminders at most"), read_number, zh="催阅次数"), NAMED]
After = Annotated[int, Parameter(N_("working days until others are asked"), read_number, zh="转催"), NAMED]
Least = Annotated[int, Parameter(N_("least working days of a public notice"), read_number, zh="公示天数"), NAMED]
First = Annotated[bool, Parameter(N_("whether the first day counts"), read_yes, zh="含首日"), NAMED]
DaysOff = Annotated[bool, Parameter(N_("whether days off are kept free"), read_yes, zh="休息日免打扰"), NAMED]
QuietHours = Annotated[Hours, NAMED]


def _remark(entry: IssuedNumber, bearer: Announcement) -> str:
    if entry.voided_at:
        return _("void: {reason}").format(reason=entry.reason)
    return State(bearer.state).label if bearer.state != State.PUBLISHED else ""


@command(
    "announce register",
    zh="文号 登记簿",
    summary=N_("Every document number of a year, void ones included"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def register(tx: Tx, year: Year | None = None) -> Reply:
    """In order and without gaps; a void number says why."""
    found = queries.numbers_of(tx.session, year or tx.today.year)
    rows = tuple(
        (
            f"{entry.code}〔{entry.year}〕{entry.number}号",
            one.title,
            tx.association.show(entry.issued_at),
            _remark(entry, one),
        )
        for entry, one in found
    )
    table = Table((_("Document number"), _("Title"), _("Given out"), _("Remark")), rows)
    text = _("{count} document numbers in {year}").format(count=len(rows), year=year or tx.today.year)
    return Reply(text, table=table if rows else None, data=[[row[0], row[3]] for row in rows])


@command(
    "announce void",
    zh="文号 作废",
    summary=N_("A document number is void: it keeps its place and is never given out again"),
    permission=Permission.APPROVE,
    sensitive=True,
)
def void(tx: Tx, number: NumberRef, reason: Reason) -> Reply:
    """Only when the announcement that bears it is not in force."""
    usecases.void_number(tx, number=number, reason=reason)
    return Reply(_("{number} is void.").format(number=number), data={"number": str(number)})


@command(
    "office codeword",
    zh="办公 代字",
    summary=N_("The code word of the association's document numbers"),
    permission=Permission.MANAGE_OFFICE,
    sensitive=True,
)
def codeword(tx: Tx, text: CodeWord) -> Reply:
    """A code word of a government body is refused."""
    word = usecases.choose_code_word(tx, word=text)
    sample = f"{word}〔{tx.today.year}〕1号"
    return Reply(_("Documents are numbered like {sample} from now on.").format(sample=sample), data={"code_word": word})


@command(
    "announce settings",
    zh="公告 设置",
    summary=N_("Quiet hours, reminders of the unread, length of public notices"),
    permission=Permission.MANAGE_OFFICE,
)
def settings(
    tx: Tx,
    quiet: QuietHours | None = None,
    days_off: DaysOff | None = None,
    every: Every | None = None,
    times: Times | None = None,
    after: After | None = None,
    least: Least | None = None,
    first_day: First | None = None,
) -> Reply:
    """Without a value it shows what is settled."""
    given = {
        "days_off": days_off,
        "chase_every": every,
        "chase_times": times,
        "escalate_after": after,
        "notice_days": least,
        "count_first_day": first_day,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if quiet is not None:
        changes |= {"begins": quiet[0], "ends": quiet[1]}  # type: ignore[dict-item]
    chosen = usecases.choose_manners(tx, changes=changes) if changes else Manners.of(tx.association.settings)  # type: ignore[arg-type]
    return Reply(_in_words(chosen), data=chosen.stored())


def _in_words(chosen: Manners) -> str:
    lines = [
        _("Quiet hours: {first}–{last}; days off are kept free: {off}").format(
            first=chosen.begins.isoformat("minutes"),
            last=chosen.ends.isoformat("minutes"),
            off=_("Yes") if chosen.days_off else _("No"),
        ),
        _("Reminders: every {every} working days, at most {times}; others are asked after {after}").format(
            every=chosen.chase_every, times=chosen.chase_times, after=chosen.escalate_after
        ),
    ]
    if chosen.notice_days:
        lines.append(_("Public notices run at least {days} working days.").format(days=chosen.notice_days))
    return "\n".join(lines)
