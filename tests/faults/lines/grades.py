"""Grades, their adjustment and their benefits."""

from tests.faults.lines.line import Line
from tests.membership.graded import rounds, seed

LOWERED = (seed, ("钱办", "fact add M-1 death 2026-03-02 调查报告"), ("钱办", "adjustment propose M-1"))
TOLD = (*LOWERED, ("钱办", "adjustment tell D-1"))
ANSWERED = (*TOLD, ("联络1", "adjustment answer D-1 请核实责任认定"))
DECIDED = (*ANSWERED, 20, ("卢副", "adjustment decide D-1 已核实属实"))
OBJECTED = (*DECIDED, ("联络1", "adjustment object D-1 责任认定有误"))
BENEFIT = (seed, ("秦书", "benefit add default AAA 培训费用减免两成"))
CHANGING = {
    "adjustment propose": Line("钱办", "adjustment propose M-1", before=LOWERED[:2]),
    "adjustment tell": Line("钱办", "adjustment tell D-1", before=LOWERED),
    "adjustment answer": Line("联络1", "adjustment answer D-1 请核实责任认定", before=TOLD),
    "adjustment decide": Line("卢副", "adjustment decide D-1 已核实属实", before=(*ANSWERED, 20)),
    "adjustment drop": Line("卢副", "adjustment drop D-1 申辩成立，不予调整", before=ANSWERED),
    "adjustment object": Line("联络1", "adjustment object D-1 责任认定有误", before=DECIDED),
    "adjustment rule": Line("秦书", "adjustment rule D-1 no 维持原决定", before=OBJECTED),
    "grade settings": Line("秦书", "grade settings answer_days=15"),
    "grade simulate": Line("钱办", "grade simulate default", before=(seed,)),
    "benefit add": Line("秦书", "benefit add default AAA 培训费用减免两成", before=(seed,)),
    "benefit end": Line("秦书", "benefit end 1 2026-12-31 办法修订", before=BENEFIT),
}
READING = {
    "adjustment list": Line("钱办", "adjustment list", before=LOWERED),
    "adjustment show": Line("联络1", "adjustment show D-1", before=ANSWERED),
    "benefits": Line("联络1", "benefits", before=BENEFIT),
    "grade chart": Line("钱办", "grade chart", before=(seed,)),
    "grade expiring": Line("钱办", "grade expiring 2027-12-31", before=(seed,)),
    "grade explain": Line("联络1", "grade explain M-1", before=(seed,)),
    "grade movement": Line("钱办", "grade movement G-1 G-2", before=(rounds,)),
    "grade profile": Line("联络1", "grade profile M-1", before=(seed,)),
    "grade show": Line("联络1", "grade show M-1", before=(seed,)),
    "my grade": Line("联络1", "my grade", before=(seed,)),
}
