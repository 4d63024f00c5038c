"""What was simulated already: beside the place of the result until that is complete, so that a killed run goes on; then in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidFile

Floats = NDArray[np.float64]
KEY, IN_RESULT = "key.json", "parts"


def folder_of(place: Path) -> Path:
    """Where the parts of a run lie until its result is complete at `place`."""
    return place.absolute().parent / f".{place.name}.parts"


class Parts:
    """Arrays by name in a folder of their own. `key` says what they are parts of; parts of anything else are thrown away.

    `found` counts parts that were there already, `made` those that were simulated.
    """

    def __init__(self, place: Path, key: Mapping[str, object]) -> None:
        self.folder = folder_of(place)
        self.found = self.made = 0
        text = json.dumps(key, sort_keys=True)
        try:
            if self.folder.exists() and _text(self.folder / KEY) != text:
                shutil.rmtree(self.folder)
            if not self.folder.exists() and _text(place / IN_RESULT / KEY) == text:
                shutil.copytree(place / IN_RESULT, self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(self.folder / KEY, text.encode())
        except OSError as fault:
            raise InvalidFile(
                f"cannot keep parts of the run in '{self.folder}': {fault.strerror}; choose another --out"
            ) from None

    def get(self, name: str, make: Callable[[], dict[str, Floats]]) -> dict[str, Floats]:
        """The arrays of a part: those that are there, else made and kept."""
        file = self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.npz"
        try:
            with np.load(file, allow_pickle=False) as there:
                arrays = {str(key): there[f"a{place}"] for place, key in enumerate(there["names"])}
            self.found += 1
            return arrays
        except (OSError, ValueError, KeyError, BadZipFile, EOFError):
            pass
        arrays = make()
        scratch = file.with_suffix(f".{os.getpid()}.tmp")
        try:
            with scratch.open("wb") as stream:
                numbered: dict[str, Any] = {f"a{place}": values for place, values in enumerate(arrays.values())}
                np.savez_compressed(stream, names=np.array(list(arrays), dtype=str), **numbered)
            scratch.replace(file)
        except OSError as fault:
            scratch.unlink(missing_ok=True)
            raise InvalidFile(f"cannot keep a part of the run in '{self.folder}': {fault.strerror}") from None
        self.made += 1
        return arrays

    def copy_into(self, result: Path) -> None:
        """Keep the parts in the folder of the result, for a later `--check`."""
        shutil.copytree(self.folder, result / IN_RESULT, ignore=shutil.ignore_patterns("*.tmp"))

    def clear(self) -> None:
        """Throw away the parts beside the place; the result is complete."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


def _write(path: Path, content: bytes) -> None:
    scratch = path.with_suffix(f".{os.getpid()}.tmp")
    scratch.write_bytes(content)
    scratch.replace(path)
