"""Leases tell whether the process behind them is still there."""

import os
import subprocess
import sys

from bot import workers


def lease_of(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_lease_of_a_process_that_has_ended_is_gone():
    lease = lease_of("from bot import workers; print(workers.new_lease())")
    assert len(lease) <= 40
    assert workers.is_gone(lease)


def test_our_own_leases_and_those_of_other_machines_are_not():
    ours = workers.new_lease()
    assert ours != workers.new_lease()
    assert not workers.is_gone(ours)
    machine, rest = ours.split("-", 1)
    assert not workers.is_gone(f"{machine[::-1]}x-{rest}")
    assert not workers.is_gone(f"{machine}-{os.getppid()}-0-0")
    for odd in ("", "w1", "a-b-c-d", f"{machine}-x-1-1"):
        assert not workers.is_gone(odd)


def test_an_earlier_run_under_our_number_is_gone():
    machine, number, run, part = workers.new_lease().split("-")
    assert workers.is_gone(f"{machine}-{number}-{run[::-1]}x-{part}")
