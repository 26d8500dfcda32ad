"""Pure rules about persons, codes and terms of office."""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256

from core.access import OWN_AFFAIRS, Permission, Role
from core.errors import BadInput, NotAllowed, RuleViolated
from core.i18n import _

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12
INVITATION_DAYS = timedelta(days=14)
TRIALS, TRIAL_PERIOD = 5, timedelta(hours=1)
TERM_NOTICE_DAYS = 30
TERM_STAGES = (7, TERM_NOTICE_DAYS)
TERM_AFTER_DAYS = 30
LONGEST_NAME = 100
PHONE = re.compile(r"\+?[0-9]{5,18}")


def new_code() -> str:
    """A fresh invitation code: 60 random bits in three groups that can be read out on the telephone."""
    letters = random_letters(CODE_LENGTH)
    return "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def random_letters(count: int) -> str:
    """That many letters of five random bits each, none of which is taken for another."""
    return "".join(secrets.choice(ALPHABET) for _i in range(count))


def code_hash(code: str) -> str:
    """What is stored of a code. Case, spaces, hyphens and full-width letters do not matter."""
    return sha256(_code_letters(code).encode()).hexdigest()


def is_code(typed: str) -> bool:
    """Whether this looks like an invitation code, right or wrong."""
    return len(_code_letters(typed)) == CODE_LENGTH and " " not in typed.strip()


def _code_letters(typed: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", typed).upper())


def clean_line(raw: str) -> str:
    """One line of text as it may be stored: NFC, no control, direction or invisible marks, single spaces."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else (" " if c in "\t\r\n" else "") for c in raw)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def check_name(raw: str) -> str:
    """A person's name fit to store. Raises BadInput when nothing readable is left or it is too long."""
    name = clean_line(raw)
    if not name:
        raise BadInput("name_missing", _("A name is needed."))
    if len(name) > LONGEST_NAME:
        raise BadInput("name_too_long", _("This name is longer than 100 characters."))
    return name


def check_phone(raw: str) -> str:
    """A telephone number in one spelling: digits, with a country code only abroad. Raises BadInput."""
    folded = unicodedata.normalize("NFKC", raw)
    number = "".join(c for c in folded if not (c.isspace() or unicodedata.category(c) in ("Cf", "Pd") or c in "()"))
    number = re.sub(r"^(\+86|0086)(?=1[0-9]{10}$)", "", number)
    if not PHONE.fullmatch(number):
        raise BadInput("phone_form", _("“{value}” is no telephone number.").format(value=clean_line(raw)[:40]))
    return number


def check_term(starts: date, ends: date | None) -> None:
    """A term ends after it starts. Raises RuleViolated."""
    if ends is not None and ends < starts:
        raise RuleViolated("term_reversed", _("The term ends before it starts."))


def check_not_oneself(actor_id: int | None, person_id: int) -> None:
    """Nobody gives a role to, or takes one from, themselves. Raises RuleViolated."""
    if actor_id == person_id:
        raise RuleViolated("own_role", _("Nobody can change their own roles. Ask another officer."))


def check_reach(own: frozenset[Permission], theirs: frozenset[Permission]) -> None:
    """Nobody invites or removes a person who may do more than they. Raises NotAllowed."""
    if not theirs - OWN_AFFAIRS <= own:
        raise NotAllowed(
            "higher_role", _("This person may do more than you. Ask an officer who holds the same rights.")
        )


def term_stage(ends: date, today: date) -> int | None:
    """Which notice of a term's end is due: 30 or 7 days before, 0 once it is over, None for no notice (any more)."""
    left = (ends - today).days
    if left < 0:
        return 0 if left >= -TERM_AFTER_DAYS else None
    return next((days for days in TERM_STAGES if left <= days), None)


def check_leader_remains(holders: Iterable[int], leaving: int) -> None:
    """The last secretary-general stays until there is another. Raises RuleViolated."""
    if set(holders) <= {leaving}:
        raise RuleViolated("last_leader", _("This is the last secretary-general. Appoint another one first."))


def roles_on(grants: Iterable[tuple[str, date, date | None]], day: date) -> frozenset[Role]:
    """The roles whose term is open on a day; both ends of a term count in."""
    return frozenset(Role(role) for role, starts, ends in grants if starts <= day and (ends is None or day <= ends))
