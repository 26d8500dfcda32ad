"""What the association's charter says otherwise about a body, and who is listed on it."""

from datetime import date
from typing import Any

from core import approvals
from core.access import Permission, usecase
from core.errors import BadInput, Conflict, NotFound
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import BodyRule, BodySeat
from meetings.rules import bodies as rules
from meetings.rules import charter
from meetings.rules.bodies import Body, Matter, in_words
from meetings.usecases.telling import body_of
from people.models import Person

SET = "meetings.body_rule"


@usecase(Permission.MANAGE_MEETINGS, sensitive=True)
def ask_rule(
    tx: Tx,
    *,
    body: Body,
    changes: dict[str, Any],
    clause: str,
    matter: Matter = Matter.ORDINARY,
    since: date | None = None,
) -> approvals.Approval:
    """Ask another officer to set what the charter says of a body, or of one matter on it, from a day on.

    ``changes`` as ``rules.charter.read_changes`` gives them; ``clause`` names the article. Votes that run keep their rule.
    """
    if not clause.strip():
        raise BadInput("clause_missing", _("Name the article of the charter, for example 章程第二十一条."))
    arguments = {
        "body": body.value,
        "changes": changes,
        "clause": clause.strip()[:200],
        "matter": matter.value,
        "since": (since or tx.today).isoformat(),
    }
    now = rules.bodies_on(since or tx.today, {body.value: _merged(tx, arguments)})[body.value].rule_for(matter)
    summary = _("{body}, {matter}: {rule} ({clause})").format(
        body=body.label, matter=matter.label, rule=in_words(now), clause=arguments["clause"]
    )
    return approvals.request(tx, SET, subject=f"body:{body.value}", arguments=arguments, summary=summary)


def _merged(tx: Tx, arguments: dict[str, Any]) -> dict[str, Any]:
    """The whole of what is set for a body, with these changes."""
    day = date.fromisoformat(arguments["since"])
    entry = next(e for e in rules.entries() if e["value"] == arguments["body"])
    own = queries.overrides(tx.session, day).get(arguments["body"], {})
    marks = {"source": arguments["clause"], "verified": True}
    if arguments["matter"] == Matter.ORDINARY:
        former = {key: own.get(key, entry[key]) for key in ("pass", "notice")}
        return {**own, **charter.merged({**own, **former}, arguments["changes"]), **marks}
    special = {m["value"]: m for m in entry.get("matter", ())} | own.get("matter", {})
    base = {"pass": entry["pass"], "notice": entry["notice"], **own, **special.get(arguments["matter"], {})}
    changed = charter.merged({key: base[key] for key in ("pass", "notice")}, arguments["changes"])
    kept = {key: value for key, value in changed.items() if key in arguments["changes"] or key == "pass"}
    matter = {**special.get(arguments["matter"], {}), **kept, **marks}
    return {**own, "matter": {**own.get("matter", {}), arguments["matter"]: matter}}


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    return str(len(queries.body_rules(tx.session, arguments["body"])))


def _set(tx: Tx, arguments: dict[str, Any]) -> BodyRule:
    row = BodyRule(
        body=arguments["body"],
        effective_from=date.fromisoformat(arguments["since"]),
        changes=_merged(tx, arguments),
        clause=arguments["clause"],
        made_by=tx.actor.person_id,
        made_at=tx.now,
    )
    tx.session.add(row)
    tx.record("body:rule:set", f"body:{row.body}", arguments)
    return row


approvals.APPROVABLE[SET] = approvals.Approvable(version=_version, execute=_set, permission=Permission.MANAGE_MEETINGS)


@usecase(Permission.MANAGE_MEETINGS)
def seat(tx: Tx, *, body: str, person: Person, since: date | None = None, until: date | None = None) -> BodySeat:
    """List a person on a body. Once anybody is listed, the body consists of its listed persons."""
    where = body_of(tx, body)
    if person.left_at is not None:
        raise Conflict("person_left", _("This person has left."))
    if queries.open_seat(tx.session, where.value, person.id) is not None:
        raise Conflict("seat_held", _("{name} is listed already.").format(name=person.name))
    row = BodySeat(body=where.value, person_id=person.id, since=since or tx.today, until=until)
    tx.session.add(row)
    tx.session.flush()
    tx.record("body:seat:add", f"body:{where.value}", {"person": person.id, "since": row.since, "until": row.until})
    return row


@usecase(Permission.MANAGE_MEETINGS)
def unseat(tx: Tx, *, body: str, person: Person) -> None:
    """A person is listed no longer, from today on. Raises NotFound."""
    row = queries.open_seat(tx.session, body, person.id)
    if row is None:
        raise NotFound("seat_unknown", _("{name} is not listed there.").format(name=person.name))
    row.until = min(row.since, tx.today) if row.since >= tx.today else tx.today
    tx.record("body:seat:end", f"body:{body}", {"person": person.id})
