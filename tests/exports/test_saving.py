"""Files put beside the data: all of it under its name, or nothing."""

import os
import signal
import warnings

import pytest

from bot.platforms import console

CONTENT = b"0123456789" * 100_000


@pytest.mark.parametrize("moment", ["fsync", "replace", "settle"])
@pytest.mark.parametrize("before", [b"", b"the former file"])
def test_killed_while_saving_no_half_file_stands_under_its_name(tmp_path, monkeypatch, moment, before):
    path = tmp_path / "月报.xlsx"
    if before:
        path.write_bytes(before)

    def die(*_args):
        os.kill(os.getpid(), signal.SIGKILL)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        if moment == "fsync":
            monkeypatch.setattr(console.os, "fsync", die)
        elif moment == "replace":
            monkeypatch.setattr(console.Path, "replace", die)
        else:
            monkeypatch.setattr(console, "_settle", die)
        console.save(tmp_path, path.name, CONTENT)
        os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    found = path.read_bytes() if path.exists() else b""
    assert found in (before, CONTENT)
    assert (found == CONTENT) == (moment == "settle")
    assert console.save(tmp_path, path.name, CONTENT).read_bytes() == CONTENT


def test_a_save_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(28, "no space left")

    monkeypatch.setattr(console.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        console.save(tmp_path, "a.xlsx", CONTENT)
    assert list(tmp_path.iterdir()) == []


NAMES = [
    ("../x.xlsx", "x.xlsx"),
    ("/etc/passwd", "passwd"),
    ("annexe\u202excod.xlsx", "annexexcod.xlsx"),
    ('"引号".xlsx', '"引号".xlsx'),
    ("a\nb.xlsx", "ab.xlsx"),
    ("%00.xlsx", "%00.xlsx"),
    ("", "file"),
    ("...", "file"),
    ("CON.xlsx", "CON.xlsx"),
]


@pytest.mark.parametrize(("given", "kept"), NAMES, ids=range(len(NAMES)))
def test_odd_names_stay_in_the_folder(tmp_path, given, kept):
    assert console.save(tmp_path, given, b"x") == tmp_path / kept


def test_a_name_of_three_hundred_characters_keeps_its_ending(tmp_path):
    path = console.save(tmp_path, "某某协会" * 80 + "月报.xlsx", b"x")
    assert path.name.endswith(".xlsx")
    assert len(path.name.encode()) <= 200
