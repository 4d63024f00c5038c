"""What is known not to fit: shown wherever the evidence is, so that nobody has to find it out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from immunoreset.evidence.library import evidence
from immunoreset.evidence.rows import Row


@dataclass(frozen=True)
class Misfit:
    """What does not fit, in words, and the rows of the evidence that say so; none where nobody has published a number."""

    title: str
    text: str
    rows: tuple[Row, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The publications, each once."""
        names = (evidence().publications[row.publication].name for row in self.rows)
        return tuple(dict.fromkeys(names))


@cache
def misfits() -> tuple[Misfit, ...]:
    """All of them, in the order in which they matter. Raises UnknownName for a row that the evidence does not have."""
    document = tomllib.loads((files("immunoreset.evidence") / "misfits.toml").read_text("utf-8"))
    return tuple(Misfit(one["title"], one["text"], tuple(map(evidence().row, one["rows"]))) for one in document["misfit"])
