"""Applications, proposed changes, standings, classes, the code of conduct."""

from bot.messages import FileIn
from membership.rules import reckoning
from membership.rules.admission import plan
from tests.faults.lines.line import Line
from tests.houses import Voice

CODE = "91330100MB2X4K7Q5X"
PUBLIC = "https://guild.example"
PDF = FileIn("营业执照.pdf", b"%PDF-1.4")
APPLY = ("联络1", f"apply 晨星 {CODE} 检测检验机构 杭州市 13900000009")
CONTACT = "objection=书面 department=秘书处 phone=0571-87000000 address=文一路1号"
TEXT = "第一条 诚实守信。\n第二条 公平竞争。"
LATER = "effective_from = 2026-11-01"
WAY = FileIn("入会.toml", plan.shipped().replace("effective_from = 2026-01-01", LATER).encode())
RULES = FileIn("状态.toml", reckoning.shipped().replace("effective_from = 2026-01-01", LATER).encode())


def papers(house):
    """The documents of J-1."""
    for paper in ("licence", "form"):
        assert Voice(house, "联络1").do(f"application attach J-1 {paper}", files=(PDF,)).error is None


FILED = (APPLY, papers, ("联络1", "application submit J-1"))
REVIEWED = (*FILED, ("钱办", "application approve J-1"), ("卢副", "application approve J-1"))
NOTICED = (
    *REVIEWED,
    ("钱办", f"application notice J-1 2026-10-09 {CONTACT}"),
    ("卢副", "approval approve P-{approval}"),
)
BEFORE_COUNCIL = (*NOTICED, 8, ("钱办", "application approve J-1"))
PROPOSED = (("联络1", "change propose region=宁波市 engineers=12"),)
DRAFT = ("钱办", f"conduct draft 会员行为规范 {TEXT}")
DRAFTED = (DRAFT,)
PUBLISHED = (DRAFT, ("钱办", "conduct publish 1"), ("卢副", "approval approve P-{approval}"))
CHANGING = {
    "apply": Line(*APPLY),
    "application amend": Line("联络1", "application amend J-1 region=宁波市", before=(APPLY,)),
    "application attach": Line("联络1", "application attach J-1 licence", (PDF,), before=(APPLY,)),
    "application submit": Line("联络1", "application submit J-1", before=FILED[:2]),
    "application withdraw": Line("联络1", "application withdraw J-1", before=FILED),
    "application approve": Line("钱办", "application approve J-1", before=FILED),
    "application return": Line("钱办", "application return J-1 请补盖公章", before=FILED),
    "application decline": Line("钱办", "application decline J-1 不在业务范围内", before=FILED),
    "application notice": Line(*NOTICED[-2], before=REVIEWED),
    "application vote": Line("钱办", "application vote J-1", before=BEFORE_COUNCIL),
    "application form": Line("钱办", "application form", random=True, public_url=PUBLIC),
    "application form-off": Line(
        "钱办", "application form-off", before=(("钱办", "application form"),), public_url=PUBLIC
    ),
    "application link": Line("钱办", "application link", random=True, public_url=PUBLIC),
    "admission set": Line("秦书", "admission set", (WAY,)),
    "change propose": Line(*PROPOSED[0]),
    "change approve": Line("钱办", "change approve C-1 region", before=PROPOSED),
    "change decline": Line("钱办", "change decline C-1 region 与营业执照不符", before=PROPOSED),
    "change withdraw": Line("联络1", "change withdraw C-1", before=PROPOSED),
    "status override": Line("钱办", "status override M-1 suspended 2026-12-31 待查"),
    "status rules set": Line("秦书", "status rules set", (RULES,)),
    "withdraw membership": Line("联络1", "withdraw membership"),
    "withdraw cancel": Line("联络1", "withdraw cancel", before=(("联络1", "withdraw membership on=2026-12-31"),)),
    "class set": Line("钱办", "class set M-1 理事单位 2028-12-31 换届"),
    "conduct draft": Line(*DRAFT),
    "conduct publish": Line("钱办", "conduct publish 1", before=DRAFTED),
    "conduct accept": Line("联络1", "conduct accept 1", before=PUBLISHED),
    "conduct chase": Line("钱办", "conduct chase", before=PUBLISHED),
}
READING = {
    "application list": Line("钱办", "application list", before=FILED),
    "application show": Line("钱办", "application show J-1", before=FILED),
    "application paper": Line("钱办", "application paper J-1 licence", before=FILED),
    "admission show": Line("钱办", "admission show"),
    "change list": Line("钱办", "change list", before=PROPOSED),
    "change show": Line("钱办", "change show C-1", before=PROPOSED),
    "status explain": Line("钱办", "status explain M-1"),
    "status rules": Line("钱办", "status rules"),
    "class show": Line("钱办", "class show M-1"),
    "conduct text": Line("联络1", "conduct text 1 clause=2", before=PUBLISHED),
    "conduct status": Line("钱办", "conduct status", before=PUBLISHED),
    "conduct list": Line("联络1", "conduct list", before=PUBLISHED),
}
