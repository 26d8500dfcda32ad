"""Who speaks in a conversation that is written down: lines that begin with a name and a colon, or with a dash."""

import re
from dataclasses import dataclass

_TURN = re.compile(
    r"(?m)^[ \t]*(?:[-—–]{1,3}[ \t]*)?(?P<who>[一-龥a-z]{1,9}?)(?:回复|回|说|问|答复|答)?[:：]|^[ \t]*(?P<dash>[-—–]{2})"
)
# The association itself or somebody who speaks for it.
_OURS = re.compile(r"秘书|会长|协会|本会|群主|管理员|客服|会务|干事|会员部|培训部|通知|公告|小编")
# Somebody else: a member, a visitor, a person by surname or letter.
_OTHERS = re.compile(
    r"会员|理事|厂长|老板|经理|师傅|顾问|律师|监事|记者|业主|群友|网友|学员|保安|司机|班长|供应商|同行|安全员|企业|公司|ehs"
    r"|^[甲乙丙丁戊abcdq问]$|^[老小阿][一-龥]$|[一-龥](?:总|工|姐|哥|叔|师)$"
)
_ANSWER = re.compile(r"^答$")
_FEWEST = 2  # turns that make a conversation


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a turn begins, and whether somebody other than the association speaks."""

    start: int
    other: bool


def turns(text: str) -> list[Turn]:
    """The turns of a conversation in order; none when the text is not one."""
    found, known = list[Turn](), 0
    for match in _TURN.finditer(text):
        who = match.group("who")
        if who is None:
            found.append(Turn(match.start(), other=not (found and found[-1].other)))
        elif _OURS.search(who) or _ANSWER.match(who):
            found.append(Turn(match.start(), other=False))
            known += 1
        elif _OTHERS.search(who):
            found.append(Turn(match.start(), other=True))
            known += 1
    dashes = sum(text.startswith(("——", "--"), one.start) for one in found)
    return found if known + dashes >= _FEWEST or (dashes and text.find("\n") > 0) else []


def by_other(spoken: list[Turn], at: int) -> bool:
    """Whether a place of the text is in the turn of somebody else."""
    last = None
    for one in spoken:
        if one.start > at:
            break
        last = one
    return last is not None and last.other
