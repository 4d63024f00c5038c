"""A run on disk: one folder with manifest.json, summary.json, Parquet tables and report.html.

The folder appears complete or not at all: it is written under a temporary name beside its place and renamed at the end. A full
disk, a missing permission or Ctrl-C leaves nothing behind, and a run that is being replaced stays until the new one is complete.
"""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from immunoreset.errors import InvalidFile
from immunoreset.safe_file import replacing

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MANIFEST = "manifest.json"


def _because(folder: Path, error: OSError) -> InvalidFile:
    """The one line for a write that failed."""
    advice = "choose another place with --out; nothing was written"
    if error.errno == errno.ENOSPC:
        return InvalidFile(f"no space left on the disk of '{folder}'; free some, or {advice}")
    return InvalidFile(f"cannot write the folder '{folder}': {(error.strerror or str(error)).lower()}; {advice}")


def check_place(folder: Path, *, force: bool) -> None:
    """Refuse a place that is taken, unless a run lies there and may be replaced."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InvalidFile(f"'{folder}' is a file, not a folder; choose another place with --out")
    if any(folder.iterdir()):
        if not force:
            raise InvalidFile(f"the folder '{folder}' exists; replace it with --force, or choose another with --out")
        if not (folder / MANIFEST).is_file():
            reason = f"is not a run (no {MANIFEST}), so --force will not replace it"
            raise InvalidFile(f"the folder '{folder}' {reason}; choose another with --out")


@contextmanager
def new_run(folder: Path, *, force: bool = False) -> Iterator[Path]:
    """A scratch folder to fill; on success it becomes `folder`, on any failure it disappears.

    Raises InvalidFile when the place is taken or cannot be written, before any work is done.
    """
    folder = Path(folder)
    try:
        check_place(folder, force=force)
        made = [parent for parent in folder.parents if not parent.exists()]
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", suffix=".partial", dir=folder.parent))
    except OSError as error:
        raise _because(folder, error) from error
    try:
        yield scratch
        scratch.chmod(0o755)
        _put_in_place(scratch, folder)
    except OSError as error:
        raise _because(folder, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        for parent in made:
            with suppress(OSError):  # not empty: the run lies in it
                parent.rmdir()


def _put_in_place(scratch: Path, folder: Path) -> None:
    """Rename the finished run; the one that it replaces is deleted last."""
    if not folder.exists():
        os.rename(scratch, folder)
        return
    aside = scratch.with_suffix(".replaced")
    os.rename(folder, aside)
    try:
        os.rename(scratch, folder)
    except OSError:
        os.rename(aside, folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _plain(value: Any) -> Any:
    """JSON knows neither nan nor NumPy numbers: nan becomes null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def to_json(document: Mapping[str, Any]) -> str:
    """Text of a JSON document; numbers that do not exist are null.

    >>> to_json({"day": float("nan")})
    '{\\n  "day": null\\n}'
    """
    return json.dumps(_plain(document), indent=2, ensure_ascii=False)


def replace_text(path: Path, text: str) -> None:
    """A text file outside a run: written under a temporary name, then renamed, so that it is never half there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as scratch:
        scratch.write_text(text, encoding="utf-8")


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(to_json(document) + "\n", encoding="utf-8")


def write_table(path: Path, columns: Mapping[str, np.ndarray | list]) -> None:
    """One Parquet file; a column of few words is best given as a pandas Categorical."""
    import duckdb
    import pandas as pd

    table = pd.DataFrame(dict(columns), copy=False)
    try:
        with duckdb.connect() as connection:
            connection.register("columns_of_table", table)
            target = str(path).replace("'", "''")
            connection.execute(f"COPY columns_of_table TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    except duckdb.Error as error:
        if os.strerror(errno.ENOSPC) in str(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        first_line = str(error).splitlines()[0]
        raise InvalidFile(f"cannot write the table '{path.name}': {first_line}; nothing was written") from error


@dataclass(frozen=True)
class Run:
    """A finished run: its manifest, its summary, and its tables to query."""

    folder: Path

    @property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / MANIFEST).read_text("utf-8"))

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.folder / "summary.json").read_text("utf-8"))

    def query(self, sql: str) -> pd.DataFrame:
        """The answer to an SQL question; every Parquet file is a table by its name, such as `outcomes`."""
        import duckdb

        with duckdb.connect() as connection:
            for table in sorted(self.folder.glob("*.parquet")):
                target = str(table).replace("'", "''")
                connection.execute(f"CREATE VIEW \"{table.stem}\" AS SELECT * FROM '{target}'")
            return connection.execute(sql).df()


def open_run(folder: Path | str) -> Run:
    """A run that was written earlier."""
    run = Run(Path(folder))
    if not (run.folder / MANIFEST).is_file():
        raise InvalidFile(f"'{folder}' is not a run: it has no {MANIFEST}")
    return run
