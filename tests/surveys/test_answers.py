"""Reading one answer, however it was given."""

from decimal import Decimal

import pytest

from core.errors import BadInput
from core.i18n import speaking
from surveys.rules import answers
from surveys.rules.form import Form, Kind, Option, Question, dump, load

OPTIONS = (Option("advice", {"zh_CN": "政策咨询", "en": "Advice"}), Option("training", {"zh_CN": "培训交流"}))
LIKERT = Question("a", Kind.LIKERT, {"zh_CN": "满意吗"})
NPS = Question("n", Kind.NPS, {"zh_CN": "推荐吗"})
CHOICE = Question("c", Kind.CHOICE, {"zh_CN": "哪一项"}, options=OPTIONS)
SEVERAL = Question("s", Kind.MULTIPLE, {"zh_CN": "哪几项"}, options=OPTIONS, most=2, required=False)
NUMBER = Question("m", Kind.NUMBER, {"zh_CN": "几次"}, lowest=Decimal(0), highest=Decimal(100))
TEXT = Question("t", Kind.TEXT, {"zh_CN": "意见"}, required=False)


@pytest.mark.parametrize(
    ("question", "given", "value"),
    [
        (LIKERT, "5", 5),
        (LIKERT, "４", 4),
        (LIKERT, " 1 ", 1),
        (NPS, "0", 0),
        (NPS, "10", 10),
        (CHOICE, "advice", "advice"),
        (CHOICE, "政策咨询", "advice"),
        (CHOICE, "２", "training"),
        (SEVERAL, "培训交流、政策咨询", ["advice", "training"]),
        (SEVERAL, "2,2", ["training"]),
        (NUMBER, "12", "12"),
        (NUMBER, "１２.５０", "12.5"),
        (NUMBER, "0", "0"),
        (NUMBER, "100", "100"),
        (TEXT, "很好\r\n谢谢", "很好\n谢谢"),
        (TEXT, "a\u202eb\u200bc\x00d", "abcd"),
        (TEXT, "𠮷㐂", "𠮷㐂"),
        (TEXT, "  ", None),
        (CHOICE, "", None),
    ],
)
def test_an_answer_is_understood_in_its_usual_spellings(question, given, value):
    assert answers.read_answer(question, [given]) == value


@pytest.mark.parametrize(
    ("question", "given", "code"),
    [
        (LIKERT, "0", "step_unknown"),
        (LIKERT, "6", "step_unknown"),
        (LIKERT, "-1", "step_unknown"),
        (LIKERT, "4.5", "step_unknown"),
        (LIKERT, "NaN", "step_unknown"),
        (LIKERT, "1_0", "step_unknown"),
        (LIKERT, "9" * 5000, "step_unknown"),
        (NPS, "11", "step_unknown"),
        (CHOICE, "o3", "option_unknown"),
        (CHOICE, "'; DROP TABLE survey--", "option_unknown"),
        (SEVERAL, "政策咨询，别的", "option_unknown"),
        (NUMBER, "NaN", "number_form"),
        (NUMBER, "1e3", "number_form"),
        (NUMBER, "+5", "number_form"),
        (NUMBER, "三", "number_form"),
        (NUMBER, "90分", "number_form"),
        (NUMBER, "-1", "number_range"),
        (NUMBER, "100.01", "number_range"),
        (TEXT, "长" * 1001, "answer_too_long"),
        (TEXT, "x" * 100_000, "answer_too_long"),
    ],
)
def test_what_is_no_answer_is_refused_by_name(question, given, code):
    with pytest.raises(BadInput) as refusal:
        answers.read_answer(question, [given])
    assert refusal.value.code == code


def test_two_answers_to_one_question_are_refused():
    with pytest.raises(BadInput) as refusal:
        answers.read_answer(LIKERT, ["1", "5"])
    assert refusal.value.code == "one_answer"


def test_more_answers_than_allowed_are_refused():
    three = (*OPTIONS, Option("o3", {"zh_CN": "标准"}))
    question = Question("s", Kind.MULTIPLE, {"zh_CN": "哪几项"}, options=three, most=2)
    with pytest.raises(BadInput) as refusal:
        answers.read_answer(question, ["advice", "training", "o3"])
    assert refusal.value.code == "too_many_options"


def test_a_text_of_exactly_the_limit_is_taken():
    assert answers.read_answer(TEXT, ["长" * 1000]) == "长" * 1000


FORM = Form((LIKERT, TEXT, SEVERAL))


@pytest.mark.parametrize(
    ("sheet", "code"),
    [({}, "answer_missing"), ({"t": "意见"}, "answer_missing"), ({"a": 5}, None), ({"a": 5, "t": "意见"}, None)],
)
def test_a_sheet_is_complete_when_every_required_question_is_answered(sheet, code):
    if code is None:
        answers.check_complete(FORM, sheet)
        return
    with pytest.raises(BadInput) as refusal:
        answers.check_complete(FORM, sheet)
    assert refusal.value.code == code


def test_a_form_without_required_questions_still_needs_one_answer():
    with pytest.raises(BadInput) as refusal:
        answers.check_complete(Form((TEXT,)), {})
    assert refusal.value.code == "sheet_empty"


def test_a_form_is_stored_without_loss():
    form = Form((LIKERT, NPS, CHOICE, SEVERAL, NUMBER, TEXT), (), "own", "2", {"zh_CN": "来源"})
    assert load(dump(form)) == form


def test_answers_are_shown_in_the_readers_language():
    with speaking("en"):
        assert answers.shown(CHOICE, "advice") == "Advice"
        assert answers.shown(SEVERAL, ["advice", "training"]) == "Advice、培训交流"
        assert answers.shown(LIKERT, 5) == "5 very satisfied"
    assert answers.shown(TEXT, None) == "—"
