"""Outcomes of real patients of a dose-finding trial, from a CSV with a row per patient."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from immunoreset.errors import InvalidFile, quoted, unknown
from immunoreset.trial.outcome_sources import ObservedOutcomes

YES = ("1", "yes", "true", "y", "t")
NO = ("0", "no", "false", "n", "f", "")


def read_outcomes(path: Path) -> ObservedOutcomes:
    """Real patients from a CSV with columns dose (1, 2, ...), toxic and perhaps effective (yes or no, 1 or 0).

    Raises InvalidFile that names the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error) if isinstance(error, csv.Error) else "not UTF-8 text"
        raise InvalidFile(f"cannot read the outcomes '{path}': {(why or 'no such file').lower()}") from None
    if not rows:
        raise InvalidFile(f"the outcomes '{path}' hold no patient: give columns dose, toxic and perhaps effective")
    for name in ("dose", "toxic"):
        if name not in rows[0]:
            raise InvalidFile(f"{path}, line 1: {unknown('column', name, [str(key) for key in rows[0]])}")
    doses = []
    for line, row in enumerate(rows, start=2):
        if not re.fullmatch(r"\s*[0-9]{1,3}\s*", row["dose"] or ""):
            raise InvalidFile(f"{path}, line {line}: dose {quoted(row['dose'])}; number the doses 1, 2, ...")
        doses.append(int(row["dose"]))
    columns = {name: _answers(rows, name, path) for name in ("toxic", "effective") if name in rows[0]}
    return ObservedOutcomes(doses, columns["toxic"], columns.get("effective"))


def _answers(rows: list[dict[str, str]], name: str, path: Path) -> list[bool]:
    found = []
    for line, row in enumerate(rows, start=2):
        word = (row[name] or "").strip().lower()
        if word not in YES + NO:
            raise InvalidFile(f"{path}, line {line}: {name} {quoted(row[name])}; write yes or no, or 1 or 0")
        found.append(word in YES)
    return found
