"""Replaces a file only when the new one is complete; on any failure the old one stays and nothing else is left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from immunoreset.errors import InvalidFile


def check_file_place(path: Path, *, force: bool) -> None:
    """Refuse a place where a file cannot be put, before any work is done.

    Raises InvalidFile for a folder, for a file that is there already (unless `force`), and where its folder is not there or
    cannot be written.
    """
    if path.is_dir():
        raise InvalidFile(f"'{path}' is a folder, not a file; name a file with --out")
    if path.exists() and not force:
        raise InvalidFile(f"the file '{path}' exists; replace it with --force, or choose another with --out")
    if not path.parent.is_dir():
        raise InvalidFile(f"the folder '{path.parent}' does not exist; make it, or choose another place with --out")
    if not os.access(path.parent, os.W_OK):
        raise InvalidFile(f"the folder '{path.parent}' cannot be written; choose another place with --out")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A scratch path beside the file, to be filled; it takes the file's place at the end.

    Raises InvalidFile when the folder does not exist or cannot be written.
    """
    path = path.resolve()  # of a link, what it leads to
    scratch = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        scratch.touch()
        yield scratch
        os.replace(scratch, path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InvalidFile(f"cannot write '{path}': {reason}; nothing was written") from error
    finally:
        with suppress(OSError):  # what was never made cannot be removed
            scratch.unlink(missing_ok=True)
