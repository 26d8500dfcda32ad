"""Schemes and rounds, from the document to published grades."""

from bot.messages import FileIn
from tests.faults.lines.line import Line
from tests.houses import Voice
from tests.membership.rounding import DOCUMENT

SCHEME = (FileIn("办法.toml", DOCUMENT.encode()),)
PDF = (FileIn("台账.pdf", b"%PDF-1.7 x"),)


def kept(house):
    """A draft of a scheme."""
    assert Voice(house, "钱办").do("scheme add", files=SCHEME).error is None


def evidence(house):
    """What both members send."""
    for name in ("联络1", "联络2"):
        for place in (1, 2):
            file = FileIn(f"{name}{place}.pdf", f"%PDF-1.7 {name}{place}".encode())
            assert Voice(house, name).do(f"assessment evidence G-1 {place}", files=(file,)).error is None


PUBLISHED = (kept, ("钱办", "scheme publish plain"), ("卢副", "approval approve P-{approval}"))
OPENED = (*PUBLISHED, ("钱办", "grading open plain 年度评定 region=杭州市,宁波市"))
ASSESSED = (
    *OPENED, evidence,
    *((name, f"assessment fill G-1 {place} 40") for name in ("联络1", "联络2") for place in (1, 2)),
)  # fmt: skip
HANDED = (*ASSESSED, *((name, "assessment submit G-1") for name in ("联络1", "联络2")))
FIRST = (
    *HANDED,
    ("钱办", "grading assign G-1 first 钱办"),
    ("钱办", "grading assign G-1 review 秦书"),
    ("钱办", "grading next G-1"),
)
SCORES = tuple((member, place) for member in (1, 2) for place in (1, 2))
SECOND = (
    *FIRST,
    *(("钱办", f"grading score G-1 M-{member} {place} 39 有扣分") for member, place in SCORES),
    ("钱办", "grading next G-1"),
)
SCORED = (*SECOND, *(("秦书", f"grading score G-1 M-{member} {place} 38 有扣分") for member, place in SCORES))
LOCKED = (*SCORED, ("钱办", "grading lock G-1"))
NOTICED = (*LOCKED, ("钱办", "grading announce G-1 0571-88880000 杭州市"), ("卢副", "approval approve P-{approval}"))
OBJECTED = (*NOTICED, ("联络1", "object A-{announcement} 漏看一册"))
UPHELD = (*OBJECTED, ("卢副", "objection rule O-1 upheld 属实"))
DECIDED = (*NOTICED, 8, ("钱办", "grading decide G-1"), ("卢副", "approval approve P-{approval}"))
COUNCIL = (
    *PUBLISHED,
    ("钱办", "grading open plain 年度评定 region=杭州市,宁波市 理事会表决=yes"),
    *LOCKED[len(OPENED) : -1],
    ("钱办", "grading lock G-1"),
    *NOTICED[len(LOCKED) :],
    8,
)
CHANGING = {
    "scheme add": Line("钱办", "scheme add", SCHEME),
    "scheme publish": Line("钱办", "scheme publish plain", before=(kept,)),
    "scheme retire": Line("钱办", "scheme retire plain 换新版", before=PUBLISHED),
    "grading open": Line(*OPENED[-1], before=PUBLISHED),
    "grading assign": Line("钱办", "grading assign G-1 first 钱办", before=OPENED),
    "grading next": Line("钱办", "grading next G-1", before=HANDED),
    "grading cancel": Line("钱办", "grading cancel G-1 办法有误", before=OPENED),
    "grading score": Line("钱办", "grading score G-1 M-1 1 39 有扣分", before=FIRST),
    "grading skip": Line("钱办", "grading skip G-1 M-1 1", before=FIRST),
    "grading evidence": Line("钱办", "grading evidence G-1 M-1 1", PDF, before=FIRST),
    "grading conflict": Line("钱办", "grading conflict M-1 亲属在该单位", before=FIRST),
    "grading conflict-end": Line(
        "卢副", "grading conflict-end M-1 钱办 已离职", before=(*FIRST, ("钱办", "grading conflict M-1 亲属在该单位"))
    ),
    "grading lock": Line("钱办", "grading lock G-1", before=SCORED),
    "grading correct": Line("卢副", "grading correct G-1 M-1 O-1 1 40 补看一册", before=UPHELD),
    "grading announce": Line("钱办", "grading announce G-1 0571-88880000 杭州市", before=LOCKED),
    "grading redate": Line("钱办", "grading redate G-1", before=NOTICED[:-1]),
    "grading vote": Line("钱办", "grading vote G-1 理事会", before=COUNCIL),
    "grading decide": Line("钱办", "grading decide G-1", before=(*NOTICED, 8)),
    "grading publish": Line("钱办", "grading publish G-1", before=DECIDED),
    "assessment fill": Line("联络1", "assessment fill G-1 1 40", before=OPENED),
    "assessment evidence": Line("联络1", "assessment evidence G-1 1", PDF, before=OPENED),
    "assessment withdraw": Line("联络1", "assessment withdraw G-1 1 1", before=(*OPENED, evidence)),
    "assessment submit": Line("联络1", "assessment submit G-1", before=ASSESSED),
}
READING = {
    "scheme list": Line("钱办", "scheme list", before=(kept,)),
    "scheme show": Line("钱办", "scheme show plain", before=(kept,)),
    "scheme check": Line("钱办", "scheme check plain", before=(kept,)),
    "scheme diff": Line("钱办", "scheme diff plain plain", before=(kept,)),
    "scheme export": Line("钱办", "scheme export plain", before=(kept,)),
    "grading preview": Line("钱办", "grading preview plain 年度评定 all", before=PUBLISHED),
    "grading list": Line("钱办", "grading list", before=OPENED),
    "grading show": Line("钱办", "grading show G-1", before=OPENED),
    "grading results": Line("钱办", "grading results G-1", before=LOCKED),
    "grading queue": Line("钱办", "grading queue", before=FIRST),
    "grading files": Line("钱办", "grading files G-1 M-1 1", before=FIRST),
    "grading history": Line("钱办", "grading history G-1 M-1", before=SECOND),
    "assessment list": Line("联络1", "assessment list", before=OPENED),
    "assessment next": Line("联络1", "assessment next G-1", before=OPENED),
    "assessment show": Line("联络1", "assessment show G-1", before=OPENED),
}
