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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from immunoreset.errors import InvalidFile, InvalidValue, first_lower, quoted
from immunoreset.placing import (
    PARTIAL,
    cannot_write,
    clear_beside,
    folders_above,
    lock,
    replace_folder,
    replacing,
    true_place,
    unlock,
    usual_mode,
)

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
ROWS_AT_ONCE = 30_720  # of a table, compressed together


def check_place(folder: Path, *, force: bool) -> None:
    """Refuse a place that is taken, unless a run lies there and may be replaced."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InvalidFile(f"'{folder}' is a file, not a folder; choose another place with --out")
    if any(folder.iterdir()):
        if not force:
            raise InvalidFile(
                f"the folder '{folder}' exists; replace it with --force (in Python force=True), or choose another with --out"
            )
        if not (folder / MANIFEST).is_file():
            reason = f"is not a run (no {MANIFEST}), so --force will not replace it"
            raise InvalidFile(f"the folder '{folder}' {reason}; choose another with --out")


def _check_encoding(place: Path) -> None:
    """Tables can be written only where the whole path is UTF-8."""
    try:
        str(place).encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidFile(f"the path {quoted(str(place))} is not UTF-8; choose another place with --out") from None


@contextmanager
def scratch_folder(place: Path) -> Iterator[Path]:
    """An empty folder beside `place`, held by this process and gone afterwards; what killed processes left there goes first."""
    clear_beside(place)
    while True:
        scratch = Path(tempfile.mkdtemp(prefix=f".{place.name}-", suffix=PARTIAL, dir=place.parent))
        held = lock(scratch, wait=True)
        if held is None or scratch.exists():  # else another process has cleared it before it was held
            break
        unlock(held)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        unlock(held)


@contextmanager
def new_run(folder: Path, *, force: bool = False) -> Iterator[Path]:
    """A scratch folder to fill; on success it becomes `folder`, on any failure it disappears.

    Where `folder` is a link, its target is what becomes the run. A run that finds its place taken by another one that was made
    meanwhile is kept beside it, and InvalidFile says where. Raises InvalidFile when the place is taken or cannot be written,
    before any work is done.
    """
    folder = Path(folder)
    try:
        place = true_place(folder)
        _check_encoding(place)
        with folders_above(place), scratch_folder(place) as scratch:
            check_place(folder, force=force)
            yield scratch
            _put_in_place(scratch, place, force=force)
    except OSError as error:
        raise cannot_write(folder, error) from error


def _put_in_place(scratch: Path, place: Path, *, force: bool) -> None:
    """Give the finished run its place, unless somebody else has taken it meanwhile."""
    scratch.chmod(usual_mode(scratch))
    try:
        check_place(place, force=force)
        if place.exists() and any(place.iterdir()):
            replace_folder(scratch, place)
        else:
            os.rename(scratch, place)  # which fails where another run has just come to lie
    except (InvalidFile, FileExistsError, NotADirectoryError) as error:
        raise _kept_beside(scratch, place) from error
    except OSError as error:
        if error.errno != errno.ENOTEMPTY:
            raise
        raise _kept_beside(scratch, place) from error


def _kept_beside(scratch: Path, place: Path) -> InvalidFile:
    """Keep the work under the first free name beside its place, and say so."""
    number = 2
    while True:
        beside = place.with_name(f"{place.name}-{number}")
        with suppress(FileExistsError):
            beside.mkdir()
            os.rename(scratch, beside)
            return InvalidFile(f"'{place}' was taken by another run meanwhile; that one stays, and this run is in '{beside}'")
        number += 1


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


def replace_text(path: Path, text: str, *, thing: str = "file", option: str = "--out") -> None:
    """A text file outside a run: written under a temporary name, then renamed, so that it is never half there.

    Raises InvalidFile, which calls the file `thing` and names the `option` of its place, where it cannot be written.
    """
    with replacing(path, thing=thing, option=option, folders=True) as scratch:
        write_text(scratch, text)


def write_text(path: Path, text: str) -> None:
    """A text as UTF-8; what UTF-8 cannot hold, such as the name of a file in another encoding, is written as an escape."""
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    write_text(path, to_json(document) + "\n")


def write_table(path: Path, *parts: Mapping[str, Any]) -> None:
    """One Parquet file of the columns of the parts, one below the other; a part without a column has nan there.

    A column of few words is best given as a pandas Categorical, with the same categories in all parts.
    """
    import duckdb

    table = joined(parts)
    try:
        with duckdb.connect() as connection:
            connection.execute("SET threads = 1")  # several threads hold several groups of rows, and take more time in all
            connection.register("columns_of_table", table)
            target = str(path).replace("'", "''")
            form = f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROWS_AT_ONCE}"
            connection.execute(f"COPY columns_of_table TO '{target}' ({form})")
    except duckdb.Error as error:
        if os.strerror(errno.ENOSPC) in str(error):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        first_line = str(error).splitlines()[0]
        raise InvalidFile(f"cannot write the table '{path.name}': {first_line}; nothing was written") from error


def joined(parts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The columns of the parts, one below the other; those of a single part are not copied."""
    import pandas as pd

    tables = [pd.DataFrame(dict(part), copy=False) for part in parts]
    return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)


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
        """The answer to an SQL question; every Parquet file is a table by its name, such as `outcomes`.

        Raises InvalidValue for a question that cannot be answered.
        """
        import duckdb

        with duckdb.connect() as connection:
            for table in sorted(self.folder.glob("*.parquet")):
                target = str(table).replace("'", "''")
                connection.execute(f"CREATE VIEW \"{table.stem}\" AS SELECT * FROM '{target}'")
            try:
                return connection.execute(sql).df()
            except duckdb.Error as error:
                lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith(("LINE ", " "))]
                raise InvalidValue(f"the question cannot be answered: {first_lower(' '.join(lines))}") from None


def open_run(folder: Path | str) -> Run:
    """A run that was written earlier."""
    run = Run(Path(folder))
    if not (run.folder / MANIFEST).is_file():
        raise InvalidFile(f"'{folder}' is not a run: it has no {MANIFEST}")
    return run
