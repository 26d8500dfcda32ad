"""Who speaks in a conversation that is written down: lines that begin with a name and a colon, or with a dash."""

import re
from dataclasses import dataclass

_TURN = re.compile(
    r"(?m)^[ \t]*(?:[-—–]{1,3}[ \t]*)?(?P<who>[一-龥a-z]{1,9}?)(?:回复|回|说|问|答复|答)?[:：]"
    r"|^[ \t]*(?P<office>[-—–]{2}|(?:各|全体|致|尊敬)[一-龥]|关于[^\n]{2,40}的(?:通知|公告|函)|本(?:会|协会)|现通知|通知如下)"
)
# The association itself or somebody who speaks for it.
_OURS = re.compile(r"秘书|会长|协会|本会|群主|管理员|客服|会务|干事|会员部|培训部|通知|公告|小编")
# Somebody else: a member, a visitor, a person by surname or letter.
_OTHERS = re.compile(
    r"会员|理事|厂长|老板|经理|师傅|顾问|律师|监事|记者|业主|群友|网友|学员|保安|司机|班长|供应商|同行|安全员|企业|公司|ehs"
    r"|^[甲乙丙丁戊abcdq问]$|^[老小阿][一-龥]$|[一-龥](?:总|工|姐|哥|叔|师)$"
)
_ANSWER = re.compile(r"^答$")
_ADDRESS = re.compile(r"^(?:各|全体|致|尊敬|请)")  # those who are written to do not speak
_FEWEST = 2  # turns that make a conversation


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a turn begins, and whether somebody other than the association speaks."""

    start: int
    other: bool


def turns(text: str) -> list[Turn]:
    """The turns of a conversation in order; none when the text is not one.

    A reply behind a dash, an address to members and the head of a notice are the association's again.
    """
    found, named = list[Turn](), 0
    for match in _TURN.finditer(text):
        who = match.group("who")
        if who is None or _ADDRESS.search(who):
            found.append(Turn(match.start(), other=False))
        elif _OURS.search(who) or _ANSWER.match(who) or _OTHERS.search(who):
            found.append(Turn(match.start(), other=not (_OURS.search(who) or _ANSWER.match(who))))
            named += 1
    return found if named >= _FEWEST else []


def by_other(spoken: list[Turn], at: int) -> bool:
    """Whether a place of the text is in the turn of somebody else."""
    last = None
    for one in spoken:
        if one.start > at:
            break
        last = one
    return last is not None and last.other
