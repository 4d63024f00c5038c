"""The store of an intake: rows of every file, and the values that remain of them, in memory while few, else on disk.

More rows than `held` go to a temporary database, from the first one on, so that files of any size need little memory.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from immunoreset.endpoints.known import Floats
from immunoreset.errors import InvalidFile
from immunoreset.exchange.across_rows import Entries
from immunoreset.exchange.gathered import Gathered
from immunoreset.exchange.held_rows import NUMBERS, HeldRows
from immunoreset.exchange.row_checks import Place, Rows

MEMORY = "200MB"
ROWS = """CREATE TABLE rows (file SMALLINT, line BIGINT, patient VARCHAR, item SMALLINT, date DOUBLE, day DOUBLE, clock DOUBLE,
          lasting DOUBLE, value DOUBLE, lower DOUBLE, upper DOUBLE, cause DOUBLE, beyond DOUBLE,
          variant DOUBLE, turn DOUBLE, derived DOUBLE, place BIGINT)"""
SETTLED = """CREATE TABLE settled (part INTEGER, patient INTEGER, day DOUBLE, item SMALLINT, value DOUBLE, lower DOUBLE,
             upper DOUBLE, cause DOUBLE, beyond DOUBLE)"""
PATIENTS = """CREATE TABLE patients AS
              WITH counted AS (SELECT patient, count(*) AS n FROM rows GROUP BY patient),
                   summed AS (SELECT patient, n, sum(if(n > $most, 0, n)) OVER (ORDER BY patient) AS up_to FROM counted)
              SELECT patient, n > $most AS crowded, n, (greatest(up_to - 1, 0) // $part)::INTEGER AS part
              FROM summed ORDER BY patient"""


class RowDatabase:
    """Rows of which at most `held` are kept in memory; those on disk lie in a folder of their own that `close` removes."""

    def __init__(self, *, held: int) -> None:
        self._rows, self._most_held = 0, held
        self._held: HeldRows | None = HeldRows()
        self._folder: Path | None = None

    def _spill(self) -> None:
        """From now on everything is on disk."""
        blocks, self._held = [] if self._held is None else self._held.blocks, None
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="immunoreset-intake-"))
        except OSError as error:
            raise InvalidFile(f"cannot write temporary files: {error.strerror}; set TMPDIR to a folder with room") from error
        self._connection = duckdb.connect(str(self._folder / "rows.duckdb"))
        self._ask(f"SET memory_limit = '{MEMORY}'")
        self._ask("SET temp_directory = '" + str(self._folder / "spill").replace("'", "''") + "'")
        for statement in (ROWS, SETTLED):
            self._ask(statement)
        for file, rows in blocks:
            self.insert_rows(file, rows)

    def close(self) -> None:
        """Remove everything from the disk."""
        if self._folder is not None:
            self._connection.close()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _ask(self, statement: str, values: object = None) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(statement, values)
        except duckdb.Error as error:
            first_line = str(error).splitlines()[0]
            raise InvalidFile(f"temporary files failed: {first_line}; set TMPDIR to a folder with more room") from error

    def _insert(self, name: str, columns: dict[str, Any]) -> None:
        # Each block is committed by itself: a transaction keeps every block in memory until its end.
        self._connection.register("block", pd.DataFrame(columns, copy=False))
        try:
            self._ask(f"INSERT INTO {name} SELECT * FROM block")
        finally:
            self._connection.unregister("block")

    def insert_rows(self, file: int, rows: Rows) -> None:
        """Keep rows of a file, behind those that are there."""
        if self._held is not None:
            if self._held.size + len(rows) <= self._most_held:
                self._held.add(file, rows)
                return
            self._spill()
        columns = {
            "file": np.full(len(rows), file, dtype=np.int16),
            "line": rows.lines,
            "patient": pd.Categorical.from_codes(rows.patient.codes.tolist(), pd.Index(rows.patient.words, dtype=object)),
            "item": rows.item,
            "date": rows.date,
            "day": rows.day,
            "clock": rows.clock,
            "lasting": rows.lasting,
            "value": rows.value,
            "lower": rows.lower,
            "upper": rows.upper,
            "cause": rows.cause,
            "beyond": rows.beyond,
            "variant": rows.variant,
            "turn": rows.turn,
            "derived": rows.derived,
            "place": np.arange(self._rows, self._rows + len(rows)),
        }
        self._insert("rows", columns)
        self._rows += len(rows)

    def parts(self, *, rows: int, most: int) -> list[tuple[int, str, str]]:
        """All rows are in: number, first and last patient of each part of about so many rows, without patients of over `most`."""
        if self._held is not None and self._held.size <= min(rows, most):
            names = self._held.names()
            return [(0, names[0], names[-1])] if names else []
        if self._held is not None:
            self._spill()
        self._ask(PATIENTS, {"most": most, "part": rows})
        query = "SELECT part, min(patient), max(patient) FROM patients WHERE NOT crowded GROUP BY part ORDER BY part"
        return self._ask(query).fetchall()

    def crowded(self) -> list[tuple[str, int, int, int, int]]:
        """Patients with too many rows: name, their rows, file and first line there, and their rows in that file."""
        if self._held is not None:
            return []
        query = """SELECT patient, any_value(n), file, min(line), count(*) FROM rows JOIN patients USING (patient) WHERE crowded
                   GROUP BY patient, file ORDER BY file, min(line)"""
        return self._ask(query).fetchall()

    def gather(self, first: str, last: str, *, files: Sequence[Place]) -> Gathered:
        """All rows of the patients from the first name to the last, in the order in which they were read."""
        if self._held is not None:
            return self._held.gather(files=files)
        query = f"""SELECT patient, file, line, item, place, {", ".join(NUMBERS)} FROM rows
                    WHERE patient BETWEEN ? AND ? AND patient NOT IN (SELECT patient FROM patients WHERE crowded)"""
        found = self._ask(query, [first, last]).fetchnumpy()
        order = np.argsort(np.asarray(found["place"]), kind="stable")
        code, names = pd.factorize(np.asarray(found["patient"])[order], sort=True)
        file, line, item = (np.asarray(found[name], dtype=np.int64)[order] for name in ("file", "line", "item"))
        numbers = {name: _filled(found[name])[order] for name in NUMBERS}
        patient = np.asarray(code, dtype=np.int64)
        return Gathered(file=file, line=line, patient=patient, item=item, files=files, patients=len(names), **numbers)

    def insert_settled(self, part: int, entries: Entries) -> None:
        """Keep what remains of a part."""
        if self._held is not None:
            self._held.entries = entries
            return
        self._insert("settled", {"part": np.full(len(entries.item), part, dtype=np.int32), **entries._asdict()})

    def settled(self, parts: Sequence[int]) -> Iterator[tuple[Entries, list[str]]]:
        """What remains of each part, by patient, and the names of its patients."""
        if self._held is not None:
            yield from self._held.settled()
            return
        for part in parts:
            query = "SELECT patient, day, item, value, lower, upper, cause, beyond FROM settled WHERE part = ?"
            found = self._ask(query, [part]).fetchnumpy()
            order = np.argsort(np.asarray(found["patient"]), kind="stable")
            patient, item = (np.asarray(found[name], dtype=np.int64)[order] for name in ("patient", "item"))
            numbers = {name: _filled(found[name])[order] for name in ("day", "value", "lower", "upper", "cause", "beyond")}
            query = "SELECT patient FROM patients WHERE part = ? AND NOT crowded ORDER BY patient"
            yield Entries(patient=patient, item=item, **numbers), [name for (name,) in self._ask(query, [part]).fetchall()]


def _filled(column: Any) -> Floats:
    """Numbers of a database column, nan where it has none."""
    return np.ma.filled(np.ma.asarray(column, dtype=float), np.nan)
