"""A person's calendar: as a file, and at a secret address that calendar programs follow."""

from bot.messages import FileOut, Reply
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from reminders import feeds, usecases


@command(
    "calendar file",
    zh="日历 文件",
    summary=N_("The dates that concern you as a calendar file"),
    permission=Permission.USE_OFFICE,
)
def as_file(tx: Tx) -> Reply:
    """The same as at the address, once."""
    content = feeds.calendar_of(tx)
    count = content.count("BEGIN:VEVENT")
    text = _("{count} dates. Open the file to put them into your calendar.")
    file = FileOut("guildhall.ics", content.encode(), "text/calendar")
    return Reply(text.format(count=count), files=(file,), data={"dates": count})


@command(
    "calendar link",
    zh="日历 链接",
    summary=N_("A secret address that your calendar program can follow"),
    permission=Permission.USE_OFFICE,
    secret=True,
)
def link(tx: Tx) -> Reply:
    """Make an address; a former one stops working."""
    address = usecases.link_calendar(tx)
    text = _(
        "{address}\nWhoever has this address sees the dates, so keep it to yourself. `calendar unlink` ends it; a former "
        "address has stopped working. There are no names in it."
    )
    return Reply(text.format(address=address), secret=True)


@command(
    "calendar unlink",
    zh="日历 取消链接",
    summary=N_("End your calendar address at once"),
    permission=Permission.USE_OFFICE,
)
def unlink(tx: Tx) -> Reply:
    """The address stops working."""
    usecases.unlink_calendar(tx)
    return Reply(_("The address has stopped working."))
