"""What a user waits for beside the solver, this checkout against another: `python benchmarks/chain.py OTHER [--patients N]`.

Each command is run in a process of its own, alternately in both checkouts, after one run of each that fills the caches. Told are
processor time (of the process and its threads) and peak memory. The ratio is the median over the pairs, so that other work on the
machine, which slows both of a pair, weighs little. The study of N patients of `cart` under CAR-T cells has one arm; what a
patient takes is what is left when a study of 8 patients is taken away.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from immunoreset.bench import cpu, versions
from keeping import keep

RESULTS = Path(__file__).parent / "results" / "chain.json"
HERE = Path(__file__).parent.parent
COMMAND = "import sys; from immunoreset.cli import main; sys.argv = ['immunoreset', *sys.argv[1:]]; main()"
STUDY = """
title = "many patients"
seed = 1
start = -35
stop = 730
[patients]
population = "cart"
n = {n}
[arms]
car-t = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
"""
FEW, PAIRS = 8, 3


class Cost(NamedTuple):
    """Processor time and peak memory of one process."""

    seconds: float
    megabytes: float


def cost(checkout: Path, *words: str) -> Cost:
    """The command line of a checkout, in a process of its own."""
    place = {**os.environ, "PYTHONPATH": str(checkout / "src"), "NUMBA_CACHE_DIR": str(checkout / ".numba")}
    done = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *words], env=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(done.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(words)} failed in {checkout}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def compare(other: Path, *words: str) -> dict[str, object]:
    """A command in both checkouts by turns."""
    places = {"here": HERE, "other": other}
    for checkout in places.values():
        cost(checkout, *words)
    pairs = [{name: cost(checkout, *words) for name, checkout in places.items()} for _ in range(PAIRS)]
    found: dict[str, object] = {
        name: {
            "seconds": [round(pair[name].seconds, 2) for pair in pairs],
            "megabytes": round(max(pair[name].megabytes for pair in pairs)),
        }
        for name in places
    }
    ratios = [pair["here"].seconds / pair["other"].seconds for pair in pairs]
    return found | {"ratio_of_seconds": round(statistics.median(ratios), 3), "ratios": [round(ratio, 3) for ratio in ratios]}


def main() -> None:
    """Measure and store."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("other", type=Path, help="another checkout of the project, such as a worktree of an earlier commit")
    asked.add_argument("--patients", type=int, default=20_000)
    asked.add_argument("--name", default="", help="what the other checkout is, for the results")
    asked.add_argument("--store", action="store_true", help="keep the results")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        studies = {}
        for count in (FEW, given.patients):
            studies[count] = Path(folder) / f"{count}.toml"
            studies[count].write_text(STUDY.format(n=count), encoding="utf-8")
        out = ("--force", "--out", f"{folder}/run")
        found = {
            "demo": compare(given.other.resolve(), "demo", *out),
            f"study of {FEW}": compare(given.other.resolve(), "simulate", str(studies[FEW]), *out),
            f"study of {given.patients}": compare(given.other.resolve(), "simulate", str(studies[given.patients]), *out),
        }
    result = {"against": given.name or str(given.other.name), **found, "load": os.getloadavg()[0], "cpu": cpu(), **versions()}
    keep(RESULTS, result)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
