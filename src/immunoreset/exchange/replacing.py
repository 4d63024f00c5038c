"""Replaces a file only when the new one is complete; on any failure the old one stays and nothing else is left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from immunoreset.errors import InvalidFile


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A scratch path beside the file, to be filled; it takes the file's place at the end.

    Raises InvalidFile when the folder does not exist or cannot be written.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        scratch.touch()
        yield scratch
        os.replace(scratch, path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InvalidFile(f"cannot write '{path}': {reason}; nothing was written") from error
    finally:
        scratch.unlink(missing_ok=True)
