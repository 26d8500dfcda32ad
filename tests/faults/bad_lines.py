"""Bad input as it really comes: one row for each case, with the name of the answer it must get.

``number`` is the row of the list of hazards that a case belongs to, 0 for one beside the list. A case is a typed line;
``None`` as its name means a plain answer (nothing found, or read as what was meant) that changes nothing.
"""

from dataclasses import dataclass

TAKEN, FREE = "91330100MB2X4K7Q1H", "91330100MB2X4K7Q3P"


@dataclass(frozen=True)
class Case:
    number: int
    line: str
    error: str | None

    def __str__(self):
        return f"{self.number}-{self.line[:30]!a}"


def added(code=FREE, rest=""):
    """A unit entered with one thing wrong."""
    return f"member add 甲 {code} 检测检验机构 会员单位 杭州市 {rest}".strip()


def cases(number, error, *lines):
    return [Case(number, line, error) for line in lines]


CASES = [
    *cases(1, "empty_command", ""),
    *cases(2, "empty_command", "   ", "\u3000", "\u2003\t"),
    *cases(4, None, "member find " + "长" * 4097),
    *cases(5, None, "member find a\x00b"),
    *cases(5, "code_check_digit", added("91330100MB2X4K7Q3X\x00")),
    *cases(6, "missing_parameter", "member show \ud800", "person add \udfff"),
    *cases(7, None, 'member find "\\u0000"'),
    *cases(8, "member_unknown", "member show \u202e无此单位"),
    *cases(9, "member_unknown", "member show \u2066无此单位\u2069"),
    *cases(10, "code_known", f"member add 青\u200b禾检测\ufeff有限公司 {TAKEN} 检测检验机构 会员单位 杭州市"),
    *cases(10, "empty_command", "\ufeff\u200b", "\u200d"),
    *cases(10, "missing_parameter", "person add \u200b\u2060", "member add \u200b"),
    *cases(12, "unknown_command", "mеmber list"),
    *cases(13, "unknown_command", "👨‍👩‍👧‍👦🇨🇳👍🏽"),
    *cases(14, "member_unknown", "member show a" + "\u0301" * 500),
    *cases(15, "missing_parameter", "member show \ufffe\uffff"),
    *cases(16, None, "member find 𠮷㐂"),
    *cases(17, "unknown_command", "／ｎｏｔｈｉｎｇ\u3000Ａ"),
    *cases(17, None, "／ｍｅｍｂｅｒ\u3000ｌｉｓｔ\u3000页＝１"),
    *cases(18, "too_many_words", "member edit M-1 ＝HYPERLINK(1)", "member edit M-1 =1"),
    *cases(19, "number_form", *(f"member list page={digit}" for digit in ("²", "①", "三", "叁", "½", "Ⅳ"))),
    *cases(
        20, "number_form",
        *(f"member list page={n}" for n in ("1_0", "1e3", "0x1F", "NaN", "Infinity", "+5", "1.0", "--1", "1,000")),
    ),
    *cases(20, None, "member list page=-0", "member list page=0", "member list page=999"),
    *cases(21, "number_form", "member list page=" + "9" * 5000),
    *cases(21, "member_unknown", "member show " + "9" * 5000),
    *cases(22, "member_unknown", "member show '; DROP TABLE unit--", "member show %", "member show _", "member show \\"),
    *cases(22, None, "member find %", "member find _", "member find \\", "member find " + "%_" * 5000),
    *cases(23, "member_unknown", "member show $(id)", "member show `id`"),
    *cases(24, "member_unknown", "member show {0.__class__}", "member show %(x)s", "member show {{7*7}}"),
    *cases(24, "category_unknown", "member list category={0.__class__}"),
    *cases(24, "person_unknown", "role list {name}"),
    *cases(25, "member_unknown", 'member show "M-\r\nX-Header: 1"'),
    *cases(26, "unknown_command", "member@otherbot list"),
    *cases(28, "unknown_command", '"unclosed', "“unclosed", "「", "“”"),
    *cases(28, "member_unknown", "member show “无此", 'member show "无此'),
    *cases(29, "too_many_words", "member show M-1 垃圾", "whoami x", "import list 1 2", "member list 甲 乙 丙 丁 戊 己 庚"),
    *cases(29, "option_unknown", "member list nothing=x", "member list --nothing", "member list —x=1"),
    *cases(29, "too_many_words", "member edit M-1 nothing=x", "member edit M-1 宁波市"),
    *cases(30, "member_ambiguous", "member show 有限公司", "member edit 有限公司 region=甲", "contact add 有限公司 某人"),
    *cases(31, "code_check_digit", added("91330100MB2X4K7Q3X")),
    *cases(32, "code_length", added("91330100MB2X4K7Q3"), added("91330100MB2X4K7Q3PP"), added("0")),
    *cases(33, "code_check_digit", *(added(f"91330100MB2X4K7Q{letter}P") for letter in "IOZSV")),
    *cases(34, "code_known", added(TAKEN.lower())),
    *cases(35, "code_known", added(f'"{TAKEN[:8]} {TAKEN[8:12]}\u00a0{TAKEN[12:]}"')),
    *cases(36, "code_known", added("".join(chr(ord(c) + 0xFEE0) for c in TAKEN))),
    *cases(37, "code_known", added(TAKEN + "\u200b")),
    *cases(38, "code_length", added("330100000012345")),
    *cases(39, "code_known", added(TAKEN), f"member edit M-2 code={TAKEN}"),
    *cases(40, "code_length", added("9.13301E+17")),
    *cases(41, "date_form", added(rest="joined=某日"), added(rest="joined=2026")),
    *cases(
        41, "date_impossible",
        *(added(rest=f"joined={day}") for day in ("2026-02-29", "2026-13-01", "0000-00-00", "2026年2月30日", "２０２６－２－３０")),
    ),
    *cases(41, "date_future", added(rest="joined=9999-12-31")),
    *cases(43, "date_form", added(rest="joined=46000")),
    *cases(44, "term_reversed", "role grant 钱办 evaluator starts=2026-12-01 ends=2026-11-01"),
    *cases(44, "date_order", "member status M-1 withdrawn 理由 on=2019-01-01"),
    *cases(44, "date_future", "member status M-1 withdrawn 理由 on=2027-01-01"),
    *cases(45, "date_future", added(rest="joined=1900-01-01"), added(rest="joined=1948-12-31")),
    *cases(46, "phone_form", "contact add M-2 某人 phone=+86abc", "person add 某人 phone=12", "person add 某人 phone=" + "1" * 21),
    *cases(47, "date_form", "role grant 钱办 evaluator starts=24:00", "role grant 钱办 evaluator starts=25:61"),
    *cases(48, "engineers_negative", added(rest="engineers=-3")),
    *cases(49, "number_form", added(rest="engineers=9999999999")),
    *cases(50, "number_form", added(rest="engineers=NaN"), added(rest="engineers=inf")),
    *cases(52, "number_form", *(added(rest=f"engineers={text}") for text in ("九十", "90%", "90分", "12.5"))),
    *cases(91, "import_decided", "import confirm I-2"),
    *cases(94, "member_unknown", "member show M-999", "member show M-0", "member edit M-999 region=甲"),
    *cases(94, "import_unknown", "import confirm I-999"),
    *cases(94, "import_form", "import confirm 第一次", "import confirm I-" + "9" * 30),
    *cases(94, "announcement_unknown", "announce submit A-99"),
    *cases(94, "approval_unknown", "approval approve P-99"),
    *cases(
        97, "member_unknown",
        *(f"member show {text}" for text in ("*_[`", "<b>", "</code>", "&lt;", "[x](tg://user?id=1)", "<!channel>", "<@U1>")),
    ),
    *cases(101, "member_unknown", "member show @all", "member show &amp;<", "member show ```"),
    *cases(117, "month_form", *(f"export month {m}" for m in ("2026-13", "x", "2026-1-1", "0000-00", "十月"))),
    *cases(117, "month_not_begun", "export month 2027-01"),
    *cases(118, "export_unknown", "export get 2020-01", "export get 2026-10 revision=7"),
    *cases(0, "nothing_to_change", "member edit M-1"),
    *cases(0, "nothing_changed", "member edit M-1 region=杭州市"),
    *cases(0, "region_form", "member edit M-1 region=", "member edit M-1 region=" + "长" * 61),
    *cases(0, "name_too_long", "member edit M-1 name=" + "长" * 201),
    *cases(0, "missing_parameter", "member status M-1 除名", "member import", "member show"),
    *cases(0, "status_unknown", "member status M-1 nothing 理由", "member list status=nothing"),
    *cases(0, "status_step", "member status M-1 active 理由"),
    *cases(0, "date_impossible", "qualification set M-1 甲 2026-02-30"),
    *cases(0, "qualification_form", f"qualification set M-1 {'长' * 101} 长期"),
    *cases(0, "qualification_unknown", "qualification remove M-1 无此"),
    *cases(0, "person_exists", "contact add M-1 联络1"),
    *cases(0, "contact_known", "contact add M-1 联络1 person=联络1"),
    *cases(0, "contact_unknown", "contact end M-2 联络1"),
    *cases(0, "days_range", "member list expiring=-1", "member list expiring=99999"),
    *cases(0, "topic_unknown", "help nothing"),
    *cases(0, "language_unknown", "language fr"),
    *cases(0, "unknown_command", "member", "=HYPERLINK(1)", "+1", "@SUM(A1)"),
    *cases(0, "role_unknown", "role grant 卢副 king"),
    *cases(0, "audience_form", "announce draft 通知 标题 everyone 正文"),
    *cases(0, "person_unknown", "role grant nobody staff", "person invite 0"),
    *cases(0, "receipt_unknown", "audit show R-99999"),
    *cases(0, "needs_confirmation", "import undo I-2", "leave"),
    *cases(
        0, "amount_form", *(f"dues set 2026 「会员单位 {n}」 决议 2025-12-20 2026-12-31" for n in ("-1", "1e3", "1-2")),
    ),
    *cases(0, "rates_form", *(f"dues set 2026 「会员单位 {n}」 决议 2025-12-20 2026-12-31" for n in ("NaN", "三千"))),
    *cases(0, "amount_too_fine", "dues set 2026 「会员单位 0.001」 决议 2025-12-20 2026-12-31"),
    *cases(0, "dues_year", "dues set 26 「会员单位 1」 决议 2025-12-20 2026-12-31"),
    *cases(0, "dues_state", "dues list state=有钱"),
    *cases(0, "charge_form", "dues card F-甲", "dues waive F--1 困难"),
    *cases(0, "charge_unknown", "dues pay F-99 1 2026-10-01 S1", "dues cancel 99 计错"),
    *cases(0, "dues_batch_unknown", "dues import confirm B-99"),
    *cases(0, "same_unit", "duplicates merge M-1 M-1 同一家", "duplicates compare M-1 1", "duplicates dismiss 1 1 两家"),
]  # fmt: skip
