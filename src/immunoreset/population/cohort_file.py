"""Real patients from a CSV file: one row per patient, blank where a fact is unknown.

Lines that begin with `#` are notes. Every fault is found before anything is used, and named with its line and column.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from immunoreset.disease.facts import QUANTITIES, RANGED, Facts, contradictions, why_no_range
from immunoreset.errors import InvalidFile

RANGES = {f"{name}_{end}": QUANTITIES[name] for name in RANGED for end in ("low", "high")}
_YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
WORDS = {
    "sex": {"f": "F", "female": "F", "m": "M", "male": "M"},
    "nephritis": _YES_OR_NO,
    "class_v": _YES_OR_NO,
}
COLUMNS = (
    "patient",
    "age",
    "sex",
    "weight_kg",
    "sledai_2k",
    "nephritis",
    "upcr_g_per_g",
    "anti_dsdna_iu_per_ml",
    "c3_g_per_l",
    "igg_g_per_l",
)
OPTIONAL_COLUMNS = ("class_v", "class_v_share", "egfr", *RANGES)
_MOST_FAULTS_SHOWN = 3


def read_patients(path: str | Path) -> list[Facts]:
    """The patients of a CSV file.

    Raises InvalidFile, in one line, when the file cannot be read, has missing, unknown or repeated columns, or has a value of the
    wrong type, an impossible value or a patient twice.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InvalidFile(f"{path}: no such file; give the path of a CSV file with patients") from None
    except UnicodeDecodeError:
        raise InvalidFile(f"{path}: not a text file in UTF-8; save it as CSV in UTF-8") from None
    except OSError as fault:
        raise InvalidFile(f"{path}: cannot be read ({fault.strerror}); give the path of a CSV file with patients") from None
    return parse_patients(text, str(path))


def mackensen_2022() -> list[Facts]:
    """The five published patients of Mackensen 2022 (10.1038/s41591-022-02017-5)."""
    file = resources.files("immunoreset.population").joinpath("mackensen2022.csv")
    return parse_patients(file.read_text(encoding="utf-8"), "mackensen2022.csv")


def parse_patients(text: str, name: str) -> list[Facts]:
    """The patients of a CSV text; `name` is the file's name for messages."""
    try:
        lines = [(number, row) for number, row in _rows(text) if any(cell.strip() for cell in row)]
    except csv.Error as fault:
        raise InvalidFile(f"{name}: not a CSV file ({fault}); save it as comma-separated text") from None
    if not lines:
        raise InvalidFile(f"{name}: the file is empty; its first line must be {','.join(COLUMNS)}")
    first, header = lines[0]
    columns = [cell.strip() for cell in header]
    _check_columns(columns, f"{name}, line {first}")
    if len(lines) == 1:
        raise InvalidFile(f"{name}: no patients below the column names; add one line per patient")
    faults: list[str] = []
    patients: list[Facts] = []
    seen: dict[str, int] = {}
    for number, row in lines[1:]:
        if len(row) != len(columns):
            faults.append(f"line {number}: {len(row)} values for {len(columns)} columns; put a comma for each blank value")
            continue
        cells = {column: cell.strip() for column, cell in zip(columns, row, strict=True)}
        facts, wrong = _facts(cells)
        label = cells["patient"]
        if label and label in seen:
            wrong.append(f"column 'patient': '{label}' is already on line {seen[label]}; give each patient one line")
        seen.setdefault(label, number)
        faults += [f"line {number}, {fault}" for fault in wrong]
        if facts is not None and not wrong:
            patients.append(facts)
    if faults:
        more = len(faults) - _MOST_FAULTS_SHOWN
        ending = f"; and {more} more fault{'s' if more > 1 else ''}" if more > 0 else ""
        raise InvalidFile(f"{name}: {' | '.join(faults[:_MOST_FAULTS_SHOWN])}{ending}")
    return patients


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows with their line number; a note is an empty row."""
    without_notes = ["" if line.lstrip().startswith("#") else line for line in text.splitlines()]
    reader = csv.reader(without_notes, strict=True)
    return [(reader.line_num, row) for row in reader]


def _check_columns(columns: Sequence[str], where: str) -> None:
    known = COLUMNS + OPTIONAL_COLUMNS
    for column in columns:
        if columns.count(column) > 1:
            raise InvalidFile(f"{where}: column '{column}' is there twice; keep one")
        if column not in known:
            near = difflib.get_close_matches(column, known, n=1, cutoff=0.6)
            advice = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
            raise InvalidFile(f"{where}: unknown column '{column}'; {advice}")
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        listed = ", ".join(f"'{column}'" for column in missing)
        raise InvalidFile(
            f"{where}: missing column{'s' if len(missing) > 1 else ''} {listed}; add them, blank where nothing is known"
        )


def _facts(cells: dict[str, str]) -> tuple[Facts | None, list[str]]:
    """The facts of one row, and what is wrong with it."""
    faults: list[str] = []
    if not cells["patient"]:
        faults.append("column 'patient': blank; give each patient a name or number")
    numbers = {column: _number(column, cells.get(column, ""), faults) for column in (*QUANTITIES, *RANGES)}
    words = {column: _word(column, cells.get(column, ""), faults) for column in WORDS}
    ranges = {name: _range(name, numbers, faults) for name in RANGED}
    for column, why in contradictions(words["nephritis"], words["class_v"], numbers["upcr_g_per_g"]):
        faults.append(f"column '{column}': {why}, or leave {column} blank")
    if faults:
        return None, faults
    known: dict[str, Any] = (
        {name: numbers[name] for name in QUANTITIES} | {f"{name}_range": ranges[name] for name in RANGED} | words
    )
    facts = Facts(cells["patient"], **known)
    return facts, faults


def _number(column: str, cell: str, faults: list[str]) -> float | None:
    if not cell:
        return None
    quantity = QUANTITIES.get(column) or RANGES[column]
    try:
        value = float(cell)
    except ValueError:
        faults.append(f"column '{column}': '{cell}' is no number; {quantity.advice}, or leave it blank")
        return None
    if why := quantity.why_not(value):
        faults.append(f"column '{column}': {why}, or leave it blank")
        return None
    return value


def _word(column: str, cell: str, faults: list[str]) -> Any:
    if not cell:
        return None
    choices = WORDS[column]
    if cell.lower() not in choices:
        first = "F or M" if column == "sex" else "yes or no"
        faults.append(f"column '{column}': '{cell}' is not known; give {first}, or leave it blank")
        return None
    return choices[cell.lower()]


def _range(name: str, numbers: dict[str, float | None], faults: list[str]) -> tuple[float, float] | None:
    low, high = numbers[f"{name}_low"], numbers[f"{name}_high"]
    if low is None and high is None:
        return None
    if numbers[name] is not None:
        faults.append(f"column '{name}': a value and a range; keep the value, or leave it blank and keep the range")
        return None
    low = QUANTITIES[name].lowest if low is None else low
    high = QUANTITIES[name].highest if high is None else high
    if why := why_no_range(name, low, high):
        faults.append(f"column '{name}_low': {why}")
        return None
    return low, high
