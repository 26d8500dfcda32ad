"""Letting held texts go, and saying whether a rule was right."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import select

from core import holds
from core.access import Permission, usecase
from core.errors import Conflict, NotFound
from core.holds import HoldState, RuleMark, ScreenedText, TextRelease
from core.i18n import _, in_every_language
from core.outbox import Message, Priority
from core.screening import Finding, Verdict
from core.transaction import Tx
from disciplinary import notices, queries
from disciplinary.rules import holding
from people.audiences import ONE_PERSON, may, recipients
from people.models import Person


@usecase(Permission.FLAG_MISUSE)
def flag(tx: Tx, *, entry: ScreenedText, author: str) -> int:
    """Tell everyone who may release a held text that it waits, its author excepted. Returns how many are told."""
    quote = str(entry.findings[0]["quote"])[:40]

    def write() -> str:
        needed = holding.still_needed(Verdict(entry.verdict), ())
        return notices.held(reference=entry.reference, author=author, needed=needed, quote=quote)

    message = Message(
        f"screened:{entry.number}:{entry.verdict}:{tx.now.timestamp():.6f}:held",
        f"screened:{entry.number}",
        in_every_language(write),
        buttons=[[_button(notices.show_it, f"screen show {entry.reference}")]],
        priority=Priority.URGENT,
    )
    told = tx.notify(message, recipients(may(Permission.RELEASE_TEXTS, tx.today, besides=entry.author_id)))
    tx.record("screening:text:flag", f"screened:{entry.number}", {"verdict": entry.verdict, "told": told})
    return told


@usecase(Permission.FLAG_MISUSE)
def tell_author(
    tx: Tx, *, person: Person, group: str, message: str, text: str, findings: tuple[Finding, ...]
) -> ScreenedText:
    """Tell somebody of the staff in private what is suspicious in what they wrote in a group, and keep it. The group
    hears nothing. ``group`` is its name, ``message`` says which message of which group it was.
    """
    entry = holds.note(tx, message, text, findings, person.id)
    write = partial(notices.overheard, reference=entry.reference, group=group, findings=findings)
    about = f"screened:{entry.number}"
    buttons = [[_button(notices.show_it, f"screen show {entry.reference}")]]
    letter = Message(f"{about}:told", about, in_every_language(write), buttons=buttons, priority=Priority.URGENT)
    tx.notify(letter, ONE_PERSON, {"person": person.id})
    return entry


@usecase(Permission.RELEASE_TEXTS, sensitive=True)
def release(tx: Tx, *, entry: ScreenedText, reason: str) -> ScreenedText:
    """Let a held text go, with a written reason. A grave one goes only after a supervisor and one more person did so.

    Raises NotAllowed for the author, Conflict for who did so already and for a text that is not held.
    """
    if entry.state != HoldState.HELD:
        raise Conflict("not_held", _("This text is not held (any more)."))
    done = queries.as_rules(queries.releases_of(tx.session, entry))
    holding.check_releaser(entry.author_id, tx.actor.person_id, done)
    mine = holding.Release(tx.actor.person_id or 0, holding.acts_as_supervisor(tx.actor.roles))
    tx.session.add(
        TextRelease(
            screened_id=entry.id,
            person_id=mine.person_id,
            as_supervisor=mine.as_supervisor,
            reason=holding.check_reason(reason),
            at=tx.now,
        )
    )
    free = holding.is_free(Verdict(entry.verdict), [*done, mine])
    tx.record("screening:text:release", f"screened:{entry.number}", {"reason": reason, "free": free})
    if free:
        entry.state, entry.settled_at = HoldState.RELEASED, tx.now
        _tell_author(tx, entry)
    tx.session.flush()
    return entry


def _button(label: Callable[[], str], line: str) -> dict[str, Any]:
    return {"labels": in_every_language(label), "command": line}


def _tell_author(tx: Tx, entry: ScreenedText) -> None:
    write = partial(notices.released, reference=entry.reference, subject=entry.subject)
    key = f"screened:{entry.number}:{tx.now.timestamp():.6f}:released"
    buttons = [[_button(notices.send_now, entry.again)]] if entry.again else []
    about, texts = f"screened:{entry.number}", in_every_language(write)
    message = Message(key, about, texts, buttons=buttons, priority=Priority.URGENT)
    tx.notify(message, ONE_PERSON, {"person": entry.author_id})


@usecase(Permission.SCREEN_TEXTS)
def mark_rule(tx: Tx, *, entry: ScreenedText, rule: str, right: bool) -> None:
    """Say that a rule was right on this text, or a false alarm. A later word replaces the earlier; nothing is released.

    Raises NotFound when this rule found nothing here.
    """
    if rule not in {finding["rule"] for finding in entry.findings}:
        known = _(", ").join(sorted({finding["rule"] for finding in entry.findings}))
        raise NotFound("rule_not_here", _("This rule found nothing in it. Use: {known}").format(known=known))
    here = (RuleMark.screened_id == entry.id, RuleMark.rule == rule)
    mark = tx.session.scalar(select(RuleMark).where(*here))
    if mark is None:
        mark = RuleMark(screened_id=entry.id, rule=rule, right=right, at=tx.now)
        tx.session.add(mark)
    mark.right, mark.person_id, mark.at = right, tx.actor.person_id, tx.now
    tx.record("screening:rule:mark", f"screened:{entry.number}", {"rule": rule, "right": right})
