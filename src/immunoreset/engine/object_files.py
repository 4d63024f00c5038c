"""Machine code of kernels on disk, beside that of numba, so that a model that was solved once is not compiled again.

A file is called by the text that it was made from, the processor and the versions, and begins with a checksum: what is not whole
is made anew. Only the newest files stay. Like numba's, they are trusted as the folder is.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from immunoreset.engine.code_cache import place

MOST_FILES = 64  # of about 150 kB
_SUFFIX, _CHECK = ".kernels", 32


def stored(name: str) -> bytes | None:
    """The machine code of this name; None where it is not there or not whole."""
    folder = place()
    if folder is None:
        return None
    with suppress(OSError):
        content = (folder / f"{name}{_SUFFIX}").read_bytes()
        if hashlib.sha256(content[_CHECK:]).digest() == content[:_CHECK]:
            return content[_CHECK:]
    return None


def store(name: str, code: bytes) -> None:
    """Keep machine code; a folder that cannot be written keeps none."""
    folder = place()
    if folder is None:
        return
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(code).digest() + code)
        os.replace(scratch, folder / f"{name}{_SUFFIX}")
        _clear(folder)


def _clear(folder: Path) -> None:
    """The files that were written longest ago make room."""
    files = sorted(folder.glob(f"*{_SUFFIX}"), key=lambda file: file.stat().st_mtime)
    for file in files[:-MOST_FILES]:
        file.unlink(missing_ok=True)
