"""How fast a large tidy CSV is read, and in how much memory: `python benchmarks/score_large_file.py --megabytes 2000`.

A file of invented patients is written into a temporary folder: labs, scores, SLEDAI items and doses at each visit, with some
units to be converted, some values below the limit of detection, some duplicates, and one faulty row in every `FAULTY`. It is then
read, checked and handed out as visits. The process's peak memory is measured from its start, with all libraries.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from immunoreset.exchange.faults import Faults
from immunoreset.exchange.tidy_csv import read_tidy

SEED, VISITS, FAULTY = 7, 24, 100_000
HEADER = "patient,date,item,value,unit,limit,attribution\n"
MEASURED = (
    ("CRP", "mg/L", "<5", 30), ("C3", "g/L", "0.9-1.8", 1), ("C4", "mg/dL", "10-40", 20), ("UPCR", "mg/mmol", "<50", 120),
    ("CREAT", "umol/L", "", 80), ("HGB", "g/dL", ">12", 9), ("NEUT", "/uL", ">1500", 3000), ("LYM", "10^9/L", "", 1),
    ("PLAT", "10^9/L", ">150", 200), ("FERRITIN", "ug/L", "", 300), ("IL6", "pg/mL", "<7", 20), ("TEMP", "C", "", 0),
    ("PREDNISOLONE", "mg/day", "", 7), ("PGA", "0-3", "", 1),
)  # fmt: skip
ANSWERS = ("ARTHRITIS", "RASH", "ALOPECIA", "ULCERS", "PLEURISY", "HEMATURIA", "PYURIA", "LOWCOMP", "DNA", "FEVER")


def patient(number: int, random: np.random.Generator) -> list[str]:
    """All rows of one patient, by date."""
    name = f"SITE{number % 40:02d}-{number:07d}"
    start = np.datetime64("2024-01-01") + int(random.integers(0, 300))
    rows = [f"{name},{start},INFUSION,yes,,,\n"]
    values = random.gamma(2, 0.5, (VISITS, len(MEASURED)))
    yes = random.random((VISITS, len(ANSWERS))) < 0.2
    for visit in range(VISITS):
        date = start + 14 * visit
        for (item, unit, limit, scale), value in zip(MEASURED, values[visit], strict=True):
            text = f"{min(max(value, 0.2), 3) * scale:.3g}"
            text = "36.8" if item == "TEMP" else "<1.5" if item == "IL6" and value < 0.1 else text
            rows.append(f"{name},{date},{item},{text},{unit},{limit},\n")
        for item, present in zip(ANSWERS, yes[visit], strict=True):
            rows.append(f"{name},{date},{item},{'yes' if present else 'no'},,,{'disease' if present else ''}\n")
    return [*rows, rows[-1]]


def write(path: Path, megabytes: float) -> int:
    """Write the file; the number of its rows."""
    random = np.random.default_rng(SEED)
    count = size = number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        while size < megabytes * 1e6:
            rows = patient(number, random)
            if (count + len(rows)) // FAULTY > count // FAULTY:
                rows[4] = rows[4].replace("mmol", "mol")
            text = "".join(rows)
            file.write(text)
            count, size, number = count + len(rows), size + len(text), number + 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=100)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "visits.csv"
        rows = write(path, arguments.megabytes)
        begun = time.perf_counter()
        with read_tidy([path], Faults()) as intake:
            read = time.perf_counter() - begun
            visits = sum(len(table) for table in intake.batches())
            handed_out = time.perf_counter() - begun - read
        result = {
            "megabytes": round(path.stat().st_size / 1e6),
            "rows": rows,
            "faulty": intake.faulty,
            "duplicates": intake.duplicates,
            "patients": intake.patients,
            "visits": visits,
            "seconds_read_and_checked": round(read, 1),
            "seconds_handed_out": round(handed_out, 1),
            "rows_per_second": round(rows / (read + handed_out)),
            "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
