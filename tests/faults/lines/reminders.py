"""Reminders, the digest and calendars."""

from tests.faults.lines.line import Line

PUBLIC = "https://office.example"
ON = (
    ("钱办", "qualification set M-1 到期资质 2026-10-15"),
    ("钱办", "reminder enable R1"),
    ("卢副", "approval approve P-{approval}"),
)
RUN = (*ON, ("钱办", "reminder run R1"))
CHANGING = {
    "calendar link": Line("钱办", "calendar link", random=True, public_url=PUBLIC),
    "calendar unlink": Line("钱办", "calendar unlink", before=(("钱办", "calendar link"),), public_url=PUBLIC),
    "digest off": Line("钱办", "digest off"),
    "digest on": Line("钱办", "digest on", before=(("钱办", "digest off"),)),
    "reminder add": Line("钱办", "reminder add 资质 名称 前5 {title} 将到期"),
    "reminder disable": Line("钱办", "reminder disable R1", before=ON),
    "reminder edit": Line("钱办", "reminder edit R1 points=前5"),
    "reminder enable": Line("钱办", "reminder enable R1"),
    "reminder run": Line("钱办", "reminder run R1", before=ON, random=True),
    "reminder snooze": Line("联络1", "reminder snooze R1 1", before=RUN),
}
READING = {
    "calendar file": Line("钱办", "calendar file"),
    "digest show": Line("钱办", "digest show"),
    "reminder list": Line("钱办", "reminder list"),
    "reminder preview": Line("钱办", "reminder preview R1"),
    "reminder show": Line("钱办", "reminder show R1"),
    "reminder why": Line("钱办", "reminder why M-1"),
}
