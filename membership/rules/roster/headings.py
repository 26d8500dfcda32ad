"""Finding the headings of a roster: wherever they stand, on one line or several, under many names. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.errors import BadInput
from core.i18n import _
from membership.rules.roster.cells import Raw, folded, is_blank

Range = tuple[int, int, int, int]
"""A merged range: first row, first column, last row, last column, from 0."""

HEADINGS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "name": (
        ("单位名称", "企业名称", "会员单位", "会员名称", "公司名称", "机构名称", "单位全称", "会员单位名称", "会员单位全称", "企业全称", "会员全称", "法人名称", "unit name", "name"),
        ("名称", "单位", "企业", "公司", "全称", "会员"),
    ),
    "code": (
        ("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "统一代码", "统一社会信用代码证号", "社会统一信用代码", "统一社会信用编码", "credit code", "code"),
        ("代码", "信用编码"),
    ),
    "kind": (
        ("单位类别", "单位类型", "机构类别", "机构类型", "企业类型", "企业类别", "category", "kind"),
        ("类别", "类型", "单位性质"),
    ),
    "class": (
        ("会籍", "会籍类别", "会员类别", "会员级别", "会内职务", "协会职务", "会员类型", "会员身份", "任职", "协会任职", "class", "rank"),
        ("职务", "级别"),
    ),
    "joined": (
        ("入会日期", "入会时间", "加入日期", "入会年月日", "加入时间", "入会年月", "加入协会时间", "joined", "joined on", "joined_on"),
    ),
    "contact": (
        ("联系人", "联系人姓名", "联络人", "联络员", "经办人", "业务联系人", "contact"),
        ("姓名", "负责人", "单位负责人"),
    ),
    "phone": (
        ("手机", "手机号", "手机号码", "移动电话", "联系人手机", "联系手机", "联系人手机号", "联络员手机", "mobile"),
        ("联系电话", "联系方式", "电话", "联系人电话", "联系人联系方式", "电话号码", "phone"),
        ("办公电话", "固定电话", "座机", "单位电话"),
    ),
    "engineers": (
        ("注安师人数", "注册安全工程师人数", "注安师", "注册安全工程师", "注安师数量", "注册安全工程师数量", "注安人数", "注册安全工程师数", "注安师数", "engineers"),
    ),
    "valid_until": (
        ("资质有效期至", "有效期至", "证书有效期", "资质有效期", "证书有效期至", "资质证书有效期", "资质证书有效期至", "资质到期日", "资质到期日期", "资质到期时间", "valid until", "valid_until"),
        ("有效期", "到期日期", "到期时间", "到期日", "有效期限"),
    ),
    "region": (
        ("所属地区", "地区", "所在地区", "所在市", "所在地", "地市", "区域", "所属区域", "所属市", "属地", "所属地市", "行政区划", "所在城市", "region"),
        ("城市", "市", "设区市", "市州"),
    ),
    "remark": (("备注", "说明", "附注", "remark", "note"),),
    "index": (("序号", "编号", "行号", "no", "会员编号", "number", "member", "#"),),
}  # fmt: skip
REQUIRED = ("name", "code")
ALONE = frozenset({"name", "code", "kind", "class", "joined"})
"""Fields that a second column of the same standing makes ambiguous."""
HEADER_SEARCH = 60
DEEPEST = 3
_RANKS = {
    folded(heading): (name, tier)
    for name, tiers in HEADINGS.items()
    for tier, headings in enumerate(tiers)
    for heading in headings
}
_BRACKETED = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]")
_NUMBERED = re.compile(r"^(?:[0-9]{1,2}[.、:)]|[*:])+")


@dataclass(frozen=True)
class Header:
    """Where the headings stand: the first and last row, field → column index, and the columns that mean nothing here."""

    row: int
    last: int
    columns: Mapping[str, int]
    unread: tuple[str, ...] = ()


def heading_of(name: str) -> str:
    """The usual heading of a field."""
    return HEADINGS[name][0][0]


def meaning(cell: Raw) -> tuple[str, int] | None:
    """Field and standing (0 is the surest) of a heading, None when it is not one."""
    if not isinstance(cell, str) or len(cell) > 60 or (len(cell) == 18 and cell[:2].isdigit()):
        return None
    word = _NUMBERED.sub("", folded(cell).casefold()).rstrip(":*")
    for text in (word, _BRACKETED.sub("", word).rstrip(":*")):
        if text in _RANKS:
            return _RANKS[text]
        found = {_RANKS[part] for part in re.split("[/或]", text) if part in _RANKS}
        if len({name for name, _tier in found}) == 1:
            return min(found, key=lambda pair: pair[1])
    return None


def find_header(rows: Sequence[Sequence[Raw]], merged: Iterable[Range] = ()) -> Header:
    """The first lines that name at least a unit and its credit code. Raises BadInput with what was looked for."""
    spread = [area for area in merged if area[3] > area[1]]
    for index in range(min(HEADER_SEARCH, len(rows))):
        if not any(meaning(cell) for cell in rows[index]):
            continue
        for depth in range(1, DEEPEST + 1):
            header = _header(rows, index, depth, spread)
            if header is not None:
                return _extended(rows, header, spread)
    text = _("No heading row was found. It needs at least “{name}” and “{code}”.")
    raise BadInput("header_missing", text.format(name=HEADINGS["name"][0][0], code=HEADINGS["code"][0][0]))


def _header(rows: Sequence[Sequence[Raw]], index: int, depth: int, spread: list[Range]) -> Header | None:
    lines = rows[index : index + depth]
    if len(lines) < depth or any(not any(meaning(cell) for cell in line) for line in lines):
        return None
    width = max(len(line) for line in lines)
    texts = [_column_texts(lines, index, position, spread) for position in range(width)]
    columns = _chosen([_best(found) for found in texts])
    if any(name not in columns for name in REQUIRED):
        return None
    used = set(columns.values())
    unread = tuple(_shown(found) for position, found in enumerate(texts) if found and position not in used)
    return Header(index, index + depth - 1, columns, unread)


def _shown(texts: list[str]) -> str:
    """The lowest heading of a column, in Chinese when there is one."""
    text = next((text for text in reversed(texts) if not text.isascii()), texts[-1])
    return " ".join(text.split())[:40]


def _column_texts(lines: Sequence[Sequence[Raw]], top: int, position: int, spread: list[Range]) -> list[str]:
    """The headings over one column from the top down; a merged one stands over all its columns."""
    found = []
    for offset, line in enumerate(lines):
        column = next((a[1] for a in spread if a[0] <= top + offset <= a[2] and a[1] <= position <= a[3]), position)
        cell = line[column] if column < len(line) else None
        if isinstance(cell, str) and not is_blank(cell) and cell not in found:
            found.append(cell)
    return found


def _best(texts: list[str]) -> tuple[str, int] | None:
    """What a column holds: by its headings together, else the lowest that means something."""
    return next((found for text in ("".join(texts), *reversed(texts)) if (found := meaning(text))), None)


def _chosen(meanings: list[tuple[str, int] | None]) -> dict[str, int]:
    """Field → column: the surest heading wins. Raises BadInput when two are equally sure and it matters."""
    columns: dict[str, int] = {}
    tiers: dict[str, int] = {}
    for position, found in enumerate(meanings):
        if found is None:
            continue
        name, tier = found
        if name in columns and tier == tiers[name] and name in ALONE:
            text = _("Two columns are headed “{heading}”. Remove one.")
            raise BadInput("header_twice", text.format(heading=HEADINGS[name][0][0]))
        if name not in columns or tier < tiers[name]:
            columns[name], tiers[name] = position, tier
    return columns


def _extended(rows: Sequence[Sequence[Raw]], header: Header, spread: list[Range]) -> Header:
    """Further heading lines below: they name columns, and stand under no unit and no code."""
    while header.last + 1 < len(rows) and header.last - header.row + 1 < DEEPEST:
        below = rows[header.last + 1]
        if not (is_heading_row(below, header) or _is_sub_heading(below, header)):
            return header
        deeper = _header(rows, header.row, header.last - header.row + 2, spread)
        if deeper is None:
            return header
        header = deeper
    return header


def _is_sub_heading(row: Sequence[Raw], header: Header) -> bool:
    blank = all(is_blank(value_at(row, header.columns[name])) for name in REQUIRED)
    return blank and any(meaning(cell) for cell in row)


def is_heading_row(row: Sequence[Raw], header: Header) -> bool:
    """Whether this line repeats the headings."""
    return all((meaning(value_at(row, header.columns[name])) or ("", 0))[0] == name for name in reversed(REQUIRED))


def value_at(row: Sequence[Raw], position: int | None) -> Raw:
    """The cell at a column, None beyond the end of the row or without a column."""
    return row[position] if position is not None and position < len(row) else None
