"""Templates as files: the shipped one, and what is wrong with others said by name."""

from datetime import date

import pytest

from core.errors import BadInput
from surveys.rules.form import Kind
from surveys.rules.templates import read_template
from surveys.shipped import STANDARD, shipped_templates

HEAD = 'code = "own"\ntitle = "自己的问卷"\nversion = "3"\n'
GOOD = HEAD + '[[question]]\nkind = "choice"\ntext = "选一项"\noptions = ["甲", "乙"]\n'


def test_the_standard_template_asks_for_every_dimension_of_service():
    _title, form = shipped_templates(date(2026, 10, 8))[STANDARD]
    names = [one.words["zh_CN"] for one in form.dimensions]
    assert names == ["服务响应", "专业能力", "信息公开", "收费规范", "公平公正", "总体满意度"]
    assert all(form.of_dimension(one.code) for one in form.dimensions)
    assert {question.kind for question in form.questions} == set(Kind)
    for question in form.questions:
        assert set(question.words) == {"zh_CN", "en"}


def test_an_edition_is_not_offered_before_it_is_in_force():
    assert shipped_templates(date(2025, 12, 31)) == {}


def test_a_template_of_ones_own():
    title, form = read_template(GOOD.encode())
    assert (title, form.template, form.version) == ("自己的问卷", "own", "3")
    assert [(q.code, q.kind, q.required) for q in form.questions] == [("q1", Kind.CHOICE, True)]
    assert [option.code for option in form.questions[0].options] == ["o1", "o2"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "template_form"),
        (b"not = = toml", "template_form"),
        (b"a" * 200_001, "template_too_large"),
        (b"x = " + b"[" * 5000, "template_form"),
        (b'title = "t"\n', "template_code"),
        (b'code = "A B"\ntitle = "t"\n', "template_code"),
        (b'code = "own"\n', "template_words"),
        (HEAD.encode(), "template_questions"),
        ((HEAD + "question = 1\n").encode(), "template_form"),
        ((HEAD + '[[question]]\nkind = "likert"\n').encode(), "template_words"),
        ((HEAD + '[[question]]\nkind = "stars"\ntext = "题"\n').encode(), "template_kind"),
        ((HEAD + '[[question]]\nkind = "choice"\ntext = "题"\n').encode(), "template_options"),
        ((HEAD + '[[question]]\nkind = "choice"\ntext = "题"\noptions = ["甲", "甲"]\n').encode(), "template_options"),
        ((HEAD + '[[question]]\nkind = "text"\ntext = "题"\noptions = ["甲", "乙"]\n').encode(), "template_options"),
        ((HEAD + '[[question]]\nkind = "choice"\ntext = "题"\noptions = "甲"\n').encode(), "template_options"),
        ((HEAD + '[[question]]\nkind = "likert"\ntext = "题"\ndimension = "x"\n').encode(), "template_dimension"),
        ((HEAD + '[[question]]\nkind = "number"\ntext = "题"\nlowest = 5\nhighest = 1\n').encode(), "template_bounds"),
        ((HEAD + '[[question]]\nkind = "number"\ntext = "题"\nlowest = nan\n').encode(), "template_bounds"),
        ((HEAD + '[[question]]\nkind = "number"\ntext = "题"\nlowest = true\n').encode(), "template_bounds"),
        ((HEAD + f'[[question]]\nkind = "text"\ntext = "{"长" * 301}"\n').encode(), "template_words"),
        ((HEAD + '[[question]]\ncode = "a"\nkind = "text"\ntext = "题"\n' * 2).encode(), "template_doubled"),
        ((HEAD + '[[question]]\nkind = "text"\ntext = "题"\n' * 61).encode(), "template_questions"),
    ],
)
def test_what_is_wrong_with_a_template_is_said_by_name(content, code):
    with pytest.raises(BadInput) as refusal:
        read_template(content)
    assert refusal.value.code == code
