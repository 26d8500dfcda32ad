"""Facts from a spreadsheet: shown first, entered on a second word, all of them or none."""

from bot.commands.facts import title_of
from bot.commands.files import File
from bot.messages import Button, Reply
from bot.parameters import Flag
from bot.registry import command
from core.access import Permission
from core.attachments import clean_name
from core.i18n import N_, _
from core.transaction import Tx
from membership.usecases import fact_imports as usecases
from membership.usecases.fact_imports import Judged

SHOWN = 10


@command(
    "fact import",
    zh="事实 导入",
    summary=N_("Read facts from a spreadsheet (xlsx, csv), show them, and enter them with --enter"),
    permission=Permission.KEEP_FACTS,
)
def import_facts(tx: Tx, file: File, enter: Flag = False) -> Reply:
    """Without ``enter`` nothing is written: the rows, what is wrong with them, and a button that enters them."""
    if enter:
        made = usecases.enter_facts(tx, name=file.name, content=file.content)
        first, last = made[0].reference, made[-1].reference
        text = _("{count} facts entered: {first} to {last}. No grade has changed.")
        return Reply(text.format(count=len(made), first=first, last=last), data={"entered": len(made)})
    judged = usecases.judge_facts(tx, name=file.name, content=file.content)
    return _shown(tx, judged, clean_name(file.name))


def _shown(tx: Tx, judged: Judged, name: str) -> Reply:
    text = _("{name}: {new} new facts about {units} members, {known} known already, {wrong} problems")
    units = len({unit.id for unit, _fact in judged.facts})
    counts = {"new": len(judged.facts), "known": judged.known, "wrong": len(judged.problems)}
    lines = [text.format(name=name, units=units, **counts)]
    lines += [f"✗ {problem.place}: {problem.message}" for problem in judged.problems[:SHOWN]]
    lines += [f"+ {unit.name} · {title_of(tx, fact.item)} · {fact.day or ''}" for unit, fact in judged.facts[:SHOWN]]
    hidden = max(0, len(judged.problems) - SHOWN) + max(0, len(judged.facts) - SHOWN)
    if hidden:
        lines.append(_("… and {count} more").format(count=hidden))
    if judged.problems:
        lines.append(_("Put the file right and send it again: nothing is entered while a row is wrong."))
    good = judged.facts and not judged.problems
    label = _("Enter {count} facts").format(count=len(judged.facts))
    buttons = ((Button(label, f"fact import file=#{judged.file} --enter"),),) if good else ()
    problems = [problem.as_data() for problem in judged.problems]
    return Reply("\n".join(lines), buttons=buttons, data=counts | {"problems": problems, "file": f"#{judged.file}"})
