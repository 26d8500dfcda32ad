"""The first step of an association: itself, its audit chain, and its first secretary-general."""

import unicodedata

from sqlalchemy import select
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from announcements.rules.document_number import check_code_word
from bot.dispatch import House
from core import audit
from core.access import Actor, Permission
from core.associations import Association
from core.db import enter, open_session
from core.errors import BadInput, Conflict
from core.i18n import DEFAULT_LANGUAGE, _
from core.transaction import Tx
from people import usecases
from people.rules import clean_line


def found(house: House, *, name: str, code: str, code_word: str, admin: str, language: str = DEFAULT_LANGUAGE) -> str:
    """Create an association and its first secretary-general; returns an invitation code for a chat account.

    Raises BadInput for a wrong credit code and Conflict when the association exists.
    """
    code = check_code(code)
    with open_session(house.engine) as session:
        known = session.scalar(select(Association).where((Association.code == code) | (Association.name == name)))
        if known is not None:
            raise Conflict("association_exists", _("{name} exists already.").format(name=known.name))
        association = Association(
            name=clean_line(name),
            code=code,
            code_word=check_code_word(code_word),
            language=language,
            created_at=house.clock(),
        )
        session.add(association)
        session.flush()
        enter(session, association.id)
        audit.start(session, association.id)
        return _first_officer(Tx(session, _operator(), association, house.clock(), house.screener, house.keys), admin)


def _operator() -> Actor:
    return Actor("operator", permissions=frozenset({Permission.MANAGE_PEOPLE, Permission.GRANT_ROLES}))


def _first_officer(tx: Tx, admin: str) -> str:
    tx.record("association:entry:found", f"association:{tx.association.code}", {"name": tx.association.name})
    person = usecases.add_person(tx, name=admin)
    usecases.link_console(tx, person=person)
    usecases.appoint_first(tx, person=person)
    code = usecases.invite(tx, person=person)
    tx.finish()
    return code


def check_code(raw: str) -> str:
    """A unified social credit code in its one spelling. Raises BadInput."""
    try:
        return str(uscc.validate(unicodedata.normalize("NFKC", raw)))
    except ValidationError:
        raise BadInput(
            "code_invalid", _("“{code}” is no valid unified social credit code.").format(code=raw[:40])
        ) from None
