"""Invitations, reminders and what came of a vote, as messages."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.i18n import N_, _
from meetings.rules.ballots import LABELS
from meetings.rules.counting import Outcome


def invited(
    *,
    association: str,
    body: str,
    reference: str,
    title: str,
    when: str,
    place: str,
    agenda: str,
    rule: str,
    waiver: str,
    notice: int,
) -> str:
    """The call to a meeting: what, when, where, about what, and how it decides."""
    lines = [_("【Call to a meeting】{association}: {body}").format(association=association, body=body)]
    if notice > 1:
        lines.append(_("This replaces the call that you got before. Please answer anew."))
    lines += [
        f"{title} ({reference})",
        _("Time: {when}").format(when=when),
        _("Place: {place}").format(place=place),
        _("Agenda:") + "\n" + agenda,
        _("Rule: {rule}").format(rule=rule),
    ]
    if waiver:
        lines.append(_("Called at short notice because: {reason}").format(reason=waiver))
    return "\n".join(lines)


def reminded(*, association: str, title: str, reference: str, when: str, place: str) -> str:
    """A meeting is near."""
    text = _("Reminder from {association}: {title} ({reference}) is on {when}, {place}.")
    return text.format(association=association, title=title, reference=reference, when=when, place=place)


def cancelled(*, association: str, title: str, reference: str, when: str, reason: str) -> str:
    """A meeting does not take place."""
    text = _("{association} has cancelled {title} ({reference}) of {when}. Reason: {reason}")
    return text.format(association=association, title=title, reference=reference, when=when, reason=reason)


def document_added(*, title: str, reference: str, name: str) -> str:
    """A further document for a meeting."""
    text = _("A document for {title} ({reference}): {name}")
    return text.format(title=title, reference=reference, name=name)


def proxy_given(*, principal: str, title: str, reference: str, when: str) -> str:
    """Somebody is asked to act for another."""
    text = _("{principal} has asked you to act for them at {title} ({reference}) on {when}.")
    return text.format(principal=principal, title=title, reference=reference, when=when)


def proxy_ended(*, principal: str, title: str, reference: str) -> str:
    """They act for the other no longer."""
    text = _("You act for {principal} no longer at {title} ({reference}).")
    return text.format(principal=principal, title=title, reference=reference)


def voting_open(
    *, reference: str, title: str, wording: str, rule: str, until: str, candidates: Sequence[str], places: int
) -> str:
    """A vote has begun."""
    lines = [_("【Vote】{reference} {title}").format(reference=reference, title=title), wording]
    if candidates:
        lines.append(_("Places: {places}. Candidates:").format(places=places))
        lines += [f"{number}. {name}" for number, name in enumerate(candidates, 1)]
    lines.append(_("Rule: {rule}").format(rule=rule))
    if until:
        lines.append(_("Until: {until}").format(until=until))
    return "\n".join(line for line in lines if line)


def vote_missing(*, reference: str, title: str, until: str) -> str:
    """Somebody has not voted yet."""
    text = _("You have not voted on {reference} {title} yet. Voting ends {until}.")
    return text.format(reference=reference, title=title, until=until)


def set_aside(*, reference: str, title: str, name: str, reason: str) -> str:
    """To somebody whom another person had stand aside."""
    text = _(
        "You have no vote on {reference} “{title}”: {name} had you stand aside. Reason: {reason}\n"
        "If you disagree, say so to whoever presides before the vote is counted."
    )
    return text.format(reference=reference, title=title, name=name, reason=reason)


def decided(
    *, reference: str, title: str, figures: Mapping[str, Any], majority: str, candidates: Sequence[str], resolution: str
) -> str:
    """What came of a vote, with all its figures."""
    lines = [
        _("【Result】{reference} {title}: {outcome}").format(
            reference=reference, title=title, outcome=Outcome(figures["outcome"]).label
        ),
        *figures_in_words(figures, candidates),
        _("Needed: {majority}").format(majority=majority),
    ]
    if figures["by_chair"]:
        lines.append(_("The votes were equal; the chair's vote decided."))
    if resolution:
        lines.append(_("Resolution: {number}").format(number=resolution))
    return "\n".join(lines)


def figures_in_words(figures: Mapping[str, Any], candidates: Sequence[str]) -> list[str]:
    """The figures of a result as lines."""
    there = _("Seats {seats}, present {present}, standing aside {barred}, base {base}")
    lines = [there.format(**{name: figures[name] for name in ("seats", "present", "barred", "base")})]
    if not candidates:
        text = _("In favour {yes}, against {no}, abstentions {abstain}, not voted {silent}")
        return [*lines, text.format(**{name: figures[name] for name in ("yes", "no", "abstain", "silent")})]
    for number, name in enumerate(candidates, 1):
        mark = _(" — elected") if number in figures["elected"] else ""
        lines.append(_("{name}: {votes} votes").format(name=name, votes=figures["votes"][number - 1]) + mark)
    text = _("Abstentions {abstain}, not voted {silent}")
    return [*lines, text.format(abstain=figures["abstain"], silent=figures["silent"])]


def minutes_wait(*, title: str, reference: str, asker: str) -> str:
    """An officer is asked to confirm minutes."""
    text = _("{asker} asks you to confirm the minutes of {title} ({reference}).")
    return text.format(asker=asker, title=title, reference=reference)


def minutes_declined(*, title: str, reference: str, reason: str) -> str:
    """The minutes come back."""
    text = _("The minutes of {title} ({reference}) were sent back: {reason}")
    return text.format(title=title, reference=reference, reason=reason)


def resolution_published(*, association: str, body: str, resolution: str, title: str, wording: str, day: str) -> str:
    """A resolution as the text of an announcement. No names of voters, no figures but that it was adopted."""
    text = _("{body} of {association} adopted on {day}: {title} ({resolution}).")
    head = text.format(body=body, association=association, day=day, title=title, resolution=resolution)
    return f"{head}\n\n{wording}" if wording else head


BUTTONS = {
    "attend": N_("Attend"),
    "excuse": N_("Cannot come"),
    "proxy": N_("Appoint a proxy"),
    "paper": N_("Take a ballot paper"),
    "vote": N_("Vote"),
    **LABELS,
}


def button(name: str) -> str:
    """What stands on a button under one of these letters."""
    return _(BUTTONS[name])
