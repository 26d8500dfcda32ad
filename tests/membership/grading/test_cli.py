"""``guildhall grade`` as an operator types it: no database, exact answers, named refusals."""

import json
import socket
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from bot import cli

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[2] / "examples" / "facts.csv"


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Runs a command in an empty folder; gives the exit status and what was printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("GUILDHALL_DATABASE_URL", "postgresql://nowhere.invalid/none")
    monkeypatch.setattr(socket.socket, "connect", lambda *_given: pytest.fail("no connection is needed"))

    def typed(*words):
        status = cli.main(list(map(str, words)))
        shown = capsys.readouterr()
        assert list(tmp_path.iterdir()) == before
        return status, shown.out + shown.err

    before = list(tmp_path.iterdir())
    return typed


def data(answer):
    return json.loads(answer[1])


def test_a_shipped_scheme_is_sound(run):
    status, shown = run("grade", "check", "default")
    assert status == 0
    assert "可以采用，0 个提醒" in shown
    found = data(run("grade", "check", "g1_wendeng", "--json", "--on", "2026-10-08"))
    assert found["ok"] is True
    assert found["scheme"]["id"] == "g1-wendeng"
    assert {problem["severity"] for problem in found["problems"]} == {"warning"}


def test_a_defective_scheme_is_refused_with_places(run):
    path = HERE / "defective" / "g6_as_published.toml"
    status, shown = run("grade", "check", path)
    assert status == 2
    assert "bands[1].from: 950 分同时属于 5A 和 4A。" in shown
    answer = run("grade", "check", path, "--json")
    assert answer[0] == 2
    assert data(answer)["ok"] is False
    places = [(problem["code"], problem["severity"], problem["where"]) for problem in data(answer)["problems"]]
    assert ("band_gap", "error", "bands[2].from") in places
    status, _shown = run("grade", "simulate", path, "--facts", EXAMPLE)
    assert status == 2


def test_the_example_of_facts_is_graded_with_every_step(run):
    answer = run("grade", "simulate", "default", "--facts", EXAMPLE, "--on", "2026-10-08", "--json")
    assert answer[0] == 0
    first, second, third, fourth = data(answer)["members"]
    # 95·10 + 92·8 + 90·8 + 88·10 + 93·10 + 91·12 + 94·10 + 90·8 + 89.5·6 + 96·6 + 100·6 = 8681; ÷ 94 = 92.351…; −2, +2
    assert (first["member"], first["score"], first["grade"]) == ("M-0001", "92.35", "AAA")
    assert (second["score"], second["by_score"], second["grade"]) == ("82.22", "AA", "B")  # publicly censured
    assert (third["status"], third["score"], len(third["missing"])) == ("missing", None, 12)  # only a self-assessment
    assert fourth["status"] == "missing"
    codes = [step["code"] for step in first["steps"]]
    assert codes.count("scored") == 11
    assert {"not_applicable", "rescaled", "deduct", "bonus", "band"} <= set(codes)
    deducted = next(step for step in first["steps"] if step["code"] == "deduct")
    assert (deducted["points"], deducted["fact"]["evidence"], deducted["valid_until"]) == (
        "-2",
        "行政处罚决定书",
        "2027-03-12",
    )
    assert data(answer)["distribution"] == {"AAA": 1, "B": 1, "missing": 2}


def test_the_same_facts_as_csv_workbook_and_json_give_the_same_answer(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("facts")
    lines = [line.split(",") for line in EXAMPLE.read_text("utf-8-sig").splitlines()]
    book = openpyxl.Workbook()
    for number, line in enumerate(lines):
        numeric = {2, 3} if number else set()
        book.active.append(
            [float(cell) if cell and place in numeric else cell or None for place, cell in enumerate(line)]
        )
    content = BytesIO()
    book.save(content)
    (folder / "facts.xlsx").write_bytes(content.getvalue())
    entries = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    (folder / "facts.json").write_text(json.dumps({"facts": entries}, ensure_ascii=False), "utf-8")
    (folder / "gb.csv").write_bytes(EXAMPLE.read_text("utf-8-sig").encode("gb18030"))
    answers = [
        run("grade", "simulate", "default", "--facts", path, "--on", "2026-10-08", "--json")
        for path in (EXAMPLE, folder / "facts.xlsx", folder / "facts.json", folder / "gb.csv")
    ]
    assert len({answer for _status, answer in answers}) == 1


def test_exact_numbers_of_json_decide_at_the_edge(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("facts") / "f.json"
    path.write_text(
        '[{"member": "a", "item": "assessed", "score": 949.9999999}, {"member": "b", "item": "assessed", "score": 950}]'
    )
    found = data(run("grade", "simulate", "g6_assessment", "--facts", path, "--json"))["members"]
    assert [(one["score"], one["grade"]) for one in found] == [("949.9999999", "4A"), ("950", "5A")]
    assert Decimal(found[0]["score"]) < 950


@pytest.mark.parametrize(
    ("content", "code", "where", "said"),
    [
        ("member,item,score\na,assessed,-1\n", "score_range", "row 2, score", "第 2 行、得分"),
        ("member,item,score\na,assessed,1000.1\n", "score_range", "row 2, score", "第 2 行、得分"),
        ("member,item,score\na,assessed,NaN\n", "number_nan", "row 2, score", "第 2 行、得分"),
        ("member,item,score\na,assessed,九十\n", "number_words", "row 2, score", "第 2 行、得分"),
        ("member,item,score\na,assessed,90分\n", "number_unit", "row 2, score", "第 2 行、得分"),
        ("member,item,scores\na,assessed,90\n", "column_unknown", "row 1, column 3", "第 1 行、第 3 列"),
        ("member,item,score\na,assesed,90\n", "item_unknown", "row 2, item", "第 2 行、项目"),
        ("member,item,score\na,assessed,90\na,assessed,91\n", "scored_twice", "a", "a:"),
    ],
)
def test_wrong_facts_are_refused_by_row_and_column_and_nobody_is_graded(
    run, tmp_path_factory, content, code, where, said
):
    path = tmp_path_factory.mktemp("facts") / "f.csv"
    path.write_text(content, "utf-8")
    answer = run("grade", "simulate", "g6_assessment", "--facts", path, "--json")
    assert answer[0] == 2
    assert [(problem["code"], problem["where"]) for problem in data(answer)["problems"]] == [(code, where)]
    assert "members" not in data(answer)
    status, shown = run("grade", "simulate", "g6_assessment", "--facts", path)
    assert status == 2
    assert said in shown


def test_a_file_that_is_not_there_fails_and_a_file_that_is_none_is_refused(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("facts")
    assert run("grade", "check", folder / "none.toml")[0] == 1
    assert run("grade", "simulate", "default", "--facts", folder / "none.csv")[0] == 1
    assert run("grade", "check", folder)[0] == 1
    (folder / "bad.json").write_text("{", "utf-8")
    assert run("grade", "simulate", "default", "--facts", folder / "bad.json")[0] == 2
    (folder / "bad.xlsx").write_bytes(b"PK\x03\x04nothing")
    answer = run("grade", "simulate", "default", "--facts", folder / "bad.xlsx", "--json")
    assert answer[0] == 2
    assert data(answer)["error"]["code"] == "file_unreadable"
    (folder / "latin.toml").write_bytes("é".encode("latin-1"))
    assert run("grade", "check", folder / "latin.toml")[0] == 2


def test_one_member_and_one_stage(run):
    words = ("grade", "simulate", "default", "--facts", EXAMPLE, "--on", "2026-10-08")
    assert [one["member"] for one in data(run(*words, "--member", "M-0002", "--json"))["members"]] == ["M-0002"]
    assert run(*words, "--member", "M-9999")[0] == 2
    by_self = data(run(*words, "--stage", "self", "--json"))["members"]
    assert [step["code"] for step in by_self[2]["steps"]][:2] == ["scored", "missing"]
    status, shown = run(*words)
    assert status == 0
    for words_of_it in ("M-0001: AAA，92.35 分", "直接判为 B", "怎样会变", "等级分布："):
        assert words_of_it in shown
