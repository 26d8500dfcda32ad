"""Which process works under a lease: so that what a dead process of this machine held need not wait for its lease to end."""

import os
import secrets
import socket
from hashlib import sha256
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")


def _machine() -> str:
    booted = BOOT.read_text().strip() if BOOT.exists() else ""
    return sha256(f"{socket.gethostname()} {booted}".encode()).hexdigest()[:12]


MACHINE = _machine()
RUN = secrets.token_hex(4)
"""Tells this run from an earlier one that had the same number, as the first process of a container always has."""


def new_lease() -> str:
    """A lease of this process: machine, process, run, and a part of its own. At most 40 characters."""
    return f"{this_process()}-{secrets.token_hex(4)}"


def this_process() -> str:
    """The name of this process, as it stands at the beginning of its leases."""
    return f"{MACHINE}-{os.getpid()}-{RUN}"


def is_gone(lease: str) -> bool:
    """Whether the process of this lease has surely ended. A process on another machine may always be alive."""
    machine, number, run = (*lease.split("-"), "", "", "")[:3]
    if machine != MACHINE or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return run != RUN
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
