"""Announcements beyond their first text: audiences, groups, templates, delivery, notices and objections, numbers."""

from bot.messages import FileIn
from tests.faults.lines.line import Line
from tests.houses import Voice

LIST = (FileIn("名单.txt", b"list"),)
APPROVED = ("卢副", "approval approve P-{approval}")
PUBLISHED = (("钱办", "announce draft 通知 标题 全体 正文"), ("钱办", "announce submit A-4"), APPROVED)
SCHEDULED = (PUBLISHED[0], ("钱办", "announce schedule A-4 2026-10-20 09:00"), *PUBLISHED[1:])
CONTACT = "objection=书面署名 department=秘书处 phone=0571-87000000 address=文一路1号"
NOTICE = ("钱办", f"announce notice 关于会员分级结果的公示 《分级办法》 甲公司 评为A级 2026-10-09 5 全体 {CONTACT}")
RUNNING = (NOTICE, ("钱办", "announce submit A-4"), APPROVED)
OBJECTED = (*RUNNING, ("联络1", "object A-4 甲公司有未结清的处罚"))
SAVED = ("钱办", "audience save 杭州组 地区=杭州市")
TEMPLATE = ("钱办", "announce template add 值班 通知 节日值班 值班电话12345")
WITHDRAWN = (("卢副", "announce withdraw A-2 有误"),)


def with_file(house):
    """A file goes along with the first draft."""
    assert Voice(house, "钱办").do("announce attach A-1", files=LIST).error is None


def in_group(house):
    """The clerk has linked a group."""
    code = Voice(house, "钱办").do("group link 会员大群").data["code"]
    there = Voice(house, "钱办", chat="大群")
    assert there.do(f"group link {code}", private=False).error is None


CHANGING = {
    "received": Line("联络1", "received"),
    "approval withdraw": Line("钱办", "approval withdraw P-{approval}", before=PUBLISHED[:2]),
    "announce attach": Line("钱办", "announce attach A-1", LIST),
    "announce cancel": Line("钱办", "announce cancel A-4", before=SCHEDULED),
    "announce correct": Line("钱办", "announce correct A-2 开课时间应为周六。"),
    "announce delivery": Line("钱办", "announce delivery A-1 紧急 台风"),
    "announce detach": Line("钱办", "announce detach A-1", before=(with_file,)),
    "announce discard": Line("钱办", "announce discard A-2", before=(("钱办", "announce edit A-2 新的正文"),)),
    "announce groups": Line("钱办", "announce groups A-1 会员大群", before=(in_group,)),
    "announce notice": Line(*NOTICE),
    "announce restart": Line("钱办", "announce restart A-4 2026-10-12 5 名单有误", before=RUNNING),
    "announce result": Line("钱办", "announce result A-4 公示期满，无异议。", before=RUNNING),
    "announce schedule": Line("钱办", "announce schedule A-1 2026-10-20 09:00"),
    "announce set": Line("钱办", "announce set A-1 标题 新标题"),
    "announce settings": Line("秦书", "announce settings quiet=20:00-09:00 every=3"),
    "announce template add": Line(*TEMPLATE),
    "announce template remove": Line("钱办", "announce template remove 值班", before=(TEMPLATE,)),
    "announce template use": Line("钱办", "announce template use 会费通知 全体"),
    "announce undo": Line("钱办", "announce undo A-4", before=PUBLISHED),
    "announce void": Line("卢副", "announce void 试安协〔2026〕1号 编错", before=WITHDRAWN),
    "audience delete": Line("钱办", "audience delete 杭州组", before=(SAVED,)),
    "audience save": Line(*SAVED),
    "audience workbook": Line("钱办", "audience workbook 地区=杭州市"),
    "group link": Line("钱办", "group link 会员大群", random=True),
    "group screening": Line("钱办", "group screening on 会员大群", before=(in_group,)),
    "group unlink": Line("钱办", "group unlink 会员大群", before=(in_group,)),
    "object": Line("联络1", "object A-4 甲公司有未结清的处罚", before=RUNNING, random=True),
    "objection rule": Line("卢副", "objection rule O-1 不成立 经核实查无此事", before=OBJECTED),
    "objection show": Line("钱办", "objection show O-1", before=OBJECTED),
    "objection withdraw": Line("联络1", "objection withdraw O-1", before=OBJECTED),
    "office codeword": Line("秦书", "office codeword 试验安协"),
    "subscribe": Line("联络1", "subscribe notice", before=(("联络1", "unsubscribe notice"),)),
    "unsubscribe": Line("联络1", "unsubscribe notice"),
}
READING = {
    "approval mine": Line("钱办", "approval mine", before=PUBLISHED[:2]),
    "announce complete": Line("钱办", "announce complete A-1"),
    "announce people": Line("钱办", "announce people A-1"),
    "announce register": Line("钱办", "announce register 2026"),
    "announce template list": Line("钱办", "announce template list"),
    "announce units": Line("钱办", "announce units A-2"),
    "audience list": Line("钱办", "audience list", before=(SAVED,)),
    "audience preview": Line("钱办", "audience preview 地区=杭州市"),
    "audience show": Line("钱办", "audience show 杭州组", before=(SAVED,)),
    "group list": Line("钱办", "group list", before=(in_group,)),
    "group members": Line("钱办", "group members 会员大群", before=(in_group,)),
    "objection list": Line("钱办", "objection list", before=OBJECTED),
    "objection mine": Line("联络1", "objection mine", before=OBJECTED),
}
