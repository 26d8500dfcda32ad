"""A sample member roster, with the habits that real ones have. Every unit, code, person and number in it is made up.

``python -m examples.roster PATH [UNITS]`` writes one.
"""

import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from stdnum.cn import uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
REGIONS = (("临川市", "3610"), ("云泽市", "3611"), ("青屏市", "3612"), ("北渡市", "3613"))
FIRST = ("启明", "远山", "安澜", "青禾", "云岭", "泰和", "守正", "明德", "砺石", "望江", "长宁", "鼎新", "㵲阳", "𣲘安")
MIDDLE = ("", "", "（江南）", "(集团)")
KINDS = (
    ("安全评价机构", "安全评价有限公司"),
    ("检测检验机构", "检测检验有限公司"),
    ("职业卫生技术服务机构", "职业卫生技术服务有限公司"),
    ("保险机构", "财产保险股份有限公司江南分公司"),
    ("注册安全工程师事务所", "注册安全工程师事务所有限公司"),
    ("安全培训机构", "安全培训学校"),
    ("安全科技机构", "安全科技股份有限公司"),
    ("生产经营单位", "精细化工有限公司"),
)
CLASSES = ("会员单位", "会员单位", "会员单位", "会员单位", "理事单位", "理事单位", "常务理事单位", "副会长单位")
SURNAMES, GIVEN = "骆臧阮席管卜闵解柯苗", ("晓舟", "一鸣", "知远", "可欣", "子衿", "沐", "清越", "景行")
HEADINGS = (
    "序号",
    "所属地区",
    "单位名称",
    "统一社会\n信用代码",
    "单位类别",
    "会籍",
    "入会日期",
    "联系人",
    "手  机",
    "注安师人数",
    "资质有效期至",
    "备注",
)
WIDE = str.maketrans(
    "0123456789ABCDEFGHJKLMNPQRTUWXY-", "０１２３４５６７８９ＡＢＣＤＥＦＧＨＪＫＬＭＮＰＱＲＴＵＷＸＹ－"
)


def _code(dice: random.Random, region: str) -> str:
    body = f"91{region}00" + "".join(dice.choice(ALPHABET) for _i in range(9))
    return body + str(uscc.calc_check_digit(body))


def _date_cell(dice: random.Random, day: date) -> Any:
    spellings = (
        day,
        day,
        day,
        f"{day:%Y}年{day.month}月{day.day}日",
        f"{day:%Y.%m.%d}",
        f"{day:%Y%m%d}",
        f"{day:%Y/%m/%d}",
    )
    return dice.choice((*spellings, day.isoformat().translate(WIDE)))


def _code_cell(dice: random.Random, code: str) -> str:
    return dice.choice(
        (code, code, code, code, code.translate(WIDE), code.lower(), f"{code[:6]} {code[6:14]}\u00a0{code[14:]}")
    )


def _unit(dice: random.Random, number: int, region: str, prefix: str) -> list[Any]:
    kind, suffix = dice.choice(KINDS)
    name = f"{region[:2]}{dice.choice(FIRST)}{dice.choice(MIDDLE)}{suffix}"
    joined = date(2008, 1, 1) + timedelta(days=dice.randrange(6800))
    phone = "1" + dice.choice("35789") + f"{dice.randrange(10**9):09d}"
    engineers = dice.randrange(41)
    return [
        number,
        None,
        name,
        _code_cell(dice, _code(dice, prefix)),
        kind,
        dice.choice(CLASSES),
        _date_cell(dice, min(joined, date(2026, 9, 25))),
        SURNAMES[number % len(SURNAMES)] + GIVEN[number // len(SURNAMES) % len(GIVEN)],
        dice.choice((phone, phone, f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}", int(phone), phone.translate(WIDE))),
        dice.choice((engineers, engineers, f"{engineers}人", str(engineers).translate(WIDE))),
        date(2027, 1, 1) + timedelta(days=dice.randrange(360)),
        None,
    ]


def _spoil(rows: list[list[Any]]) -> None:
    """The slips that every roster has, at fixed places."""
    slips: dict[int, tuple[int, Any]] = {
        4: (9, -3),
        9: (6, "2025年2月30日"),
        14: (4, "其它类"),
        19: (8, "1380013800"),
        24: (3, 9.1361010079965e17),
        29: (4, "安评机构"),
        34: (3, rows[3][3]),
        39: (11, '=HYPERLINK("http://example.invalid","点我")'),
        44: (3, "91361100ABCDEFGH"),
    }
    for index, (column, value) in slips.items():
        if index < len(rows):
            rows[index][column] = value


def write_roster(path: Path, units: int = 60, seed: int = 2026, *, slips: bool = True) -> None:
    """Write a roster of so many units; the same seed writes the same roster."""
    dice = random.Random(seed)
    book = Workbook()
    notes: Any = book.active
    notes.title = "填表说明"
    notes.append(["统一社会信用代码须为18位；日期按“年-月-日”填写；请勿改动表头。"])
    sheet = book.create_sheet("会员名册")
    sheet.append(["江南省安全生产技术服务行业协会会员名册（2026年度）"])
    sheet.merge_cells("A1:L1")
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=14), Alignment(horizontal="center")
    sheet.append(["填报单位：协会秘书处", *[None] * 8, "填报日期：2026年10月8日"])
    sheet.append(HEADINGS)
    _fill(sheet, _rows(dice, units, slips=slips))
    sheet.append([None, None, f"合计：{units}家"])
    sheet.append([])
    sheet.append([None, None, "制表人：骆一鸣\u3000\u3000审核人：席知远"])
    book.save(path)


def _rows(dice: random.Random, units: int, *, slips: bool) -> list[list[Any]]:
    share = -(-units // len(REGIONS))
    rows = [_unit(dice, i + 1, *REGIONS[min(i // share, len(REGIONS) - 1)]) for i in range(units)]
    if slips:
        _spoil(rows)
    return rows


def _fill(sheet: Any, rows: list[list[Any]]) -> None:
    """The rows under their headings; each region is one merged cell, and two rows are hidden."""
    share = -(-len(rows) // len(REGIONS))
    for index, row in enumerate(rows):
        if index % share == 0:
            row[1] = REGIONS[min(index // share, len(REGIONS) - 1)][0]
        sheet.append(row)
    for first in range(0, len(rows), share):
        last = min(first + share, len(rows)) - 1
        sheet.merge_cells(start_row=first + 4, end_row=last + 4, start_column=2, end_column=2)
    for hidden in (12, 27):
        sheet.row_dimensions[hidden].hidden = True


if __name__ == "__main__":
    write_roster(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60)
