"""One job in a process of its own: reads job.json in its folder, works, says how far it is, and leaves its results there.

`python -m immunoreset.app.job_process FOLDER` writes one JSON line per step to its output. It ends when its input is closed, so
that no job outlives the server.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from immunoreset.app.own_files import read_only_own_files
from immunoreset.errors import ImmunoresetError, cut

Report = Callable[[str, int, int], None]
SECONDS_BETWEEN_REPORTS = 0.2
LONGEST_ERROR = 2_000
OUT_OF_MEMORY = "the job needs more memory than one job may have; ask for fewer patients or arms"


def main(folder: Path) -> None:
    """Run the job of a folder."""
    job = json.loads((folder / "job.json").read_text("utf-8"))
    _limit(job["memory"])
    threading.Thread(target=_end_with_server, daemon=True).start()
    try:
        work = _work(job["kind"])
        read_only_own_files(folder)
        work(job["document"], folder, job["threads"], _reporter())
    except ImmunoresetError as fault:
        _say({"error": cut(" ".join(str(fault).split()), LONGEST_ERROR)})
    except MemoryError:
        _say({"error": OUT_OF_MEMORY})
    else:
        _say({"done": True})


def _work(kind: str) -> Callable[[Mapping[str, Any], Path, int, Report], None]:
    if kind == "cohort":
        from immunoreset.app.cohort_job import run_cohort

        return run_cohort
    if kind == "trial":
        from immunoreset.app.trial_job import run_trial_job

        return run_trial_job
    from immunoreset.app.visits_job import run_scoring

    return run_scoring


def _reporter() -> Report:
    last = [0.0]

    def report(part: str, done: int, total: int) -> None:
        now = time.monotonic()
        if done >= total or now - last[0] > SECONDS_BETWEEN_REPORTS:
            last[0] = now
            _say({"part": part, "done": done, "total": total})

    return report


def _say(line: Mapping[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps(line), flush=True)


def _limit(memory: int) -> None:
    """Hold the memory of this process down and let the pages go first, where the system can."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        os.nice(5)


def _end_with_server() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
