"""How much memory a table of patients will need, so that one that cannot fit is refused before an hour is spent on it.

The bytes below were measured as peaks of whole processes; estimates lie 0 to 30 % above them (tests/test_memory.py).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from immunoreset.errors import InvalidValue

DRAWN = 1900
"""Bytes of a virtual patient as drawn: numbers, covariates, and what drawing needs meanwhile."""
JUDGED = 600
"""Bytes of the outcomes and events of one course."""
SEEN = 4500
"""Bytes that judging the visits of a course of a trial needs meanwhile."""
DOUBLE, SINGLE = 8, 4
WORKING = 100_000_000
"""Bytes of compiled code and of what is not counted by patient."""
AMPLE = 1.3  # what solving and judging need meanwhile, as a multiple of the curves that are held in double precision
ELSEWHERE = 16_000_000_000  # bytes, where the system does not say what it has
GROUPS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def check_memory(need: float, things: str, *, count: int, least: str) -> None:
    """Raise InvalidValue where `things` need more bytes than this process can still have.

    The message says how many of `count` would fit, in the words of `least`: "patients", "twins of each patient".
    """
    room = memory_left()
    if need > room:
        most = max(1, int(0.9 * count * room / need))
        wanted = f"{things} need about {need / 1e9:.3g} GB of memory"
        raise InvalidValue(f"{wanted}, and there are {room / 1e9:.3g} GB; ask for at most {most} {least}")


def of_study(twins: int, *, curves: int, days: int, shown: int, arms: int, piece: int) -> float:
    """Bytes of the `twins` of one of `arms` arms of a study, with `curves` on `days`, of which `shown` stand in its table."""
    kept = twins * (curves * days * SINGLE + JUDGED)
    columns = (4 + (4 + shown if arms > 1 else 0)) * SINGLE  # several arms are put together in the table
    return kept + max(min(twins, piece) * curves * days * DOUBLE * AMPLE, twins * days * columns)


def of_trial(patients: int, *, curves: int, days: int, visits: int, measures: int, arms: int) -> float:
    """Bytes of potential outcomes: `curves` on `days` of one arm at a time, and `measures` at `visits` of all arms, twice."""
    table = 2 * arms * (visits + 1) * measures * DOUBLE
    return WORKING + patients * (DRAWN + curves * days * DOUBLE * AMPLE + SEEN + table)


def of_rows(thetas: int, patients: int, *, curves: int, days: int, outcomes: int, arms: int, at_once: int) -> float:
    """Bytes of `patients` under `thetas`, of whom `at_once` are solved at a time."""
    held = min(at_once, thetas * patients) * curves * days * DOUBLE * AMPLE
    return WORKING + held + thetas * patients * (DRAWN + arms * (outcomes * DOUBLE + 1)) + patients * DRAWN


def memory_left() -> float:
    """Bytes that this process can still have: of the machine or its container, or of what it may address, whichever is less."""
    if sys.platform == "win32":
        return ELSEWHERE
    import resource

    page = os.sysconf("SC_PAGE_SIZE")
    try:
        addressed, resident = (page * int(pages) for pages in Path("/proc/self/statm").read_text("ascii").split()[:2])
    except OSError:  # not Linux
        addressed = resident = 0
    room = [page * os.sysconf("SC_PHYS_PAGES") - resident]
    for group in GROUPS:
        if group.is_file() and (limit := group.read_text("ascii").strip()).isdigit():
            room.append(int(limit) - resident)
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY:
        room.append(most - addressed)
    return float(max(0, min(room)))
