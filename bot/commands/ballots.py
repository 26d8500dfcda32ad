"""Voting: openly by a word or a button, secretly on a ballot paper. Of a vote nothing is kept in the chat's own records."""

from bot import dialogues
from bot.commands.meeting_parameters import MotionRef, PersonName, Seat, Token, Vote
from bot.messages import Button, Reply
from bot.parameters import Reason
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from meetings import queries, usecases
from meetings.models import Motion
from meetings.queries import Right
from meetings.rules import ballots
from meetings.rules.ballots import read_ballot
from meetings.rules.counting import ABSTAIN, Ballot
from meetings.usecases import Paper


@command("motion vote", zh="议案 投票", summary=N_("Vote on a motion"), permission=Permission.VOTE, secret=True)
def vote(tx: Tx, motion: MotionRef, vote: Vote = "", seat: Seat = "") -> Reply:
    """Vote openly; a secret ballot gives a ballot paper instead, whatever was typed."""
    if motion.secret:
        return _papers(tx, motion)
    if not vote:
        return _choices(tx, motion)
    ballot = read_ballot(vote, motion.candidates, motion.places)
    seats = usecases.cast(tx, motion=motion, ballot=ballot, seat=_seat(tx, motion, seat))
    text = _("Your vote on {reference} is counted: {vote}. You can change it until the vote is closed.")
    words = text.format(reference=motion.reference, vote=ballots.in_words(ballot, motion.candidates))
    return Reply(words, data={"motion": motion.number, "seats": seats})


def _seat(tx: Tx, motion: Motion, words: str) -> str:
    """The seat that was typed: by reference, by the name of the unit or person (a part will do), or by that of whoever
    the proxy is for.
    """
    if not words:
        return ""
    rights = queries.rights_of(tx.session, motion, tx.actor.person_id)
    names = queries.seat_names(tx.session, [right.voter.seat for right in rights])
    exact = [seat for seat, name in names.items() if words in (seat, name)]
    found = exact or [seat for seat, name in names.items() if words in name] or _held_by(tx, motion, rights, words)
    return found[0] if len(found) == 1 else words


def _held_by(tx: Tx, motion: Motion, rights: list[Right], words: str) -> list[str]:
    """The seats of these rights that a person of this name holds."""
    holders = queries.holders_of(tx.session, motion)
    own = {right.voter.seat: [h.person_id for h in holders[right.voter.id] if not h.as_agent] for right in rights}
    names = queries.person_names(tx.session, {person for people in own.values() for person in people})
    return [seat for seat, people in own.items() if words in [names[person] for person in people]]


def _choices(tx: Tx, motion: Motion) -> Reply:
    """A row of buttons for oneself, and one for each whom one acts for."""
    rights = queries.rights_of(tx.session, motion, tx.actor.person_id)
    names = queries.seat_names(tx.session, [right.voter.seat for right in rights])
    targets = [("", "")] if any(not right.as_agent for right in rights) else []
    targets += [(right.voter.seat, names[right.voter.seat]) for right in rights if right.as_agent]
    rows: list[tuple[Button, ...]] = []
    for seat, name in targets:
        end = f" seat={seat}" if seat else ""
        row = tuple(
            Button(label + (f" ({name})" if name else ""), f"motion vote {motion.reference} {value}{end}")
            for value, label in _options(motion)
        )
        rows += [row] if not motion.candidates else [(button,) for button in row]
    text = f"{motion.reference} {motion.title}\n{motion.wording}".strip()
    if motion.places > 1:
        text += "\n" + _("Up to {places}: type their numbers, for example `motion vote {reference} 1,3`.").format(
            places=motion.places, reference=motion.reference
        )
    return Reply(text, buttons=tuple(rows), data={"motion": motion.number})


def _options(motion: Motion) -> list[tuple[str, str]]:
    if not motion.candidates:
        return [(choice, ballots.label(choice)) for choice in ballots.LABELS]
    people = [(str(number), name) for number, name in enumerate(motion.candidates, 1)]
    return [*people, (ABSTAIN, ballots.label(ABSTAIN))]


@command(
    "motion paper",
    zh="议案 领票",
    summary=N_("Take a ballot paper for a secret vote"),
    permission=Permission.VOTE,
    secret=True,
)
def paper(tx: Tx, motion: MotionRef) -> Reply:
    """Take ballot papers; taking them again voids the former ones."""
    return _papers(tx, motion)


def _papers(tx: Tx, motion: Motion) -> Reply:
    papers = usecases.take_papers(tx, motion=motion)
    return _ballot(tx, motion, papers[0].token, (), papers[0])


def _ballot(tx: Tx, motion: Motion, token: str, picks: Ballot, one: Paper | None = None) -> Reply:
    """The ballot paper as it is filled in. Several places are ticked one by one, then the paper is cast."""
    lines = [
        _("【Ballot paper】{reference} {title}").format(reference=motion.reference, title=motion.title),
        motion.wording,
    ]
    if one is not None and one.as_agent:
        lines.append(_("For: {name}").format(name=queries.seat_names(tx.session, [one.seat])[one.seat]))
    lines.append(_("Nobody can see afterwards how you voted. It cannot be changed."))
    rows = _ticks(motion, token, picks) if motion.places > 1 else _once(motion, token)
    return Reply(
        "\n".join(line for line in lines if line), buttons=rows, data={"motion": motion.number, "paper": token}
    )


def _once(motion: Motion, token: str) -> tuple[tuple[Button, ...], ...]:
    buttons = [Button(label, f"motion cast {token} {value}") for value, label in _options(motion)]
    return tuple((button,) for button in buttons) if motion.candidates else (tuple(buttons),)


def _ticks(motion: Motion, token: str, picks: Ballot) -> tuple[tuple[Button, ...], ...]:
    rows = []
    for number, name in enumerate(motion.candidates, 1):
        ticked = str(number) in picks
        after = [one for one in picks if one != str(number)] + ([] if ticked else [str(number)])
        if len(after) <= motion.places:
            words = ",".join(sorted(after, key=int)) or ABSTAIN
            rows.append((Button(("☑ " if ticked else "☐ ") + name, f"motion pick {token} {words}"),))
    cast = f"motion cast {token} {','.join(picks) or ABSTAIN}"
    rows.append((Button(_("Cast this ballot") if picks else ballots.label(ABSTAIN), cast),))
    return tuple(rows)


@command(
    "motion pick",
    zh="议案 勾选",
    summary=N_("Tick a candidate on a ballot paper"),
    permission=Permission.VOTE,
    secret=True,
)
def pick(tx: Tx, paper: Token, vote: Vote) -> Reply:
    """Show the paper with these ticks; nothing is cast yet."""
    motion = queries.motion_of_paper(tx.session, paper, tx.actor.person_id)
    dialogues.forget_buttons(tx, paper)
    return _ballot(tx, motion, paper, read_ballot(vote, motion.candidates, motion.places))


@command(
    "motion cast",
    zh="议案 投出",
    summary=N_("Put a ballot paper into the urn"),
    permission=Permission.VOTE,
    secret=True,
)
def cast(tx: Tx, paper: Token, vote: Vote) -> Reply:
    """Cast a secret ballot. The buttons of the paper go, so that nobody can see which one was pressed."""
    motion = queries.motion_of_paper(tx.session, paper, tx.actor.person_id)
    usecases.drop_ballot(tx, motion=motion, token=paper, ballot=read_ballot(vote, motion.candidates, motion.places))
    dialogues.forget_buttons(tx, paper)
    more = any(not right.voter.voted for right in queries.rights_of(tx.session, motion, tx.actor.person_id))
    button = Button(_("Take a ballot paper"), f"motion paper {motion.reference}")
    text = _("Your ballot on {reference} is in the urn.").format(reference=motion.reference)
    return Reply(text, buttons=((button,),) if more else (), data={"motion": motion.number})


@command(
    "motion recuse",
    zh="议案 回避",
    summary=N_("Stand aside on a motion; the chair and staff can have others stand aside"),
    permission=Permission.VOTE,
)
def recuse(tx: Tx, motion: MotionRef, reason: Reason, person: PersonName | None = None) -> Reply:
    """Stand aside: no vote, and not in the base."""
    usecases.recuse(tx, motion=motion, reason=reason, person=person)
    who = person.name if person is not None else tx.actor.name
    return Reply(_("{name} stands aside on {reference}.").format(name=who, reference=motion.reference))
