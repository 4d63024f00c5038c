"""What a user waits for beside the solver: the demo, simulated trials, reading visits; and the table of all of it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

DEMO_TWINS, TRIALS, REPEATS = 20, 10_000, 5
RATES = (0.05, 0.15, 0.3, 0.45, 0.6)
CSV_PATIENTS, CSV_VISITS = 2000, 24
MEASURED = (("CRP", "mg/L", 8.0), ("C3", "g/L", 0.8), ("HGB", "g/dL", 11.0), ("PLAT", "10^9/L", 240.0), ("UPCR", "mg/mmol", 90.0),
            ("PREDNISOLONE", "mg/day", 7.0))  # fmt: skip


def measure_chain() -> dict[str, Any]:
    """Processor time of the demo per simulated course (ms), of trials and of reading a CSV file beside DuckDB's bare read (s)."""
    return {"demo_milliseconds_per_course": _demo(), "trials_seconds": _trials(), **_scoring()}


def _each(work: Callable[[], object], runs: int = REPEATS) -> list[float]:
    """Processor seconds of each of several runs."""
    found = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return found


def _demo() -> list[float]:
    """From the document to the written run folder, the engine being warm."""
    from immunoreset import store
    from immunoreset.demo import demo_study
    from immunoreset.save import fill
    from immunoreset.study import run

    study = demo_study().changed(twins=DEMO_TWINS)
    with tempfile.TemporaryDirectory() as folder:

        def whole() -> None:
            with store.new_run(Path(folder) / "run", force=True) as scratch:
                fill(run(study), scratch)

        whole()
        seconds = _each(whole, 3)
        result = run(study)
    count = sum(arm.twins for arm in result.arms.values())
    return [1000 * each / count for each in seconds]


def _trials() -> list[float]:
    """10,000 trials of BOIN, 10 cohorts of 3 at 5 doses."""
    from immunoreset.trial.dose_finding.boin import BOIN
    from immunoreset.trial.outcome_sources import RateTable
    from immunoreset.trial.scenarios import operating_characteristics

    return _each(lambda: operating_characteristics(BOIN(5, 0.3), RateTable(RATES), trials=TRIALS, seed=1, target=0.3))


def _scoring() -> dict[str, Any]:
    """A CSV file of visits, read and checked, and the same file merely read into a table by DuckDB, in turn."""
    import duckdb

    from immunoreset.exchange.faults import Faults
    from immunoreset.exchange.tidy_csv import read_tidy

    checked, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.csv"
        rows = _write_visits(path)

        def check() -> None:
            with read_tidy([path], Faults()) as intake:
                sum(len(table) for table in intake.batches())

        def read() -> None:
            with duckdb.connect() as base:
                base.execute(f"create table visits as select * from read_csv('{path}', all_varchar = true)")

        for _ in range(3):
            checked += _each(check, 1)
            bare += _each(read, 1)
    return {"csv_rows": rows, "csv_read_and_checked_seconds": checked, "csv_duckdb_bare_read_seconds": bare}


def _write_visits(path: Path) -> int:
    """Invented visits of many patients as a tidy CSV; the number of rows."""
    random = np.random.default_rng(7)
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("patient,date,item,value,unit,limit,attribution\n")
        for number in range(CSV_PATIENTS):
            values = random.gamma(9, 1 / 9, (CSV_VISITS, len(MEASURED)))
            lines = [f"P{number:06d},2024-01-01,INFUSION,yes,,,\n"]
            for visit in range(CSV_VISITS):
                date = np.datetime64("2024-01-01") + 14 * visit
                lines += [
                    f"P{number:06d},{date},{item},{value * scale:.3g},{unit},,\n"
                    for (item, unit, scale), value in zip(MEASURED, values[visit], strict=True)
                ]
            file.writelines(lines)
            count += len(lines)
    return count


def table(found: Mapping[str, Any]) -> str:
    """What `measure` and `measure_chain` found, one line for each: the result, its spread, and what it is measured by."""
    full, bare = found["full_course_patients_per_second_of_each_run"], found["patients_per_second_of_each_run"]
    read, alone = found["csv_read_and_checked_seconds"], found["csv_duckdb_bare_read_seconds"]
    rows = [
        ("full course, one core", f"{max(full):,.0f} patients/s", _spread(full, ",.0f"), _times(found)),
        ("bare course, one core", f"{max(bare):,.0f} patients/s", _spread(bare, ",.0f"), _scipy(found)),
        ("arithmetic of the steps of the bare course", f"{_work(found) / 1e9:.1f} billion operations/s", "", _share(found)),
        ("steps per patient, full and bare", f"{found['full_course_steps_per_patient']:.0f}, {found['steps_per_patient']:.0f}",
         "", ""),
        ("demo, document to report", *_least(found["demo_milliseconds_per_course"], "ms per course"), ""),
        ("100,000 patients, read-outs only, all cores", f"{found['hundred_thousand_patients_seconds']:.0f} s", "",
         f"{found['peak_memory_mb']:,.0f} MB"),
        ("changed model to first result", f"{found['compile_seconds']:.2f} s", "", ""),
        ("10,000 BOIN trials", *_least(found["trials_seconds"], "s"), "R package BOIN: 6.7 to 10 s"),
        (f"{found['csv_rows']:,} rows of visits read and checked", *_least(read, "s"),
         f"{min(read) / min(alone):.1f} times DuckDB's bare read, {min(alone):.2f} s"),
    ]  # fmt: skip
    head = ("measure", "result", "spread over the runs", "beside")
    widths = [max(len(row[k]) for row in [head, *rows]) for k in range(len(head))]
    lines = [
        "| " + " | ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)) + " |"
        for row in (head, tuple("-" * width for width in widths), *rows)
    ]
    machine = found["cpu"] + "; " + ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    return "\n".join([*lines, "", machine])


def _spread(values: Sequence[float], form: str) -> str:
    return f"{min(values):{form}} to {max(values):{form}}"


def _least(values: Sequence[float], unit: str) -> tuple[str, str]:
    return f"{min(values):.2f} {unit}", _spread(values, ".2f")


def _work(found: Mapping[str, Any]) -> float:
    """Operations per second of the steps of the bare course."""
    return max(found["patients_per_second_of_each_run"]) * found["steps_per_patient"] * found["operations_per_step"]


def _share(found: Mapping[str, Any]) -> str:
    peak = found["peak_operations_per_second"]
    return f"{_work(found) / peak:.0%} of the processor's peak, {peak / 1e9:.0f} billion multiplications and additions/s"


def _times(found: Mapping[str, Any]) -> str:
    ratios = found["full_course_ratio_of_each_run"]
    return f"{found['full_course_ratio']:.2f} times the bare course ({_spread(ratios, '.2f')})"


def _scipy(found: Mapping[str, Any]) -> str:
    return f"{found['ratio']:,.0f} times SciPy LSODA, {found['scipy_lsoda_patients_per_second']:.2f} patients/s"
