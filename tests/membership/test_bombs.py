"""Hostile files: refused by name, quickly, in little memory, without a file or a connection being opened."""

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from core import confined
from core.errors import BadInput
from membership.reading import read_sheet
from membership.reading.limits import DEFAULT
from tests.membership.bombs import BOMBS, LYING, MERGED, ONE, patched

ROOT = Path(__file__).parents[2]


class Watched:
    """``subprocess`` for the sandbox, which notes the most memory that its child ever held."""

    TimeoutExpired = subprocess.TimeoutExpired

    def __init__(self):
        self.peak = 0

    def run(self, command, *, input, timeout, capture_output, env, check):
        assert capture_output
        assert not check
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        child = subprocess.Popen(command, env=env, **pipes)
        ended = threading.Event()
        watcher = threading.Thread(target=self.watch, args=(Path(f"/proc/{child.pid}/status"), ended))
        watcher.start()
        try:
            out, err = child.communicate(input, timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise
        finally:
            ended.set()
            watcher.join()
        return subprocess.CompletedProcess(command, child.returncode, out, err)

    def watch(self, status, ended):
        while not ended.wait(0.005):
            try:
                lines = status.read_text().splitlines()
            except OSError:
                return
            peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
            self.peak = max([self.peak, *peaks])


@pytest.fixture
def watched(monkeypatch):
    watcher = Watched()
    monkeypatch.setattr(confined, "subprocess", watcher)
    return watcher


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_within_the_limits(watched, name):
    make, code = BOMBS[name]
    content = make()
    began = time.monotonic()
    with pytest.raises(BadInput) as refused:
        read_sheet(content, "a.xlsx")
    assert time.monotonic() - began < 15
    assert refused.value.code == code
    assert refused.value.text
    assert watched.peak < 512 * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell a process's memory")
def test_the_memory_of_the_child_is_really_watched(watched):
    read_sheet(patched(), "a.xlsx")
    assert 8 * 1024 < watched.peak < 512 * 1024


@pytest.mark.parametrize("part", [MERGED, LYING], ids=["merged to the end", "lying dimension"])
def test_boasting_files_are_read_for_what_they_hold(part):
    rows = read_sheet(patched(**{ONE: part}), "a.xlsx").sheets[0].rows
    assert len(rows) == 1


def test_a_link_to_elsewhere_is_not_followed():
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        'Target="http://127.0.0.1:9/remote.xlsx" TargetMode="External"/></Relationships>'
    )
    book = read_sheet(patched(**{"xl/worksheets/_rels/sheet1.xml.rels": links}), "a.xlsx")
    assert book.sheets[0].rows == [["单位名称", "统一社会信用代码"]]


def test_once_confined_the_child_can_open_neither_file_nor_connection():
    attempt = """
import json, socket
from dataclasses import asdict
from core import confined
from membership.reading.limits import DEFAULT
confined.confine(asdict(DEFAULT))
for opening in (lambda: open("/etc/passwd"), lambda: open("/tmp/x", "w"), socket.socket):
    try:
        opening()
    except OSError as refused:
        print(refused.errno)
try:
    bytearray(600 * 1024 * 1024)
except MemoryError:
    print("memory")
"""
    done = subprocess.run([sys.executable, "-c", attempt], cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert done.stdout.split() == [b"24", b"24", b"24", b"memory"]


def test_a_child_that_thinks_too_long_is_ended(tmp_path, monkeypatch):
    thinker = tmp_path / "thinker"
    thinker.write_text("#!/bin/sh\nexec sleep 60\n")
    thinker.chmod(0o700)
    monkeypatch.setattr(confined.sys, "executable", str(thinker))
    with pytest.raises(BadInput) as refused:
        read_sheet(patched(), "a.xlsx", replace(DEFAULT, wall_seconds=1))
    assert refused.value.code == "file_bomb"
