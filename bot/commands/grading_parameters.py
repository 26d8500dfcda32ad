"""How schemes, rounds, stages and scores are typed."""

from typing import Annotated

from bot.parameters import Choice, Parameter, plain, read_number, read_text, read_yes, yes_or_no
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from meetings.criteria import read_reference
from membership.models import GradingRound, GradingScheme
from membership.queries import grading, rounds
from membership.rules.grading.terms import Stage
from membership.rules.rounds import label_of
from membership.rules.scoring import STAGES, stage_named
from people import queries as people
from people import saved
from people.models import Person

MOST_CHOICES = 12


def _read_round(tx: Tx, raw: str) -> GradingRound:
    return rounds.round_by_number(tx.session, read_reference(raw, "G", "G-0003"))


def _rounds(tx: Tx) -> list[Choice]:
    found = rounds.rounds(tx.session, limit=MOST_CHOICES)
    return [(one.reference, f"{one.reference} {one.title} · {label_of(one.state)}"[:60]) for one in found]


def _read_scheme(tx: Tx, raw: str) -> GradingScheme:
    return grading.scheme_named(tx.session, plain(raw))


def _schemes(tx: Tx) -> list[Choice]:
    found = grading.schemes(tx.session)[:MOST_CHOICES]
    return [(one.reference, f"{one.reference} {one.title}"[:60]) for one in found]


def _read_stage(_tx: Tx, raw: str) -> Stage:
    return stage_named(raw)


def _stages(_tx: Tx) -> list[Choice]:
    return [(stage.value, _(STAGES[stage][1])) for stage in (Stage.FIRST, Stage.REVIEW)]


def _read_people(tx: Tx, raw: str) -> list[Person]:
    names = plain(raw).replace("、", ",").replace("，", ",").replace(";", ",").split(",")
    return [people.person_named(tx.session, name.strip()) for name in names if name.strip()]


def _read_population(tx: Tx, raw: str) -> dict[str, list[str]]:
    return saved.read(tx.session, raw)


def _read_objection(_tx: Tx, raw: str) -> int:
    return read_reference(raw, "O", "O-0003")


def _days(tx: Tx, raw: str) -> int:
    number = read_number(tx, plain(raw).removesuffix("个工作日").removesuffix("日").removesuffix("天"))
    if number < 1:
        raise BadInput("days_low", _("Give a number of working days from 1."))
    return number


def _months(tx: Tx, raw: str) -> int:
    return read_number(tx, plain(raw).removesuffix("个月").removesuffix("月"))


RoundRef = Annotated[
    GradingRound, Parameter(N_("round"), _read_round, zh="轮次", hint=N_("such as G-0003"), choices=_rounds)
]
SchemeRef = Annotated[
    GradingScheme,
    Parameter(N_("scheme"), _read_scheme, zh="办法", hint=N_("id@version, such as default@2026.1"), choices=_schemes),
]
OtherScheme = Annotated[
    GradingScheme,
    Parameter(N_("other scheme"), _read_scheme, zh="对照", hint=N_("the later version"), choices=_schemes),
]
SchemeText = Annotated[
    str,
    Parameter(
        N_("document"), read_text, zh="文本", hint=N_("the name of a shipped scheme, or the document itself"),
        rest=True, multiline=True,
    ),
]  # fmt: skip
StageName = Annotated[Stage, Parameter(N_("stage"), _read_stage, zh="环节", choices=_stages)]
Evaluators = Annotated[
    list[Person], Parameter(N_("evaluators"), _read_people, zh="评审人", hint=N_("names with commas between"))
]
Evaluator = Annotated[list[Person], Parameter(N_("evaluator"), _read_people, zh="评审人", hint=N_("one name"))]
Population = Annotated[
    dict[str, list[str]],
    Parameter(N_("population"), _read_population, zh="对象", hint=N_("all, or such as category=… region=…")),
]
IndicatorRef = Annotated[str, Parameter(N_("indicator"), read_text, zh="指标", hint=N_("its number, id or title"))]
ScoreText = Annotated[str, Parameter(N_("score"), read_text, zh="得分", hint=N_("digits, or missing, or na"))]
ObjectionNumber = Annotated[int, Parameter(N_("objection"), _read_objection, zh="异议", hint=N_("such as O-0003"))]
SelfDays = Annotated[int, Parameter(N_("days of self-assessment"), _days, zh="自评日数")]
FirstDays = Annotated[int, Parameter(N_("days of first review"), _days, zh="初评日数")]
ReviewDays = Annotated[int, Parameter(N_("days of second review"), _days, zh="复核日数")]
NoticeDays = Annotated[int, Parameter(N_("days of notice"), _days, zh="公示日数")]
Months = Annotated[int, Parameter(N_("months of validity"), _months, zh="有效月数")]
Open = Annotated[bool, Parameter(N_("show former scores"), read_yes, zh="公开前评", choices=yes_or_no, flag=True)]
Council = Annotated[bool, Parameter(N_("council votes"), read_yes, zh="理事会表决", choices=yes_or_no, flag=True)]
Department = Annotated[str, Parameter(N_("department"), read_text, zh="受理部门")]
Address = Annotated[str, Parameter(N_("address"), read_text, zh="地址")]
OfficePhone = Annotated[
    str, Parameter(N_("office telephone"), read_text, zh="电话", hint=N_("of the office, area code first"))
]
Basis = Annotated[str, Parameter(N_("basis"), read_text, zh="依据", hint=N_("what the decision rests on"), rest=True)]
EvidenceNumber = Annotated[int, Parameter(N_("file number"), read_number, zh="材料号")]
