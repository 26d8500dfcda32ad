"""What an association's charter may say otherwise about a body, as it is typed: ``quorum=1/2 pass=>1/2 base=all``. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import BadInput
from core.i18n import _
from meetings.rules.bodies import Base
from meetings.rules.shares import check_share

YES, NO = ("yes", "是", "true"), ("no", "否", "false")
NAMES = {
    "法定人数": "quorum",
    "通过": "pass",
    "基数": "base",
    "弃权": "abstain",
    "平票": "tie",
    "无记名": "secret",
    "通讯": "written",
    "委托": "proxies",
    "通知": "notice",
    "豁免": "waiver",
    "最少": "least",
}
WORDS = {
    "到会": "present",
    "出席": "present",
    "全体": "all",
    "计入": "counts",
    "不计入": "ignored",
    "不通过": "fails",
    "主持人": "chair",
}
FORM = re.compile(r"(?P<over>[>＞]?)(?P<part>[0-9]{1,4})/(?P<whole>[0-9]{1,4})")
PERIOD = re.compile(r"(?P<amount>[0-9]{1,3})(?P<unit>个?工作日|wd|日|天|d)")


def read_changes(words: str) -> dict[str, Any]:
    """The changes that a line of ``name=value`` words stands for. Raises BadInput that says which word is wrong."""
    typed = words.translate(str.maketrans("＝／，、；;", "=/    ")).split()
    found: dict[str, Any] = {}
    for word in typed:
        name, equals, value = word.partition("=")
        key = NAMES.get(name, name)
        if not equals or not value or key not in READERS:
            raise _wrong(word)
        found[key] = READERS[key](value)
    if not found:
        raise _wrong(words)
    return found


def merged(former: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A body's data with these changes: parts that the line did not name stay."""
    data = dict(former)
    if {"pass", "base"} & changes.keys():
        data["pass"] = {**former["pass"], **changes.get("pass", {})}
        if "base" in changes:
            data["pass"]["base"] = changes["base"]
    if {"notice", "waiver"} & changes.keys():
        data["notice"] = {**former["notice"], **changes.get("notice", {})}
        if "waiver" in changes:
            data["notice"]["waiver"] = changes["waiver"]
    plain = {key: value for key, value in changes.items() if key not in ("pass", "base", "notice", "waiver")}
    return {**data, **plain}


def _wrong(word: str) -> BadInput:
    text = _("“{word}” is no clause. Write for example: quorum=2/3 pass=2/3 base=present notice=7d proxies=1 secret=no")
    return BadInput("clause_form", text.format(word=word[:40]))


def _share(value: str) -> dict[str, Any]:
    found = FORM.fullmatch(value)
    if found is None:
        raise _wrong(value)
    share = check_share(int(found["part"]), int(found["whole"]), over=bool(found["over"]))
    return {"share": [share.part, share.whole], "over": share.over}


def _quorum(value: str) -> list[int]:
    share = _share(value)
    if share["over"]:
        raise _wrong(value)
    return list(share["share"])


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        word = WORDS.get(value, value)
        if word not in allowed:
            raise _wrong(value)
        return word

    return read


def _yes(value: str) -> bool:
    if value.casefold() not in YES + NO:
        raise _wrong(value)
    return value.casefold() in YES


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 4):
        raise _wrong(value)
    return int(value)


def _notice(value: str) -> dict[str, Any]:
    found = PERIOD.fullmatch(value)
    if found is None:
        raise _wrong(value)
    working = found["unit"] in ("个工作日", "工作日", "wd")
    return {"amount": int(found["amount"]), "unit": "work_day" if working else "calendar_day"}


READERS: dict[str, Callable[[str], Any]] = {
    "quorum": _quorum,
    "pass": _share,
    "base": _one_of(*Base),
    "abstain": _one_of("counts", "ignored"),
    "tie": _one_of("fails", "chair"),
    "secret": _yes,
    "written": _yes,
    "proxies": _count,
    "least": _count,
    "notice": _notice,
    "waiver": _yes,
}
