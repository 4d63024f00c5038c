"""Processor time of the bare course and of compiling at two commits, measured in turn in one run.

    python benchmarks/two_commits.py 0aa8a09 bbce4fd --store

Both commits are checked out into a temporary folder and run with the packages of this environment, each in a process of its own
that solves 1,024 patients of `immunoreset bench` whenever it is asked, so that other work on the machine slows both alike. A
ratio is that of the second commit over the first in the same turn. Processor time of one thread, not time by the clock.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from immunoreset.bench import cpu, versions
from keeping import keep

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results" / "two_commits.json"
TURNS, PATIENTS = 9, 1024

# Runs in a checkout of either commit: what a commit calls its model is asked of the commit.
WORKER = f"""
import json, sys, time
from immunoreset import bench
from immunoreset.engine import simulate

def timed(work):
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result

arguments = bench._arguments({PATIENTS})
if "model" not in arguments:
    from immunoreset.patient.model import MODEL
    arguments["model"] = MODEL
arguments["grid"] = bench.GRID
simulate(**arguments, threads=1)
for _ in sys.stdin:
    seconds, solution = timed(lambda: simulate(**arguments, threads=1))
    compiling, _ = timed(bench.compile_seconds)
    steps = float((solution.steps + solution.rejected_steps).mean())
    print(json.dumps({{"course": seconds, "compile": compiling, "steps": steps}}), flush=True)
"""


@contextlib.contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """A folder that holds the tree of a commit, without history, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", commit, "src"], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        yield Path(folder)


def worker(tree: Path) -> subprocess.Popen[str]:
    settings = os.environ | {"PYTHONPATH": str(tree / "src"), "NUMBA_CACHE_DIR": str(tree / "compiled")}
    command = [sys.executable, "-c", WORKER]
    return subprocess.Popen(command, env=settings, cwd=tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(process: subprocess.Popen[str]) -> dict[str, float]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def measure(first: str, second: str) -> dict[str, Any]:
    """Milliseconds per patient and seconds of compiling at both commits, and the ratios of the turns."""
    with checkout(first) as one, checkout(second) as two:
        workers = [worker(one), worker(two)]
        turns = []
        for _ in range(TURNS):
            turns.append([ask(process) for process in workers])
            print(*(f"{seen['course'] / PATIENTS * 1e3:.3f} ms, compile {seen['compile']:.2f} s" for seen in turns[-1]), sep="; ")
        for process in workers:
            process.communicate()
    result: dict[str, Any] = {"commits": [first, second], "patients": PATIENTS, "turns": TURNS}
    for place, commit in enumerate((first, second)):
        result[commit] = {
            "course_ms_per_patient": spread([turn[place]["course"] / PATIENTS * 1e3 for turn in turns]),
            "compile_seconds": spread([turn[place]["compile"] for turn in turns]),
            "steps_per_patient": turns[0][place]["steps"],
        }
    for name in ("course", "compile"):
        result[f"{name}_ratio"] = spread([turn[1][name] / turn[0][name] for turn in turns])
    return result | {"cpu": cpu(), "versions": versions()}


if __name__ == "__main__":
    result = measure(*[argument for argument in sys.argv[1:] if not argument.startswith("--")])
    print(json.dumps(result, indent=2))
    keep(RESULTS, result)
