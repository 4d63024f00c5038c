"""The published tables behind the scores, as CSV files beside this one; each row names its source and how it was obtained."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def read(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a table, as text, in the order of the file.

    >>> read("gc_equivalents")[0]["drug"]
    'prednisone'
    """
    text = (files("immunoreset.endpoints") / "tables" / f"{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
