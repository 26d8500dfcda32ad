"""Rosters as different associations keep them, each row compared with what it must be read as."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
import xlwt
from openpyxl.styles import Alignment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from stdnum.cn import uscc

from bot.messages import FileIn
from tests.houses import Voice, found

HEAD = [
    "序号",
    "所属地区",
    "单位名称",
    "统一社会信用代码",
    "单位类别",
    "会籍",
    "入会日期",
    "联系人",
    "手机",
    "注安师人数",
    "资质有效期至",
]


def code(number):
    body = f"91330100MA27{number:05d}"
    return body + str(uscc.calc_check_digit(body))


def good(number, **other):
    """A sound row of HEAD, and what it must become."""
    cells = {
        "序号": number, "所属地区": "杭州市", "单位名称": f"样本{number}检测有限公司", "统一社会信用代码": code(number),
        "单位类别": "检测检验机构", "会籍": "会员单位", "入会日期": "2020-01-02", "联系人": f"联系{number}",
        "手机": f"139000{number:05d}", "注安师人数": number, "资质有效期至": "2027-06-30",
    }  # fmt: skip
    return [(cells | other)[heading] for heading in HEAD]


def wanted(row, number, outcome="insert", problems=(), **other):
    return {
        "row": row, "outcome": outcome, "problems": list(problems), "name": f"样本{number}检测有限公司", "code": code(number),
        "kind": "检测检验机构", "class": "会员单位", "joined": "2020-01-02", "phone": f"139000{number:05d}", "engineers": number,
        "valid_until": "2027-06-30", "region": "杭州市", "contact": f"联系{number}",
    } | other  # fmt: skip


def xlsx(book):
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def book_of(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


@pytest.fixture
def dry(sqlite_house):
    """Judge a file as the command does."""
    found(sqlite_house)
    secretary = Voice(sqlite_house, "秦书")

    def judge(content, name="名册.xlsx", options=""):
        return secretary.do(f"member import --dry-run {options}", files=(FileIn(name, content),))

    return judge


def test_headings_on_two_lines_under_merged_groups_below_a_title(dry):
    book = book_of([
        ["某某省安全生产协会会员名册", *[None] * 10],
        ["填报单位：秘书处", *[None] * 7, "2026年10月", None, None],
        ["序号", "所在市", "单位信息", None, "单位类别", "会籍", "入会", "联系方式", None, "注安师\n（人）", "资质"],
        [None, None, "名称（全称）", "统一社会信用代码（18位）", None, None, "时间", "联系人", "手机号码", None, "有效期至"],
        good(1), good(2),
    ])  # fmt: skip
    sheet = book.active
    for area in ("A1:K1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4", "H3:I3", "J3:J4"):
        sheet.merge_cells(area)
    reply = dry(xlsx(book))
    assert reply.data["rows"] == [wanted(5, 1), wanted(6, 2)]
    assert "未读取的列" not in reply.text


def test_columns_in_another_order_with_synonyms_and_columns_that_mean_nothing(dry):
    book = book_of([
        ["企业全称", "法定代表人", "信用代码", "会内职务", "机构类型", "入会时间", "联系电话", "手机号", "联络员", "城市", "地址", "*注册安全工程师数量", "证书有效期", "备注"],
        ["样本1检测有限公司", "甲", code(1), "理事", "检测检验机构", "2020.1.2", "0571-88880001", "13900000001", "联系1", "杭州市", "西湖区1号", "1 人", "2024-07-01至2027-06-30", "x"],
    ])  # fmt: skip
    reply = dry(xlsx(book))
    assert reply.data["rows"] == [wanted(2, 1, **{"class": "理事单位"})]
    assert "法定代表人" in reply.text
    assert "地址" in reply.text
    assert "联系电话" in reply.text


def test_sections_repeated_headings_numbered_blanks_and_footers_in_between(dry):
    book = book_of([
        HEAD,
        ["一、杭州市（2家）", *[None] * 10],
        good(1), good(2),
        ["小计", None, "2家", *[None] * 8],
        [],
        HEAD,
        ["二、宁波市（1家）", *[None] * 10],
        good(3, 所属地区="宁波市"),
        [4, *[None] * 10],
        ["\u200b", *[None] * 10],
        [None, None, "合计：3家", *[None] * 8],
        [],
        ["填表人：甲\u3000审核人：乙", *[None] * 10],
        ["备注：以上为截至十月的数据", *[None] * 10],
    ])  # fmt: skip
    rows = dry(xlsx(book)).data["rows"]
    assert [(r["row"], r["outcome"]) for r in rows] == [
        (2, "footer"), (3, "insert"), (4, "insert"), (5, "footer"), (6, "blank"), (7, "footer"), (8, "footer"), (9, "insert"),
        (10, "blank"), (11, "blank"), (12, "footer"), (14, "footer"), (15, "footer"),
    ]  # fmt: skip
    assert rows[7] == wanted(9, 3, region="宁波市")


def test_cells_merged_downwards_stand_for_all_their_rows(dry):
    rows = [
        HEAD,
        good(1),
        good(2, 所属地区=None, 单位类别=None, 会籍=None),
        good(3, 所属地区=None),
        good(4, 单位名称=None, 统一社会信用代码=None),
    ]
    book = book_of(rows)
    for area in ("B2:B4", "E2:E3", "F2:F3"):
        book.active.merge_cells(area)
    book.active.merge_cells("C4:C5")
    book.active.merge_cells("D4:D5")
    found = dry(xlsx(book)).data["rows"]
    assert found[:3] == [wanted(2, 1), wanted(3, 2), wanted(4, 3)]
    assert (found[3]["outcome"], found[3]["problems"]) == ("error", ["merged_above"])


DATES = [
    (date(2020, 1, 2), "2020-01-02", []),
    (datetime(2020, 1, 2, 9, 30), "2020-01-02", []),  # noqa: DTZ001 - spreadsheets have no zones
    (43832, "2020-01-02", []),
    ("43832", "2020-01-02", []),
    (20200102, "2020-01-02", []),
    ("2020/1/2 0:00", "2020-01-02", []),
    ("2020-1-2 9:30:00", "2020-01-02", []),
    ("２０２０．１．２", "2020-01-02", []),
    ("2020 年 1 月 2 日", "2020-01-02", []),
    ("2020年1月2号", "2020-01-02", []),
    ("二〇二〇年一月二日", "2020-01-02", []),
    ("二○二○年十二月三十一日", "2020-12-31", []),
    ("2020、1、2", "2020-01-02", []),
    ("2020年2月", "2020-02-01", ["date_month_only"]),
    ("2020.11", "2020-11-01", ["date_month_only"]),
    ("2019年2月29日", None, ["date_impossible"]),
    ("2020-13-01", None, ["date_impossible"]),
    ("2020年", None, ["date_form"]),
    (2020, None, ["date_range"]),
    ("20.1.2", None, ["date_form"]),
    ("1/2/2020", None, ["date_form"]),
    ("不详", None, ["date_form"]),
    ("/", None, ["date_missing"]),
    (True, None, ["date_form"]),
    ("1900-01-01", None, ["date_range"]),
    ("#REF!", None, ["cell_error"]),
    ("=TODAY()", None, ["formula"]),
]


def test_days_in_every_style(dry):
    rows = [good(number, 入会日期=cell) for number, (cell, _day, _problems) in enumerate(DATES, 1)]
    found = dry(xlsx(book_of([HEAD, *rows]))).data["rows"]
    read = [(row["joined"], row["problems"]) for row in found]
    assert read == [(day, problems) for _cell, day, problems in DATES]


CODES = [
    (code(1), code(1), []),
    (code(2).lower(), code(2), []),
    (" " + code(3)[:9] + "\u00a0" + code(3)[9:] + "\u200b", code(3), []),
    ("'" + code(4), code(4), []),
    (code(5)[:8] + "-" + code(5)[8:], code(5), []),
    ("".join(chr(ord(c) + 0xFEE0) for c in code(6)), code(6), []),
    (9.13301e17, "913301000000000000", ["code_is_number"]),
    ("9.1330100E+17", "9.1330100E+17", ["code_is_number"]),
    (330100000012345, "330100000012345", ["code_is_number"]),
    ("330100000012345", "330100000012345", ["code_length"]),
    ("无", "", ["code_missing"]),
    (None, "", ["code_missing"]),
    (code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1"), None, ["code_check_digit"]),
    (code(13)[:-2] + "O" + code(13)[-1], None, ["code_characters"]),
    ("9133٠100MA2700014X", None, ["code_characters"]),
    (code(1), code(1), ["duplicate_code"]),
    ("=A1", "", ["formula"]),
]


def test_codes_in_every_spelling_and_every_damage(dry):
    rows = [good(number, 统一社会信用代码=cell) for number, (cell, _code, _problems) in enumerate(CODES, 1)]
    found = dry(xlsx(book_of([HEAD, *rows]))).data["rows"]
    assert [row["problems"] for row in found] == [problems for _cell, _code, problems in CODES]
    assert all(row["code"] == right for row, (_cell, right, _p) in zip(found, CODES, strict=True) if right is not None)
    assert [row["outcome"] for row in found] == ["error" if problems else "insert" for _c, _r, problems in CODES]


PHONES = [
    (13900000001, "13900000001", []),
    ("+86 139 0000 0001", "13900000001", []),
    ("0086-13900000001", "13900000001", []),
    ("139-0000-0001（张）", "13900000001", []),
    ("１３９００００００１", "1390000001", ["phone_length"]),
    ("0571-88880001", "0571-88880001", []),
    ("(0571)88880001", "0571-88880001", []),
    ("057188880001转8001", "0571-88880001-8001", []),
    ("010-66660001-22", "010-66660001-22", []),
    ("+86-571-88880001", "0571-88880001", []),
    ("400-800-8888", "4008008888", []),
    ("13900000001/0571-88880001", "13900000001", ["phone_several"]),
    ("13900000001、1390000", "139000000011390000", ["phone_length"]),
    ("1390000000", "1390000000", ["phone_length"]),
    ("139000000012", "139000000012", ["phone_length"]),
    ("无", "", []),
    (None, "", []),
]


def test_telephone_numbers_of_every_kind(dry):
    rows = [good(number, 手机=cell) for number, (cell, _digits, _problems) in enumerate(PHONES, 1)]
    found = dry(xlsx(book_of([HEAD, *rows]))).data["rows"]
    assert [(row["phone"], row["problems"]) for row in found] == [(digits, problems) for _c, digits, problems in PHONES]


KINDS = [
    ("检测检验机构\u200b", "检测检验机构", []), (" 检测 检验 机构 ", "检测检验机构", []), ("检验检测机构", "检测检验机构", ["kind_alias"]),
    ("安评机构", "安全评价机构", ["kind_alias"]), ("注安师事务所", "注册安全工程师事务所", ["kind_alias"]), ("保险公司", "保险机构", ["kind_alias"]),
    ("其它类", None, ["kind_unknown"]), ("企业", None, ["kind_unknown"]), ("", None, ["kind_missing"]), ("—", None, ["kind_missing"]),
]  # fmt: skip
CLASSES = [
    ("会员", "会员单位"), ("普通会员单位", "会员单位"), ("理事 ", "理事单位"), ("常务理事", "常务理事单位"), ("副理事长", "副会长单位"),
    ("会长\u200b", "会长单位"), ("个人会员", "个人会员"), ("贵宾", None), ("名誉会长单位", None), ("副会长單位", None),
]  # fmt: skip


def test_categories_and_classes_with_their_short_names(dry):
    rows = [
        good(n, 单位类别=kind, 会籍=rank)
        for n, ((kind, *_k), (rank, _r)) in enumerate(zip(KINDS, CLASSES, strict=True), 1)
    ]
    found = dry(xlsx(book_of([HEAD, *rows]))).data["rows"]
    assert [row["kind"] for row in found] == [kind for _cell, kind, _problems in KINDS]
    assert [row["class"] for row in found] == [rank for _cell, rank in CLASSES]
    for row, (_cell, _kind, problems), (_rank, rank) in zip(found, KINDS, CLASSES, strict=True):
        assert row["problems"] == sorted([*problems, *([] if rank else ["class_unknown"])])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_tables_of_every_encoding(dry, encoding, delimiter):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    rows = [
        ["会员名册"],
        HEAD,
        good(1, 统一社会信用代码="\t" + code(1)),
        good(2, 单位名称="样本2检测\n有限公司"),
        [],
        ["合计：2家"],
    ]
    writer.writerows(rows)
    found = dry(text.getvalue().encode(encoding), "名册.csv").data["rows"]
    assert found == [
        wanted(3, 1),
        wanted(4, 2, name="样本2检测 有限公司"),
        {"row": 5, "outcome": "blank"},
        {"row": 6, "outcome": "footer"},
    ]


def test_an_old_workbook_with_days_counted_from_1904(dry):
    book = xlwt.Workbook()
    book.dates_1904 = True
    page = book.add_sheet("名册")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    page.write_merge(0, 0, 0, 10, "会员名册")
    for column, heading in enumerate(HEAD):
        page.write(1, column, heading)
    for index, number in enumerate((1, 2)):
        for column, cell in enumerate(good(number)):
            page.write(2 + index, column, *((date(2020, 1, 2), day) if HEAD[column] == "入会日期" else (cell,)))
    target = io.BytesIO()
    book.save(target)
    reply = dry(target.getvalue(), "名册.xls")
    assert reply.data["rows"] == [wanted(3, 1), wanted(4, 2)]
    assert "xls" in reply.text


def test_bare_serials_follow_the_calendar_of_their_file(dry):
    book = book_of([HEAD, good(1, 入会日期=43832 - 1462)])
    book.epoch = CALENDAR_MAC_1904
    assert dry(xlsx(book)).data["rows"] == [wanted(2, 1)]


def test_hidden_rows_columns_and_sheets_are_said(dry):
    book = book_of([HEAD, good(1), good(2)])
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["I"].hidden = True
    book.create_sheet("去年").sheet_state = "hidden"
    reply = dry(xlsx(book))
    assert reply.data["rows"] == [wanted(2, 1), wanted(3, 2, hidden=True)]
    assert "1 个隐藏行" in reply.text
    assert "隐藏列也已读取：手机" in reply.text
    assert "去年" in reply.text


def test_one_sheet_for_each_city(dry):
    book = book_of([["填表说明：请勿改动表头"]])
    for title, numbers in (("杭州", (1, 2)), ("宁波", (3, 1))):
        page = book.create_sheet(title)
        for row in (HEAD, *(good(number) for number in numbers)):
            page.append(row)
    content = xlsx(book)
    first = dry(content)
    assert first.data["rows"] == [wanted(2, 1), wanted(3, 2)]
    assert "宁波" in first.text
    every = dry(content, options="工作表=全部").data["rows"]
    assert [(r["sheet"], r["row"], r["outcome"]) for r in every] == [
        ("杭州", 2, "insert"), ("杭州", 3, "insert"), ("宁波", 2, "insert"), ("宁波", 3, "error"),
    ]  # fmt: skip
    assert "杭州 2" in dry(content, options="sheet=all").text
    assert dry(content, options="sheet=宁波").data["rows"] == [wanted(2, 3), wanted(3, 1)]
    assert dry(content, options="sheet=温州").error == "sheet_unknown"


def test_the_same_unit_twice_says_where_and_whether_it_differs(dry):
    book = book_of([HEAD, good(1), good(2), good(1), good(2, 会籍="理事单位")])
    reply = dry(xlsx(book))
    assert [row["problems"] for row in reply.data["rows"]] == [[], [], ["duplicate_code"], ["duplicate_code"]]
    assert "信用代码与第 2 行重复，内容相同" in reply.text
    assert "信用代码与第 3 行重复，且内容不同" in reply.text


def test_formulas_errors_and_truth_values_are_never_read_as_blank(dry):
    rows = [
        good(1, 注安师人数="=COUNTA(A1:A3)"), good(2, 注安师人数=True), good(3, 注安师人数="#N/A"), good(4, 单位名称="=B2"),
        good(5, 资质有效期至="=TODAY()"), good(6, 联系人="=H2"),
    ]  # fmt: skip
    found = dry(xlsx(book_of([HEAD, *rows]))).data["rows"]
    assert [row["problems"] for row in found] == [
        ["formula"],
        ["engineers_form"],
        ["cell_error"],
        ["formula"],
        ["formula"],
        ["formula"],
    ]


def test_rich_text_comments_validations_and_wide_gaps_are_no_trouble(dry):
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.comments import Comment
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    page = book.active
    for column, heading in enumerate(HEAD):
        page.cell(12, 5 + column, heading).alignment = Alignment(wrap_text=True)
    for column, cell in enumerate(good(1)):
        page.cell(14, 5 + column, cell)
    page.cell(14, 7).value = CellRichText("样本1", TextBlock(InlineFont(b=True), "检测"), "有限公司")
    page.cell(14, 8).comment = Comment("核对过", "甲")
    page.add_data_validation(DataValidation(type="list", formula1='"会员单位,理事单位"', sqref="J13:J99"))
    assert dry(xlsx(book)).data["rows"] == [{"row": 13, "outcome": "blank"}, wanted(14, 1)]


def test_names_and_notes_keep_rare_characters_and_lose_invisible_ones(dry):
    row = good(1, 单位名称="㐂\u200b𠮷䶮（集团）\n有限公司\ufeff", 联系人="\u202e张三\u202c", 所属地区="杭\u00a0州市")
    found = dry(xlsx(book_of([HEAD, row]))).data["rows"][0]
    assert (found["name"], found["contact"], found["region"]) == ("㐂𠮷䶮（集团） 有限公司", "张三", "杭 州市")


def test_too_long_texts_are_named(dry):
    rows = [good(1, 单位名称="长" * 201), good(2, 所属地区="长" * 61), good(3, 联系人="长" * 101)]
    found = dry(xlsx(book_of([HEAD, *rows]))).data["rows"]
    assert [row["problems"] for row in found] == [["name_too_long"], ["region_too_long"], ["contact_too_long"]]


def test_our_own_export_can_be_imported_again(sqlite_house, dry):
    secretary = Voice(sqlite_house, "秦书")
    rows = [HEAD, good(1), good(2, 联系人=None, 手机=None, 资质有效期至=None, 注安师人数=None)]
    secretary.do("member import", files=(FileIn("a.xlsx", xlsx(book_of(rows))),))
    secretary.do("import confirm I-1")
    exported = secretary.do("member export").files[0]
    again = dry(exported.content)
    assert [row["outcome"] for row in again.data["rows"]] == ["unchanged", "unchanged"]
    page = openpyxl.load_workbook(io.BytesIO(exported.content))
    page.active["F3"] = "宁波市"
    changed = dry(xlsx(page))
    assert changed.data["rows"][0]["changes"] == {"region": ["杭州市", "宁波市"]}
    assert "地区：杭州市 → 宁波市" in changed.text
