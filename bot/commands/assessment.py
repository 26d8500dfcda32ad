"""A member's own assessment in chat: one indicator at a time, with evidence, handed in when it is complete."""

from typing import Annotated

from bot import dialogues
from bot.commands import grading_cards as cards
from bot.commands.files import File
from bot.commands.grading_parameters import EvidenceNumber, IndicatorRef, RoundRef, ScoreText
from bot.commands.members import MemberRef
from bot.messages import Button, Incoming, Reply, Table
from bot.parameters import NAMED, Reason
from bot.registry import command
from core.access import Permission
from core.errors import BadInput, NotFound
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import GradingRound, Unit
from membership.queries import rounds, scoring
from membership.rules import scoring as rules
from membership.rules.grading.scheme import Indicator, Scheme
from membership.rules.grading.terms import Stage
from membership.rules.scoring import Verdict
from membership.usecases import scoring as usecases

OwnMember = Annotated[MemberRef, NAMED]
Why = Annotated[Reason, NAMED]


def _round(tx: Tx, said: GradingRound | None) -> GradingRound:
    """The round that is meant: the one named, or the only one in which this person has something to assess.

    Raises BadInput that names them when there are several, NotFound when there is none.
    """
    if said is not None:
        return said
    found = {one.id: one for one, _unit, _row in rounds.to_assess(tx.session, tx.actor.person_id or 0)}
    if not found:
        raise NotFound("nothing_open", _("Nothing of yours is being assessed now."))
    if len(found) > 1:
        names = "; ".join(f"{one.reference} {one.title}" for one in found.values())
        text = _("Several rounds are open: {names}. Say which, or press one in `assessment list`.")
        raise BadInput("round_ambiguous", text.format(names=names))
    return next(iter(found.values()))


def _unit(tx: Tx, round_: GradingRound, said: Unit | None) -> Unit:
    """The unit that is meant: the one named, or the only one this person acts for in the round. Raises NotFound, BadInput."""
    mine = [unit for one, unit, _row in rounds.to_assess(tx.session, tx.actor.person_id or 0) if one.id == round_.id]
    if said is not None:
        return said
    if len(mine) > 1:
        names = "; ".join(f"{unit.reference} {unit.name}" for unit in mine)
        raise BadInput("member_ambiguous", _("You act for several members. Add member=…: {names}").format(names=names))
    if not mine:
        raise NotFound("nothing_to_assess", _("Nothing of yours is being assessed in this round now."))
    return mine[0]


@command(
    "assessment list",
    zh="自评 列表",
    summary=N_("Rounds in which your unit is to assess itself"),
    permission=Permission.ANSWER,
)
def list_all(tx: Tx) -> Reply:
    """Each with its last day and whether it is handed in."""
    found = rounds.to_assess(tx.session, tx.actor.person_id or 0)
    rows = tuple(
        (
            one.reference, one.title, unit.name, rounds.deadlines_of(tx.session, one)[Stage.SELF].words,
            _("handed in") if member.handed_in_at else _("not handed in"),
        )
        for one, unit, member in found
    )  # fmt: skip
    table = Table((_("Number"), _("Title"), _("Unit"), _("Last day"), _("State")), rows) if rows else None
    buttons = tuple(
        (
            Button(
                _("Fill in {reference}").format(reference=one.reference),
                f"assessment fill {one.reference} member={unit.reference}",
            ),
        )
        for one, unit, _member in found[:5]
    )
    text = _("Self-assessments that are open") if rows else _("Nothing of yours is being assessed now.")
    return Reply(text, table=table, buttons=buttons, data=[list(row) for row in rows])


@command(
    "assessment fill",
    zh="自评 填写",
    summary=N_("Assess your own unit, indicator by indicator; you can stop and go on later"),
    permission=Permission.ANSWER,
    sensitive=True,
)
def fill(
    tx: Tx,
    incoming: Incoming,
    round: RoundRef | None = None,
    indicator: IndicatorRef | None = None,
    score: ScoreText | None = None,
    reason: Why = "",
    member: OwnMember | None = None,
) -> Reply:
    """Take one score if one is given, then ask for its evidence, then the next; at the end show all of them.

    The round need not be said while only one is open.
    """
    chosen = _round(tx, round)
    unit, scheme = _unit(tx, chosen, member), rounds.scheme_of(tx.session, chosen)
    if indicator is None:
        return _next(tx, incoming, chosen, unit, scheme)
    one = scoring.indicator_named(scheme, indicator)
    if score is None:
        return _ask(tx, incoming, chosen, unit, scheme, one)
    try:
        given = rules.read_given(scheme, one, score)
        usecases.assess(tx, round_=chosen, unit=unit, indicator=one, given=given, reason=reason)
    except BadInput as wrong:
        if not incoming.interactive:
            raise
        asked = _ask(tx, incoming, chosen, unit, scheme, one, wrong.text)
        return Reply(asked.text, buttons=asked.buttons, error=wrong.code)
    files = cards.files_of(tx, chosen, unit, one)
    if one.evidence and given.verdict not in (Verdict.MISSING, Verdict.NOT_APPLICABLE) and not files:
        return _ask_evidence(tx, incoming, chosen, unit, scheme, one)
    return _next(tx, incoming, chosen, unit, scheme, f"✓ {one.title.text}：{score}")


def _line(name: str, round_: GradingRound, unit: Unit, scheme: Scheme, indicator: Indicator) -> str:
    return f"{name} {round_.reference} {scoring.place_of(scheme, indicator)} member={unit.reference}"


def _expect(
    tx: Tx, incoming: Incoming, name: str, round_: GradingRound, unit: Unit, scheme: Scheme, one: Indicator, asking: str
) -> None:
    if incoming.interactive:
        place = str(scoring.place_of(scheme, one))
        dialogues.expect(
            tx, incoming, name, {"round": round_.reference, "indicator": place, "member": unit.reference}, asking
        )


def _next(tx: Tx, incoming: Incoming, round_: GradingRound, unit: Unit, scheme: Scheme, head: str = "") -> Reply:
    given = scoring.current_scores(tx.session, round_, unit)
    left = [one for one in rules.asked(scheme) if (Stage.SELF, one.id) not in given]
    if left:
        return _ask(tx, incoming, round_, unit, scheme, left[0], head)
    return _review(tx, round_, unit, scheme, head)


def _ask(
    tx: Tx, incoming: Incoming, round_: GradingRound, unit: Unit, scheme: Scheme, one: Indicator, head: str = ""
) -> Reply:
    _expect(tx, incoming, "assessment fill", round_, unit, scheme, one, "score")
    now = scoring.current_scores(tx.session, round_, unit).get((Stage.SELF, one.id))
    lines = [head, f"{round_.reference} {unit.name}", *cards.question(scheme, one)]
    if now is not None:
        lines.append(_("Your score so far: {score}").format(score=cards.given(now)))
    lines += [*cards.evidence(cards.files_of(tx, round_, unit, one)), _("Press a score or type one.")]
    line = f"assessment fill {round_.reference} {scoring.place_of(scheme, one)}"
    rows = [
        tuple(Button(b.label, f"{b.command} member={unit.reference}") for b in row)
        for row in cards.scores(line, scheme, one, [now] if now else [])
    ]
    more = (
        Button(_("Send evidence"), _line("assessment evidence", round_, unit, scheme, one)),
        Button(_("All answers"), f"assessment show {round_.reference} member={unit.reference}"),
    )
    data = {"round": round_.number, "member": unit.number, "indicator": one.id}
    return Reply("\n".join(part for part in lines if part), buttons=(*rows, more), data=data)


def _ask_evidence(
    tx: Tx, incoming: Incoming, round_: GradingRound, unit: Unit, scheme: Scheme, one: Indicator
) -> Reply:
    _expect(tx, incoming, "assessment evidence", round_, unit, scheme, one, "file")
    text = _("✓ {indicator} is noted. It counts only with evidence: please send the file now.")
    buttons = ((Button(_("Next, evidence later"), f"assessment next {round_.reference} member={unit.reference}"),),)
    data = {"round": round_.number, "member": unit.number, "indicator": one.id, "asks": "file"}
    return Reply(text.format(indicator=one.title.text), buttons=buttons, data=data)


@command(
    "assessment next",
    zh="自评 下一项",
    summary=N_("The next indicator that is not assessed yet"),
    permission=Permission.ANSWER,
)
def following(tx: Tx, incoming: Incoming, round: RoundRef | None = None, member: OwnMember | None = None) -> Reply:
    """Go on; at the end everything is shown."""
    chosen = _round(tx, round)
    unit = _unit(tx, chosen, member)
    usecases.check_assessing(tx, round_=chosen, unit=unit)
    return _next(tx, incoming, chosen, unit, rounds.scheme_of(tx.session, chosen))


@command(
    "assessment evidence",
    zh="自评 材料",
    summary=N_("Send a file as evidence for an indicator"),
    permission=Permission.ANSWER,
)
def evidence(
    tx: Tx, incoming: Incoming, round: RoundRef, indicator: IndicatorRef, file: File, member: OwnMember | None = None
) -> Reply:
    """It is kept with its hash; several can be sent, one after the other."""
    unit = _unit(tx, round, member)
    scheme, one = cards.scheme_and(tx, round, indicator)
    kept = usecases.add_evidence(tx, round_=round, unit=unit, indicator=one, name=file.name, content=file.content)
    _expect(tx, incoming, "assessment evidence", round, unit, scheme, one, "file")
    text = _("{name} is kept for “{indicator}” (SHA-256 {hash}). Send another file, or go on.")
    row = (
        Button(_("Next indicator"), f"assessment next {round.reference} member={unit.reference}"),
        Button(_("All answers"), f"assessment show {round.reference} member={unit.reference}"),
    )
    words = text.format(name=kept.name, indicator=one.title.text, hash=kept.sha256[:12])
    return Reply(words, buttons=(row,), data={"sha256": kept.sha256, "indicator": one.id})


@command(
    "assessment withdraw",
    zh="自评 撤材料",
    summary=N_("Take back a file that you sent, while the assessment is open"),
    permission=Permission.ANSWER,
)
def withdraw(
    tx: Tx, round: RoundRef, indicator: IndicatorRef, number: EvidenceNumber, member: OwnMember | None = None
) -> Reply:
    """By its number under the indicator."""
    unit = _unit(tx, round, member)
    _scheme, one = cards.scheme_and(tx, round, indicator)
    found = cards.files_of(tx, round, unit, one)
    if not 1 <= number <= len(found):
        raise NotFound("evidence_unknown", _("There is no such file of yours."))
    usecases.withdraw_evidence(tx, evidence=found[number - 1])
    return Reply(_("{name} counts no more.").format(name=found[number - 1].name), data={"indicator": one.id})


@command(
    "assessment show",
    zh="自评 查看",
    summary=N_("Everything you have assessed, with its evidence"),
    permission=Permission.ANSWER,
)
def show(tx: Tx, round: RoundRef | None = None, member: OwnMember | None = None) -> Reply:
    """Each indicator with its score and files, and the button to hand in."""
    chosen = _round(tx, round)
    unit = _unit(tx, chosen, member)
    usecases.check_assessing(tx, round_=chosen, unit=unit)
    return _review(tx, chosen, unit, rounds.scheme_of(tx.session, chosen))


def _review(tx: Tx, round_: GradingRound, unit: Unit, scheme: Scheme, head: str = "") -> Reply:
    given = scoring.current_scores(tx.session, round_, unit)
    lines = [head, f"{round_.reference} {unit.name}"]
    bare = []
    for number, one in enumerate(rules.asked(scheme), 1):
        now = given.get((Stage.SELF, one.id))
        files = cards.files_of(tx, round_, unit, one)
        said = cards.given(now) if now is not None else _("not assessed yet")
        lines.append(f"{number}. {one.title.text}：{said} 📎{len(files)}")
        if one.evidence and not files and now is not None and now.score is not None:
            bare.append(one.title.text)
    if bare:
        lines.append(_("Without evidence, and so without points: {names}").format(names=_(", ").join(bare)))
    handed = rounds.member_of(tx.session, round_, unit).handed_in_at
    lines.append(_("Handed in; it can be changed until the stage ends.") if handed else _("Not handed in yet."))
    change = [
        Button(_("Change {number}").format(number=number), _line("assessment fill", round_, unit, scheme, one))
        for number, one in enumerate(rules.asked(scheme), 1)
    ]
    rows = [tuple(change[begin : begin + 4]) for begin in range(0, len(change), 4)]
    hand_in = (
        [] if handed else [(Button(_("Hand in"), f"assessment submit {round_.reference} member={unit.reference}"),)]
    )
    data = {"round": round_.number, "member": unit.number, "given": len(given), "handed_in": handed is not None}
    return Reply("\n".join(part for part in lines if part), buttons=(*hand_in, *rows), data=data)


@command("assessment submit", zh="自评 提交", summary=N_("Hand your self-assessment in"), permission=Permission.ANSWER)
def submit(tx: Tx, round: RoundRef | None = None, member: OwnMember | None = None) -> Reply:
    """Complete: every indicator has a score, or is said to be missing."""
    chosen = _round(tx, round)
    unit = _unit(tx, chosen, member)
    usecases.hand_in(tx, round_=chosen, unit=unit)
    day = rounds.deadlines_of(tx.session, chosen)[Stage.SELF].words
    text = _("The self-assessment of {unit} is in. It can be changed until {day}.")
    return Reply(text.format(unit=unit.name, day=day), data={"round": chosen.number, "member": unit.number})
