"""Where compiled code is kept between runs, and what to do where no folder can be written, as in many containers."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numba

NO_PLACE = (
    "no folder can keep compiled code, so it is compiled anew in every run; name one that can be written in NUMBA_CACHE_DIR"
)


def choose_place() -> None:
    """Keep compiled code in a folder of this run alone where numba finds none that can be written, and say so."""
    if _can_be_kept():
        return
    folder = tempfile.mkdtemp(prefix="immunoreset-code-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    numba.config.CACHE_DIR = folder  # type: ignore[attr-defined]
    warnings.warn(NO_PLACE, RuntimeWarning, stacklevel=2)


def _can_be_kept() -> bool:
    try:
        numba.njit(cache=True)(_nothing)
    except RuntimeError:  # "no locator available"
        return False
    return True


@cache
def place() -> Path | None:
    """The folder where numba keeps compiled code of this file; None where it keeps none."""
    folder = numba.njit(cache=True)(_nothing).stats.cache_path
    return Path(folder) if folder else None


def _nothing() -> None:
    """Never called: numba looks for a place when it is told to keep a function."""


def is_kept(function: Any) -> bool:
    """Whether an earlier run has left the compiled code of a function, so that this one need not wait for it."""
    folder = Path(function.stats.cache_path)
    name = function.py_func.__qualname__
    return any(f".{name}-" in file.name for file in folder.glob("*.nbi"))


choose_place()
