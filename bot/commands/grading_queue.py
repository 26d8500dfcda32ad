"""The evaluators' queue in chat: one indicator at a time, scored by button or number, with a reason for every deduction."""

from bot import dialogues
from bot.commands import grading_cards as cards
from bot.commands.files import File
from bot.commands.grading_parameters import IndicatorRef, RoundRef, ScoreText
from bot.commands.members import MemberRef
from bot.messages import Button, FileOut, Incoming, Reply
from bot.parameters import Reason
from bot.registry import command
from core import attachments
from core.access import Permission
from core.errors import BadInput, NotAllowed
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import GradingRound, Unit
from membership.queries import rounds, scoring
from membership.queries.scoring import Turn
from membership.rules import scoring as rules
from membership.rules.grading.numbers import plain
from membership.rules.grading.scheme import Indicator, Scheme
from membership.rules.rounds import state_of
from membership.rules.scoring import Given, Verdict, stage_label
from membership.usecases import scoring as usecases

MOST_FILES = 5


@command(
    "grading queue",
    zh="评定 待评",
    summary=N_("The next indicator in your queue, with its evidence"),
    permission=Permission.EVALUATE,
)
def queue(tx: Tx, incoming: Incoming, round: RoundRef | None = None) -> Reply:
    """What is next for this evaluator; nothing when all is done."""
    return next_card(tx, incoming, round)


def next_card(tx: Tx, incoming: Incoming, round_: GradingRound | None, head: str = "") -> Reply:
    """The next item under a line about what was just done."""
    turn = scoring.next_turn(tx.session, tx.actor.person_id or 0, round_)
    if turn is None:
        text = _("Nothing waits for your review.") if not head else _("That was the last one: your queue is empty.")
        return Reply("\n".join(part for part in (head, text) if part), data={"left": 0})
    scheme = rounds.scheme_of(tx.session, turn.round)
    indicator = scoring.next_indicator(tx.session, scheme, turn)
    if indicator is None:
        return Reply(_("This scheme has no indicators to score."), data={"left": 0})
    return card(tx, incoming, turn, scheme, indicator, head)


def card(tx: Tx, incoming: Incoming, turn: Turn, scheme: Scheme, indicator: Indicator, head: str = "") -> Reply:
    """One item of the queue; what is typed next is its score."""
    round_, unit = turn.round, turn.unit
    before = cards.former(tx, round_, unit, indicator, turn.stage)
    files = cards.files_of(tx, round_, unit, indicator)
    lines = [
        head,
        _("{reference} {stage} · member {number} of {count}").format(
            reference=round_.reference, stage=stage_label(turn.stage), number=turn.done + 1, count=turn.units
        ),
        f"{unit.reference} {unit.name}",
        *cards.question(scheme, indicator),
        *(f"{stage_label(stage)}：{cards.given(one)}" for stage, one in before.items()),
        *cards.evidence(files),
        _("Press a score or type one."),
    ]
    where = cards.place(round_, unit, scheme, indicator)
    expect(tx, incoming, where)
    rows = cards.scores(f"grading score {where}", scheme, indicator, list(before.values()))
    others = [Button(_("Later"), f"grading skip {where}")]
    if files:
        others.append(Button(_("See the evidence"), f"grading files {where}"))
    others.append(Button(_("Add evidence"), f"grading evidence {where}"))
    data = {"round": round_.number, "member": unit.number, "indicator": indicator.id, "stage": turn.stage.value}
    data |= {
        "done": turn.done,
        "units": turn.units,
        "files": len(files),
        "former": {s.value: o.score for s, o in before.items()},
    }
    return Reply("\n".join(line for line in lines if line), buttons=(*rows, tuple(others)), data=data)


def expect(tx: Tx, incoming: Incoming, where: str, score: str = "") -> None:
    """What this person types next is the score, or with a score its reason."""
    if incoming.interactive:
        given = dict(zip(("round", "member", "indicator"), where.split(" "), strict=True))
        more = {"score": score} if score else {}
        dialogues.expect(tx, incoming, "grading score", given | more, "reason" if score else "score")


@command(
    "grading score",
    zh="评定 打分",
    summary=N_("Score one indicator of a member in your queue; a deduction needs its reason"),
    permission=Permission.EVALUATE,
    sensitive=True,
)
def score(
    tx: Tx,
    incoming: Incoming,
    round: RoundRef,
    member: MemberRef,
    indicator: IndicatorRef,
    score: ScoreText,
    reason: Reason = "",
) -> Reply:
    """Digits (90, ９０ and 90分 are understood), 缺失 or 不适用. What is wrong is said, and asked again."""
    scheme, one = cards.scheme_and(tx, round, indicator)
    where = cards.place(round, member, scheme, one)
    try:
        given = rules.read_given(scheme, one, score)
        if incoming.interactive and given.verdict is not Verdict.FULL and not reason:
            return _ask_reason(tx, incoming, where, given, one)
        usecases.score(tx, round_=round, unit=member, indicator=one, given=given, reason=reason)
    except BadInput as wrong:
        if not incoming.interactive:
            raise
        expect(tx, incoming, where)
        rows = cards.scores(f"grading score {where}", scheme, one, [])
        return Reply("\n".join((wrong.text, *cards.question(scheme, one))), buttons=tuple(rows), error=wrong.code)
    return next_card(tx, incoming, round, said(member, one, given))


def _ask_reason(tx: Tx, incoming: Incoming, where: str, given: Given, indicator: Indicator) -> Reply:
    """Ask why points are taken away; the evaluator may choose another score instead."""
    text = plain(given.score) if given.score is not None else given.verdict.label
    expect(tx, incoming, where, plain(given.score) if given.score is not None else given.verdict.value)
    lost = indicator.max - given.score if given.score is not None else None
    words = _("{score}: {lost} points are taken away. Why? One sentence about what was found.")
    if lost is None:
        words = _("{score}. Why? One sentence about what was found.")
    buttons = ((Button(_("Another score"), "grading queue " + where.split(" ", maxsplit=1)[0]),),)
    shown = words.format(score=text, lost=plain(lost) if lost is not None else "")
    return Reply(shown, buttons=buttons, error="reason_missing", data={"score": text})


def said(unit: Unit, indicator: Indicator, given: Given) -> str:
    """A line about a score that was just entered."""
    words = plain(given.score) if given.score is not None else given.verdict.label
    return f"✓ {unit.reference} {indicator.title.text}：{words}"


@command(
    "grading skip",
    zh="评定 暂缓",
    summary=N_("Put an indicator off; it comes again later"),
    permission=Permission.EVALUATE,
)
def skip(tx: Tx, incoming: Incoming, round: RoundRef, member: MemberRef, indicator: IndicatorRef) -> Reply:
    """The other indicators of the member come first, then the other members."""
    _scheme, one = cards.scheme_and(tx, round, indicator)
    usecases.defer(tx, round_=round, unit=member, indicator=one)
    head = _("{indicator} of {unit} comes again later.").format(indicator=one.title.text, unit=member.reference)
    return next_card(tx, incoming, round, head)


@command(
    "grading evidence",
    zh="评定 证据",
    summary=N_("Send a file as evidence for an indicator that you score, such as the record of a visit"),
    permission=Permission.EVALUATE,
)
def evidence(
    tx: Tx, incoming: Incoming, round: RoundRef, member: MemberRef, indicator: IndicatorRef, file: File
) -> Reply:
    """It is kept with its hash; the score then rests on it, too."""
    scheme, one = cards.scheme_and(tx, round, indicator)
    kept = usecases.add_evidence(tx, round_=round, unit=member, indicator=one, name=file.name, content=file.content)
    head = _("{name} is kept (SHA-256 {hash}).").format(name=kept.name, hash=kept.sha256[:12])
    turn = _turn(tx, round, member)
    if turn is None:
        return Reply(head, data={"sha256": kept.sha256})
    return card(tx, incoming, turn, scheme, one, head)


def _turn(tx: Tx, round_: GradingRound, unit: Unit) -> Turn | None:
    stage = rounds.STAGE_OF.get(state_of(round_.state))
    held = scoring.assignment_of(tx.session, round_, unit, stage) if stage is not None else None
    if held is None or held.person_id != tx.actor.person_id:
        return None
    return scoring.turn_of(tx.session, round_, unit, held)


@command(
    "grading files", zh="评定 材料", summary=N_("The evidence files for an indicator"), permission=Permission.EVALUATE
)
def files(tx: Tx, incoming: Incoming, round: RoundRef, member: MemberRef, indicator: IndicatorRef) -> Reply:
    """For the evaluator who scores the member, and for staff who run the round."""
    if _turn(tx, round, member) is None and not tx.actor.may(Permission.MANAGE_GRADING):
        text = _("{unit} is not in your queue at this stage. `grading queue` shows what is.")
        raise NotAllowed("not_assigned", text.format(unit=member.name))
    scheme, one = cards.scheme_and(tx, round, indicator)
    found = cards.files_of(tx, round, member, one)
    sent = tuple(_file(tx, kept.attachment_id) for kept in found[:MOST_FILES])
    rows: cards.Rows = []
    if _turn(tx, round, member) is not None:
        where = cards.place(round, member, scheme, one)
        expect(tx, incoming, where)
        rows = cards.scores(f"grading score {where}", scheme, one, [])
    lines = [f"{member.reference} {one.title.text}", *cards.evidence(found)]
    data = {"files": [kept.sha256 for kept in found]}
    return Reply("\n".join(lines), files=sent, buttons=tuple(rows), data=data)


def _file(tx: Tx, number: int) -> FileOut:
    name, media_type, content = attachments.content_of(tx.session, number)
    return FileOut(name, content, media_type)
