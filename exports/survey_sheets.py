"""Surveys as sheets: the report of one, the year, and the month's sheet on performance and satisfaction. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from core.i18n import _, speaking
from exports.sheets import Cell, Column, Kind, Sheet
from surveys.groupings import GROUPINGS
from surveys.reports import Report, Yearly
from surveys.rules.estimates import Estimate, moved
from surveys.rules.privacy import OTHERS, K
from surveys.rules.results import Result

METHOD = (
    "区间为95%置信区间：均值±t·s/√n·√((N−n)/(N−1))，t取自由度n−1的双侧分位数，N为发放数；只反映抽样偶然性，"
    "不包括未答者与已答者看法不同造成的偏差。净推荐值=（9–10分占比−0–6分占比）×100。"
)
PRIVACY = f"不足{K}份的结果一律不列出；不足{K}份的分组并入“其他”，并保证不能用总数相减推出。"
SCORES = (
    Column("样本数", "n", Kind.NUMBER, 9),
    Column("均值", "mean", Kind.SCORE, 9),
    Column("区间下限", "low", Kind.SCORE, 9),
    Column("区间上限", "high", Kind.SCORE, 9),
)
CHANGES = {True: "变化超出误差", False: "在误差范围内", None: "样本不足以判断"}
Row = tuple[Cell, ...]


def report_sheets(report: Report) -> list[Sheet]:
    """All sheets of one survey's report, in Chinese."""
    with speaking("zh_CN"):
        sheets = [_summary(report)]
        if report.result.shown:
            sheets += [_dimensions(report), _questions(report)]
            sheets += [_groups(report)] if report.result.groups else []
            sheets += [_texts(report)] if report.texts else []
        return [*sheets, actions_sheet([report])]


def _summary(report: Report) -> Sheet:
    survey, result = report.survey, report.result
    rows: list[Row] = [
        ("问卷编号", "survey", survey.reference),
        ("标题", "title", survey.title),
        ("模板与版本", "template", f"{report.form.template} {report.form.version}".strip()),
        ("方式", "kind", "记名" if survey.identified else "匿名"),
        ("截止日", "last_day", survey.last_day),
        ("发放数", "invited", result.sample.invited),
        ("回收数", "answered", result.sample.answered),
        ("回收率（%）", "rate", result.sample.rate),
    ]
    rows += [(words, code, one) for words, code, one in _headline(result) if one is not None]
    rows += [("说明", f"note_{n}", note) for n, note in enumerate(remarks(report), 1)]
    columns = (Column("项目", "item", width=22), Column("字段", "field", width=14), Column("内容", "value", width=70))
    return Sheet("概况", "summary", columns, rows, notes=(METHOD, PRIVACY))


def _headline(result: Result) -> list[tuple[str, str, Decimal | None]]:
    overall, nps = result.overall, result.nps
    return [
        ("综合均值（满分5）", "overall", overall.mean if overall else None),
        ("综合均值区间下限", "overall_low", overall.low if overall else None),
        ("综合均值区间上限", "overall_high", overall.high if overall else None),
        ("净推荐值", "nps", nps.mean if nps else None),
    ]


def remarks(report: Report) -> list[str]:
    """What a reader has to know before trusting the figures."""
    result = report.result
    if not result.shown:
        return [f"回收不足{K}份，不出结果{'' if report.survey.identified else '，答卷已销毁'}。"]
    notes = []
    if result.sample.small:
        notes.append("样本少于30份，区间仅供参考。")
    if result.sample.thin:
        notes.append("回收率低于30%，结果可能不代表全体。")
    return notes


def _scores(one: Estimate | None) -> Row:
    return (one.n, one.mean, one.low, one.high) if one else (None, None, None, None)


def _dimensions(report: Report) -> Sheet:
    former = report.former.result if report.former else None
    rows: list[Row] = []
    for code, now in report.result.dimensions.items():
        before = former.dimensions.get(code) if former else None
        change: Row = (
            (before.mean, now.mean - before.mean, CHANGES[moved(now, before)]) if before else (None, None, None)
        )
        rows.append((report.form.dimension_of(code), code, *_scores(now), report.result.satisfied[code], *change))
    columns = (
        Column("维度", "dimension", width=16),
        Column("代码", "code", width=14),
        *SCORES,
        Column("满意率（%）", "satisfied", Kind.SCORE, 11),
        Column("上期均值", "former", Kind.SCORE, 10),
        Column("变化", "change", Kind.SCORE, 9),
        Column("判断", "judgement", width=16),
    )
    note = (
        f"上期：{report.former.survey.reference} {report.former.survey.title}" if report.former else "没有可比的上期。"
    )
    return Sheet("维度得分", "dimensions", columns, rows, notes=(note, "满意率=4分和5分所占比例。"))


def _questions(report: Report) -> Sheet:
    rows: list[Row] = []
    for number, (question, asked) in enumerate(zip(report.form.questions, report.result.questions, strict=True), 1):
        head: Row = (number, question.text, question.kind.label, report.form.dimension_of(question.dimension))
        answers = [(label, asked.counts.get(value)) for value, label in question.choices()] or [("", None)]
        scores = _scores(asked.mean)[1:]
        for place, (label, count) in enumerate(answers):
            own: Row = (asked.n, *scores) if place == 0 else (None, None, None, None)
            rows.append((*head, *own, label, count))
    columns = (
        Column("题号", "number", Kind.NUMBER, 7),
        Column("题目", "question", width=46),
        Column("题型", "kind", width=14),
        Column("维度", "dimension", width=12),
        *SCORES,
        Column("选项", "answer", width=18),
        Column("份数", "count", Kind.NUMBER, 9),
    )
    return Sheet("各题分布", "questions", columns, rows)


def _groups(report: Report) -> Sheet:
    codes = list(report.result.dimensions)
    name = GROUPINGS.get(report.survey.grouping)
    rows: list[Row] = [
        (group_name(report, group.name), group.n, *(group.means.get(code) for code in codes))
        for group in report.result.groups
    ]
    columns = (
        Column(name.zh if name else "分组", "group", width=24),
        Column("份数", "n", Kind.NUMBER, 9),
        *(Column(report.form.dimension_of(code), code, Kind.SCORE, 12) for code in codes),
    )
    return Sheet("分组", "groups", columns, rows, notes=(PRIVACY,))


def group_name(report: Report, value: str) -> str:
    """A group in words."""
    grouping = GROUPINGS.get(report.survey.grouping)
    if value == OTHERS or grouping is None:
        return _("others")
    return grouping.show(value)


def _texts(report: Report) -> Sheet:
    rows: list[Row] = [(question.text, text) for question, texts in report.texts for text in texts]
    columns = (Column("题目", "question", width=40), Column("意见原文", "text", width=90))
    return Sheet("意见原文", "texts", columns, rows, notes=("顺序已打乱，与答卷先后无关。",))


def actions_sheet(reports: Sequence[Report]) -> Sheet:
    """Improvement actions of these surveys."""
    rows: list[Row] = []
    for line in (line for report in reports for line in report.actions):
        action = line.action
        own: Row = (action.reference, line.survey.reference, action.text, line.owner, action.due_on)
        rows.append((*own, "已完成" if line.done_on else "进行中", line.done_on, action.outcome))
    columns = (
        Column("编号", "action", width=10),
        Column("问卷", "survey", width=10),
        Column("整改事项", "text", width=50),
        Column("责任人", "owner", width=12),
        Column("期限", "due_on", Kind.DATE, 12),
        Column("状态", "state", width=10),
        Column("完成日期", "done_on", Kind.DATE, 12),
        Column("完成情况", "outcome", width=50),
    )
    return Sheet("整改", "actions", columns, rows)


def month_sheet(reports: Sequence[Report]) -> Sheet:
    """The surveys that closed in a month, one row for each and one for each group that may be shown."""
    with speaking("zh_CN"):
        rows = [row for report in reports for row in _month_rows(report)]
    columns = (
        Column("编号", "survey", width=18),
        Column("标题", "title", width=34),
        Column("分组", "group", width=18),
        Column("截止日", "last_day", Kind.DATE, 12),
        Column("发放", "invited", Kind.NUMBER, 8),
        Column("回收", "answered", Kind.NUMBER, 8),
        Column("有效", "valid", Kind.NUMBER, 8),
        Column("回收率（%）", "rate", Kind.SCORE, 11),
        Column("综合均值", "overall", Kind.SCORE, 10),
        Column("区间下限", "low", Kind.SCORE, 10),
        Column("区间上限", "high", Kind.SCORE, 10),
        Column("净推荐值", "nps", Kind.SCORE, 10),
        Column("整改项", "actions", Kind.NUMBER, 9),
        Column("已完成", "done", Kind.NUMBER, 9),
        Column("说明", "note", width=34),
    )
    return Sheet("绩效与满意度", "satisfaction", columns, rows, notes=(METHOD, PRIVACY))


def _month_rows(report: Report) -> list[Row]:
    survey, result, overall = report.survey, report.result, report.result.overall
    done = sum(line.action.done_at is not None for line in report.actions)
    scores: Row = (overall.mean, overall.low, overall.high) if overall else (None, None, None)
    valid = result.sample.answered if result.shown else 0
    nps = result.nps.mean if result.nps else None
    sample: Row = (result.sample.invited, result.sample.answered, valid, result.sample.rate)
    head: Row = (survey.reference, survey.title)
    rows = [
        (*head, "全部", survey.last_day, *sample, *scores, nps, len(report.actions), done, " ".join(remarks(report)))
    ]
    for group in result.groups:
        blank: Row = (None,) * 7
        own: Row = (None, group.n, group.n, None)
        name = group_name(report, group.name)
        rows.append((f"{survey.reference} {name}", survey.title, name, survey.last_day, *own, *blank))
    return rows


def year_sheet(yearly: Yearly) -> Sheet:
    """The yearly evaluation of the association."""
    with speaking("zh_CN"):
        year, before = yearly.year, yearly.before
        rows: list[Row] = [
            ("已结束的测评", "surveys", Decimal(year.surveys), Decimal(before.surveys)),
            ("发放份数", "invited", Decimal(year.invited), Decimal(before.invited)),
            ("回收份数", "answered", Decimal(year.answered), Decimal(before.answered)),
            ("综合得分（百分制）", "points", year.points, before.points),
            ("综合均值", "overall", year.overall, before.overall),
            ("净推荐值", "nps", year.nps, before.nps),
            *(
                (yearly.form.dimension_of(code), code, mean, before.dimensions.get(code))
                for code, mean in year.dimensions.items()
            ),
            ("评价等次（建议）", "band", year.band, before.band),
        ]
    columns = (
        Column("项目", "item", width=24),
        Column("字段", "field", width=16),
        Column(f"{yearly.number}年", "value", Kind.SCORE, 14),
        Column(f"{yearly.number - 1}年", "former", Kind.SCORE, 14),
    )
    note = "等次参照财预〔2020〕10号：90分及以上优、80分及以上良、60分及以上中、60分以下差；对协会为建议，非法定。"
    return Sheet("年度评价", "year", columns, rows, notes=(note, PRIVACY))
