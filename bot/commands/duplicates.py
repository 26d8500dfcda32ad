"""Units that may be one: the list, two side by side, not a duplicate, merge."""

from typing import Annotated, Any

from bot.commands.members import MemberRef, read_member
from bot.commands.register import change_line
from bot.messages import Button, Reply, Table
from bot.parameters import Page, Parameter, Reason
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership import queries, usecases
from membership.models import Unit
from membership.rules.duplicates import Pair
from membership.rules.standing import Status
from people.saved import names_of

PAGE = 5
Other = Annotated[
    Unit,
    Parameter(
        N_("the other member"), read_member, zh="另一会员", hint=N_("number such as M-0042, credit code or name")
    ),
]
Into = Annotated[
    Unit,
    Parameter(
        N_("the member that stays"), read_member, zh="并入", hint=N_("number such as M-0042, credit code or name")
    ),
]


@command(
    "duplicates",
    zh="查重",
    summary=N_("Members that may be entered twice, with the reasons"),
    permission=Permission.MANAGE_MEMBERS,
)
def list_pairs(tx: Tx, page: Page = 1) -> Reply:
    """A few pairs with their buttons; the strongest reasons come first."""
    found = queries.duplicates(tx.session)
    pages = max(1, -(-len(found.pairs) // PAGE))
    page = min(max(page, 1), pages)
    shown = found.pairs[PAGE * (page - 1) : PAGE * page]
    if not shown:
        return Reply(_("No two members look like one."), data={"count": 0, "pairs": []})
    names = {unit.id: unit.name for unit in queries.units_by_id(tx.session, _ids(shown)).values()}
    text = _("{count} pairs may be one member each").format(count=len(found.pairs))
    text += _(", page {page} of {pages}").format(page=page, pages=pages) if pages > 1 else ""
    text += "\n" + _("There are more: decide these first.") if found.cut else ""
    text += (
        "\n" + _("{count} groups share something too common to mean anything.").format(count=found.skipped)
        if found.skipped
        else ""
    )
    rows = [_buttons(pair) for pair in shown]
    rows += [(Button(_("More"), f"duplicates page={page + 1}"),)] if page < pages else []
    table = Table((_("Member"), _("Member"), _("Why")), tuple(_line(pair, names) for pair in shown))
    data = {"count": len(found.pairs), "pairs": [_as_data(pair) for pair in shown]}
    return Reply(text, table=table, buttons=tuple(rows), data=data)


def _ids(pairs: list[Pair]) -> list[int]:
    return [one.id for pair in pairs for one in (pair.low, pair.high)]


def _references(pair: Pair) -> tuple[str, str]:
    return f"M-{pair.low.number:04d}", f"M-{pair.high.number:04d}"


def _line(pair: Pair, names: dict[int, str]) -> tuple[str, ...]:
    first, second = _references(pair)
    why = "; ".join(reason.label for reason in pair.why)
    return f"{first} {names[pair.low.id]}", f"{second} {names[pair.high.id]}", why


def _buttons(pair: Pair) -> tuple[Button, ...]:
    first, second = _references(pair)
    compare = Button(
        _("Compare {first} and {second}").format(first=first, second=second), f"duplicates compare {first} {second}"
    )
    return compare, Button(_("Not the same"), f"duplicates dismiss {first} {second}")


def _as_data(pair: Pair) -> dict[str, Any]:
    first, second = _references(pair)
    return {"members": [first, second], "why": [reason.value for reason in pair.why]}


@command(
    "duplicates compare",
    zh="查重 对比",
    summary=N_("Two members side by side: what differs, and what a merge would move"),
    permission=Permission.MANAGE_MEMBERS,
)
def compare(tx: Tx, member: MemberRef, other: Other) -> Reply:
    """What would move if the first went into the second, with the buttons for either way."""
    seen = usecases.preview_merge(tx, source=member, target=other)
    head = _("If {source} {name} goes into {target} {other}:")
    lines = [head.format(source=member.reference, name=member.name, target=other.reference, other=other.name)]
    lines += [change_line(fact, _shown(fact, old), _shown(fact, new)) for fact, (old, new) in seen.differing.items()]
    moves = {True: _("{label}: {count} move"), False: _("{label}: {count} stay with {source} as history")}
    lines += [
        moves[goes].format(label=_(label), count=count, source=member.reference) for label, count, goes in seen.parts
    ]
    lines += _same_phones(tx, member, other) + _said_before(tx, member, other)
    lines.append(
        _("Facts of {target} stay as they are. Receipts of announcements follow their contacts.").format(
            target=other.reference
        )
    )
    into = _("Merge {source} into {target}")
    buttons = tuple(
        (Button(into.format(source=a.reference, target=b.reference), f"duplicates merge {a.reference} {b.reference}"),)
        for a, b in ((member, other), (other, member))
    )
    apart = Button(_("Not the same"), f"duplicates dismiss {member.reference} {other.reference}")
    parts = [{"label": label, "count": count, "moves": goes} for label, count, goes in seen.parts]
    return Reply(
        "\n".join(lines), buttons=(*buttons, (apart,)), data={"parts": parts, "differing": sorted(seen.differing)}
    )


def _same_phones(tx: Tx, member: Unit, other: Unit) -> list[str]:
    """Contacts of the two with one number: perhaps one person who is entered twice."""
    text = _("{name} ({member}) and {other_name} ({other}) have the same telephone: {phone}")
    theirs = queries.card(tx.session, other).contacts
    return [
        text.format(
            name=one.name, member=member.reference, other_name=twin.name, other=other.reference, phone=one.phone
        )
        for one in queries.card(tx.session, member).contacts
        for twin in theirs
        if one.phone and one.phone == twin.phone and one.id != twin.id
    ]


def _said_before(tx: Tx, member: Unit, other: Unit) -> list[str]:
    """Who found the two to differ, when and why."""
    word = queries.word_on_pair(tx.session, member, other)
    if word is None:
        return []
    text = _("{time} {name} found them to differ: {reason}")
    who = names_of(tx.session, [word.said_by]).get(word.said_by, "") if word.said_by else ""
    return [text.format(time=tx.association.show(word.said_at), name=who, reason=word.reason)]


def _shown(fact: str, value: Any) -> Any:
    return Status(value).label if fact == "status" else value


@command(
    "duplicates dismiss",
    zh="查重 排除",
    summary=N_("Two members are not the same; the pair comes back only when their facts change"),
    permission=Permission.MANAGE_MEMBERS,
)
def dismiss(tx: Tx, member: MemberRef, other: Other, reason: Reason) -> Reply:
    """Remember who said so, when and why."""
    usecases.keep_apart(tx, first=member, second=other, reason=reason)
    text = _("{first} and {second} are kept apart. They come back only when their facts change.")
    buttons = ((Button(_("Next"), "duplicates"),),)
    return Reply(text.format(first=member.reference, second=other.reference), buttons=buttons)


@command(
    "duplicates merge",
    zh="查重 合并",
    summary=N_("Ask another person to let one member go into another"),
    permission=Permission.MANAGE_MEMBERS,
    sensitive=True,
)
def merge(tx: Tx, member: MemberRef, into: Into, reason: Reason) -> Reply:
    """Nothing changes until a second person has agreed; then all of it at once."""
    approval = usecases.ask_merge(tx, source=member, target=into, reason=reason)
    text = _("{reference} waits for a second person: {summary}")
    shown = text.format(reference=approval.reference, summary=approval.summary)
    return Reply(shown, data={"approval": approval.reference})
