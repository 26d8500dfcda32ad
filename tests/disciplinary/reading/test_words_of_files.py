"""The words of files that go out with a text: every place is read, and what cannot be read says so."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.screening import Unread
from disciplinary.reading import words_of
from disciplinary.reading.pages import joined
from tests import papers

ROOT = Path(__file__).parents[3]


def places(name, content):
    """What was found where, without the separators."""
    return [(part.place.value, part.where, part.text.strip()) for part in words_of(name, content).parts]


def test_every_place_of_a_word_document_is_read():
    content = papers.word(
        "正文第一段",
        row=("未参加的", "不予年检"),
        header="页眉",
        footer="页脚",
        comment="批注",
        box="文本框",
        struck="删",
    )
    found = places("a.docx", content)
    assert {kind for kind, _where, _words in found} >= {
        *("paragraph", "header", "footer", "comment", "text_box", "struck_out")
    }
    assert [words for kind, _where, words in found if kind == "text_box"] == ["文本框"]
    assert [words for kind, _where, words in found if kind == "struck_out"] == ["删"]
    assert ("header", "1", "页眉") in found


def test_cells_of_one_row_are_read_as_one_line():
    document = words_of("a.docx", papers.word("表", row=("未参加的", "不予年检")))
    assert "未参加的 不予年检\n" in "".join(part.text for part in document.parts)
    book = words_of("b.xlsx", papers.workbook({"B4": "未参加的", "C4": "不予年检", "A5": "另一行"}))
    assert "未参加的 不予年检\n另一行\n" in "".join(part.text for part in book.parts)


def test_every_sheet_is_read_hidden_ones_and_comments_too():
    found = places("b.xlsx", papers.workbook({"B4": "可见"}, hidden="藏起来的字", comment="批注里的字"))
    assert ("cell", "费用!B4", "可见") in found
    assert ("cell", "备用!A1", "藏起来的字") in found
    assert [words for kind, _where, words in found if kind == "comment"] == ["批注里的字"]


def test_the_pages_and_the_title_of_a_pdf_are_read():
    found = places("c.pdf", papers.pdf(["第一页的字"], ["第二页的字"], title="标题里的字"))
    assert found == [("about", "", "标题里的字"), ("page", "1", "第一页的字"), ("page", "2", "第二页的字")]


def test_lines_that_the_edge_of_a_page_broke_are_put_together():
    wrapped = "关于培训的通知\n各会员单位应当派员参加凡未参加本次培\n训的单位一律不予办理年检。\n特此通知。"
    assert (
        joined(wrapped) == "关于培训的通知\n各会员单位应当派员参加凡未参加本次培训的单位一律不予办理年检。\n特此通知。"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_is_read_in_the_encodings_of_the_office(encoding):
    assert places("d.txt", "第一行\n\n第三行".encode(encoding)) == [("line", "1", "第一行"), ("line", "3", "第三行")]


UNREADABLE = {
    "a picture": ("a.png", lambda: papers.DOT, Unread.UNKNOWN),
    "an old Word document": ("a.doc", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), Unread.UNKNOWN),
    "a protected PDF": ("a.pdf", lambda: papers.locked(papers.pdf(["字"])), Unread.ENCRYPTED),
    "a scan": ("a.pdf", lambda: papers.pdf(b"\x00", b"\x00"), Unread.PICTURES),
    "a half scanned PDF": ("a.pdf", lambda: papers.pdf(["第一页的字"], b"\x00"), Unread.PAGES),
    "a PDF that holds a file": ("a.pdf", lambda: papers.stuffed(papers.pdf(["字"])), Unread.EMBEDDED),
    "a PDF cut in half": ("a.pdf", lambda: papers.pdf(["字"])[:300], Unread.BROKEN),
    "a PDF of signs without meaning": ("a.pdf", lambda: papers.pdf(["\ue001\ue002\ue003"]), Unread.PICTURES),
    "a document that swells": ("a.docx", papers.swelling, Unread.TOO_LARGE),
    "a broken document": ("a.docx", lambda: papers.word("字")[:-200], Unread.BROKEN),
    "an empty document": ("a.docx", papers.word, Unread.EMPTY),
    "a web page": ("a.html", lambda: b"<html><body>x</body></html>", Unread.UNKNOWN),
    "bytes named text": ("a.txt", lambda: bytes(range(256)), Unread.UNKNOWN),
    "more words than are read": ("a.txt", lambda: ("长" * 999 + "\n").encode() * 400, Unread.TOO_LARGE),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_says_why(case):
    name, make, why = UNREADABLE[case]
    assert words_of(name, make()).unread is why


def test_what_was_read_of_a_half_scanned_file_is_kept():
    assert places("a.pdf", papers.pdf(["第一页的字"], b"\x00")) == [("page", "1", "第一页的字")]


def test_a_pdf_that_only_forbids_printing_is_read():
    assert places("a.pdf", papers.locked(papers.pdf(["字"]), password="")) == [("page", "1", "字")]


def test_the_reader_never_sees_the_environment_and_cannot_open_files():
    attempt = """
import os
from dataclasses import asdict
from core import confined
from disciplinary.reading.limits import DEFAULT
confined.confine(asdict(DEFAULT))
try:
    open("/etc/passwd")
except OSError as refused:
    print(refused.errno)
"""
    done = subprocess.run([sys.executable, "-c", attempt], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert done.stdout.split() == [b"24"]
