"""Opening a file that somebody sent, in a process of its own: little memory and time, no secrets, no files, no network.

The parent calls ``ask`` with a module of ours; that module calls ``confine`` before it looks at the first byte.
"""

import codecs
import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16", "cp437", "utf-8", "ascii", "latin-1")


class Exhausted(Exception):
    """The process ran out of the time or memory that it was given."""


class Broken(Exception):
    """The process gave up on the file."""


def ask(module: str, order: Mapping[str, Any], content: bytes, wall_seconds: int) -> dict[str, Any]:
    """What the module says of the file. Raises Exhausted or Broken; ``order`` holds its bounds."""
    environment = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8:surrogatepass", "PATH": os.defpath}
    try:
        done = subprocess.run(  # noqa: S603 - our own modules, named by our own code
            [sys.executable, "-m", module],
            input=json.dumps(order).encode() + b"\n" + content,
            capture_output=True,
            env=environment,
            timeout=wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Exhausted from None
    if done.returncode < 0 or b"MemoryError" in done.stderr or b"memory allocation" in done.stderr:
        raise Exhausted
    if done.returncode != 0:
        raise Broken
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def confine(order: Mapping[str, Any]) -> None:
    """No more memory or processor time than allowed; from here on no file and no network connection can be opened."""
    for encoding in ENCODINGS:
        codecs.lookup(encoding)
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu_seconds"], order["cpu_seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    if sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (order["memory_bytes"], order["memory_bytes"]))
