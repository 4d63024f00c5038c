"""The tables of a scoring run, written batch by batch, so that millions of visits never stand in memory together."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from immunoreset.endpoints.known import Answer
from immunoreset.endpoints.scoring.score import Scored
from immunoreset.errors import InvalidFile

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

MEMORY = "200MB"
SCHEMAS = {
    "scores": """patient VARCHAR, day DOUBLE, score VARCHAR, value DOUBLE, low DOUBLE, high DOUBLE,
        category VARCHAR, missing VARCHAR""",
    "patients": "patient VARCHAR, measure VARCHAR, value DOUBLE, low DOUBLE, high DOUBLE",
    "episodes": """patient VARCHAR, toxicity VARCHAR, number INTEGER, start DOUBLE, "end" DOUBLE, end_latest DOUBLE,
        grade DOUBLE, grade_highest DOUBLE, resolved DOUBLE""",
    "labels": "name VARCHAR, label VARCHAR, unit VARCHAR, kind VARCHAR",
    "visits": "patient VARCHAR, day DOUBLE",
}
FILES = ("scores", "patients", "episodes")
UNKNOWN = {  # what is not known is null on disk; so is a first day that never came, whose limits are infinite
    ("scores", "value"): "CASE WHEN isnan(value) THEN NULL ELSE value END",
    ("patients", "value"): "CASE WHEN isfinite(value) THEN value END",
}


class ScoreTables:
    """The tables in a folder; a `with` block ends with `scores`, `patients` and `episodes` as Parquet files.

    `scores` has a row per visit and score: value (null if not known), the least and the greatest value that is possible, and
    the inputs that were missing. In `patients` a first day that never came is null with the limits infinite.
    """

    def __init__(self, folder: Path) -> None:
        import duckdb

        self._folder = folder
        self._file = folder / ".tables.duckdb"
        self._database = duckdb.connect(str(self._file))
        self._database.execute(f"SET memory_limit = '{MEMORY}'")
        self._database.execute(f"SET temp_directory = '{str(folder / '.spill').replace(chr(39), chr(39) * 2)}'")
        for name, columns in SCHEMAS.items():
            self._database.execute(f"CREATE TABLE {name} ({columns})")
        self._database.execute("SET threads = 1")  # the scoring itself is the slow part; threads cost memory here
        self._named: set[str] = set()

    def __enter__(self) -> ScoreTables:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()
        self._file.unlink(missing_ok=True)

    def add(self, scored: Scored) -> None:
        """Append the scores of some patients."""
        import pandas as pd

        visits = scored.visits
        names = pd.Series(list(visits.patients), dtype=object).to_numpy()
        self._append("visits", pd.DataFrame({"patient": names[visits.patient], "day": visits.day}))
        self._append("scores", scored.by_visit())
        self._append("patients", scored.by_patient())
        self._append("episodes", scored.episodes)
        new = [(r.name, r.label, r.unit, "answer" if r.is_answer else "number") for r in scored.results]
        new += [
            (s.name, s.label, s.unit, "patient answer" if isinstance(s.value, Answer) else "measure") for s in scored.summaries
        ]
        fresh = [row for row in new if row[0] not in self._named]
        self._named |= {row[0] for row in fresh}
        if fresh:
            self._append("labels", pd.DataFrame(fresh, columns=["name", "label", "unit", "kind"]))

    def _append(self, table: str, rows: pd.DataFrame) -> None:
        if len(rows):
            chosen = ", ".join(UNKNOWN.get((table, str(column)), f'"{column}"') for column in rows.columns)
            self._database.register("rows_to_add", rows)
            self._execute(f"INSERT INTO {table} SELECT {chosen} FROM rows_to_add")
            self._database.unregister("rows_to_add")

    def query(self, sql: str) -> pd.DataFrame:
        """The answer to an SQL question on the tables."""
        return self._execute(sql).df()

    def _execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        import duckdb

        try:
            return self._database.execute(sql)
        except duckdb.Error as error:
            raise InvalidFile(f"cannot make the tables: {str(error).splitlines()[0]}; nothing was written") from error

    def write(self, *, csv: bool) -> None:
        """Write the tables as Parquet, and as CSV too if asked."""
        for name in FILES:
            source = f"(SELECT * FROM {name} ORDER BY patient, start, toxicity)" if name == "episodes" else name
            self._copy(source, self._folder / f"{name}.parquet", "FORMAT parquet, COMPRESSION zstd")
            if csv:
                self._copy(source, self._folder / f"{name}.csv", "FORMAT csv, HEADER")

    def _copy(self, source: str, path: Path, form: str) -> None:
        target = str(path).replace("'", "''")
        self._execute(f"COPY {source} TO '{target}' ({form})")
