"""Files made to hurt whoever opens them."""

import io
import random
import string
import struct
import warnings
import zipfile

import openpyxl

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ONE = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
DICE = random.Random(1)


def workbook():
    book = openpyxl.Workbook()
    book.active.append(["单位名称", "统一社会信用代码"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def patched(**parts):
    """A good workbook in which some parts are replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            if name not in parts:
                made.writestr(name, source.read(name))
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def sheet(body):
    return f'{HEAD}<worksheet xmlns="{MAIN}">{body}</worksheet>'


def noise(length):
    return "".join(DICE.choices(string.ascii_letters, k=length))


def cell(text):
    return f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row></sheetData>'


def entities(declared, used):
    return f"{HEAD}<!DOCTYPE x [{declared}]><worksheet xmlns='{MAIN}'>{cell(used)}</worksheet>"


BILLION = entities(
    "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10)), "&a9;"
)
QUADRATIC = entities(f"<!ENTITY a '{noise(40_000)}'>", "&a;" * 40_000)
FAR = sheet('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
FAR_RIGHT = sheet('<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>')
ONE_CELL = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
MERGED = sheet(ONE_CELL + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')
LYING = sheet('<dimension ref="A1:XFD1048576"/>' + ONE_CELL)


def rows_xml(count):
    return sheet("<sheetData>" + "".join(f'<row r="{i}"/>' for i in range(1, count)) + "</sheetData>")


def nameless_cells(count):
    cells = "".join(f"<c><v>{DICE.random()}</v></c>" for _i in range(count))
    return sheet(f"<sheetData><row>{cells}</row></sheetData>")


def merges(count):
    areas = "".join(f'<mergeCell ref="A{DICE.randrange(10**6) + 1}:XFD1048576"/>' for _i in range(count))
    return sheet(f"{ONE_CELL}<mergeCells>{areas}</mergeCells>")


def strings(count):
    return f'{HEAD}<sst xmlns="{MAIN}">' + "".join(f"<si><t>{noise(6)}</t></si>" for _i in range(count)) + "</sst>"


def one_text_everywhere():
    """A long text, once in the file, in a quarter of a million cells."""
    letters = string.ascii_uppercase[:20]
    rows = "".join(
        f'<row r="{i}" x="{noise(300)}">' + "".join(f'<c r="{c}{i}" t="s"><v>0</v></c>' for c in letters) + "</row>"
        for i in range(1, 12_000)
    )
    text = f'{HEAD}<sst xmlns="{MAIN}"><si><t>{noise(1900)}</t></si></sst>'
    return patched(**{STRINGS: text, ONE: sheet(f"<sheetData>{rows}</sheetData>")})


def many_sheets(count):
    named = "".join(f'<sheet name="{noise(9)}" sheetId="{i}" r:id="rId1"/>' for i in range(1, count))
    return patched(
        **{"xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{named}</sheets></workbook>'}
    )


def doubled():
    """Two workbooks in one file: which one counts depends on the reader."""
    target = io.BytesIO(workbook())
    with warnings.catch_warnings(), zipfile.ZipFile(target, "a") as made:
        warnings.simplefilter("ignore")
        made.writestr("xl/workbook.xml", b"<x/>")
    return target.getvalue()


def understated():
    """The directory says that a part of six megabytes has a hundred bytes."""
    data = bytearray(patched(**{STRINGS: "x" * 6_000_000}))
    at = data.find(b"PK\x01\x02")
    while at != -1:
        length = struct.unpack("<H", data[at + 28 : at + 30])[0]
        if data[at + 46 : at + 46 + length] == STRINGS.encode():
            data[at + 24 : at + 28] = struct.pack("<I", 100)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def overlapping():
    """Five hundred entries that are one and the same packed stream."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/000", b"0" * 1_000_000)
    raw = target.getvalue()
    begin, end = raw.find(b"PK\x01\x02"), raw.find(b"PK\x05\x06")
    entry = raw[begin:end]
    entries = b"".join(entry[:46] + f"xl/{i:03d}".encode() + entry[52:] for i in range(500))
    tail = bytearray(raw[end:])
    tail[8:10] = tail[10:12] = struct.pack("<H", 500)
    tail[12:16] = struct.pack("<I", len(entries))
    return raw[:begin] + entries + bytes(tail)


def symbolic_link():
    target = io.BytesIO(workbook())
    with zipfile.ZipFile(target, "a") as made:
        entry = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
        entry.external_attr = 0o120777 << 16
        made.writestr(entry, "/etc/passwd")
    return target.getvalue()


BOMBS = {
    "a string of 60 MB": (lambda: patched(**{STRINGS: "x" * 60_000_000}), "file_bomb"),
    "a string of 200 MB": (lambda: patched(**{STRINGS: f"<sst><si><t>{'x' * 200_000_000}"}), "file_bomb"),
    "a ratio beyond reason": (lambda: patched(**{"xl/media/a.bin": b"\0" * 30_000_000}), "file_bomb"),
    "three thousand entries": (lambda: patched(**{f"xl/x{i}": b"" for i in range(3000)}), "file_bomb"),
    "a million shared strings": (lambda: patched(**{STRINGS: strings(600_000)}), "file_bomb"),
    "a cell in the last corner": (lambda: patched(**{ONE: FAR}), "too_many_rows"),
    "a cell in the last column": (lambda: patched(**{ONE: FAR_RIGHT}), "too_many_columns"),
    "a million empty rows": (lambda: patched(**{ONE: rows_xml(1_000_000)}), "too_many_rows"),
    "cells without addresses": (lambda: patched(**{ONE: nameless_cells(300_000)}), "too_many_columns"),
    "a hundred thousand merges": (lambda: patched(**{ONE: merges(100_000)}), "file_bomb"),
    "billion laughs": (lambda: patched(**{ONE: BILLION}), "file_bomb"),
    "quadratic blow-up": (lambda: patched(**{ONE: QUADRATIC}), "file_bomb"),
    "entities in another alphabet": (
        lambda: patched(**{ONE: BILLION.replace("UTF-8", "UTF-16").encode("utf-16")}),
        "file_unreadable",
    ),
    "an external file": (
        lambda: patched(**{ONE: entities("<!ENTITY e SYSTEM 'file:///etc/passwd'>", "&e;")}),
        "file_bomb",
    ),
    "an external address": (
        lambda: patched(**{"xl/workbook.xml": entities("<!ENTITY e SYSTEM 'http://127.0.0.1:9/'>", "&e;")}),
        "file_bomb",
    ),
    "one text in all cells": (one_text_everywhere, "file_bomb"),
    "a thousand sheets": (lambda: many_sheets(1_000), "too_many_sheets"),
    "a path that climbs": (lambda: patched(**{"../../evil": b"x"}), "file_unreadable"),
    "an absolute path": (lambda: patched(**{"/etc/evil": b"x"}), "file_unreadable"),
    "two workbooks": (doubled, "file_unreadable"),
    "a size that is a lie": (understated, "file_unreadable"),
    "overlapping entries": (overlapping, "file_unreadable"),
    "a symbolic link": (symbolic_link, "file_unreadable"),
    "an endless depth": (lambda: patched(**{"xl/workbook.xml": HEAD + "<a>" * 30_000}), "file_unreadable"),
}
