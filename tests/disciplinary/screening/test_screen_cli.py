"""``guildhall screen``: words for people, lines for programs, an answer for every line."""

import io
import json
from types import SimpleNamespace

import pytest

from bot import cli, screen_cli
from core.errors import BadInput
from core.i18n import speaking

DEMAND = "凡在本市经营的企业必须加入本协会并缴纳会费。"


def given(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))


def test_every_line_gets_its_answer_in_order(tmp_path, capsys):
    lines = [
        json.dumps({"id": 1, "text": DEMAND}),
        "{broken",
        "[]",
        json.dumps({"id": "x"}),
        json.dumps({"id": "y", "text": 5}),
        json.dumps({"id": None, "text": "今天天气很好。"}),
    ]
    file = tmp_path / "texts.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert cli.main(["screen", "--jsonl", str(file)]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one.get("id") for one in answers] == [1, None, None, "x", "y", None]
    assert [one.get("error", {}).get("code") for one in answers] == [
        None, "bad_json", "bad_line", "bad_text", "bad_text", None,
    ]  # fmt: skip
    assert answers[0]["verdict"] == "block"
    finding = answers[0]["findings"][0]
    assert set(finding) == {"category", "severity", "start", "end", "quote", "basis", "why", "suggestion"}
    assert DEMAND[finding["start"] : finding["end"]] == finding["quote"]
    assert answers[5] == {"id": None, "verdict": "ok", "findings": []}


def test_a_text_is_shown_with_its_marked_words(monkeypatch, capsys):
    given(monkeypatch, DEMAND)
    with speaking("zh_CN"):
        assert screen_cli.run(None, as_json=False) == 0
    shown = capsys.readouterr().out
    assert "⟦" in shown
    assert "⟧[1]" in shown
    assert "建议：" in shown
    assert "两人复核" in shown


def test_nothing_found_never_means_lawful(monkeypatch, capsys):
    given(monkeypatch, "今天天气很好。")
    with speaking("zh_CN"):
        screen_cli.run(None, as_json=False)
    assert "不表示文本合法" in capsys.readouterr().out


def test_one_object_on_request(monkeypatch, capsys):
    given(monkeypatch, DEMAND)
    assert screen_cli.run(None, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "block"


def test_text_of_an_older_program_is_read(tmp_path, capsys):
    file = tmp_path / "gbk.jsonl"
    file.write_bytes(json.dumps({"id": 1, "text": DEMAND}, ensure_ascii=False).encode("gb18030"))
    cli.main(["screen", "--jsonl", str(file)])
    assert json.loads(capsys.readouterr().out)["verdict"] == "block"


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadInput, match="missing"):
        screen_cli.run(tmp_path / "missing.jsonl", as_json=False)


def test_an_empty_file_gets_no_answers(tmp_path, capsys):
    file = tmp_path / "empty.jsonl"
    file.write_text("")
    assert cli.main(["screen", "--jsonl", str(file)]) == 0
    assert capsys.readouterr().out == ""


def test_rules_are_tried_on_the_lines_of_a_file(tmp_path, capsys, monkeypatch):
    rules, texts = tmp_path / "rules.yaml", tmp_path / "texts.jsonl"
    rules.write_text(
        "category: M08\nbasis: [no21-power]\nwhy: {zh: 甲, en: a}\nsuggestion: {zh: 乙, en: b}\n"
        'rules:\n  - id: M08-fresh\n    any: ["periodical"]\n',
        encoding="utf-8",
    )
    texts.write_text(json.dumps({"id": "a", "text": "欢迎阅读会刊。"}) + "\n", encoding="utf-8")
    assert cli.main(["screen", "--json", "--try", str(rules), "--jsonl", str(texts)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["texts"], [one["name"] for one in found["starts"]], found["stops"]) == (1, ["a"], [])
    given(monkeypatch, "no json")
    assert cli.main(["screen", "--try", str(rules)]) == 2
    assert cli.main(["screen", "--try", str(texts), "--jsonl", str(texts)]) == 2
