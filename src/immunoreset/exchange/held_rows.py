"""The rows of an intake while there are few enough to stay in memory: most files never need the disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from immunoreset.exchange.across_rows import Entries
from immunoreset.exchange.gathered import Gathered
from immunoreset.exchange.row_checks import Place, Rows

NUMBERS = ("date", "day", "clock", "lasting", "value", "lower", "upper", "cause", "beyond", "variant", "turn", "derived")


@dataclass
class HeldRows:
    """Blocks of rows, each with the number of its file, in the order in which they were read."""

    blocks: list[tuple[int, Rows]] = field(default_factory=list)
    size: int = 0
    entries: Entries | None = None

    def add(self, file: int, rows: Rows) -> None:
        self.blocks.append((file, rows))
        self.size += len(rows)

    def names(self) -> list[str]:
        """Patients with a row, sorted by name."""
        found = set()
        for _, rows in self.blocks:
            used = np.flatnonzero(np.bincount(rows.patient.codes, minlength=len(rows.patient.words)))
            found |= {rows.patient.words[code] for code in used.tolist()}
        return sorted(found)

    def gather(self, *, files: Sequence[Place]) -> Gathered:
        """All rows."""
        names = self.names()
        place = {name: k for k, name in enumerate(names)}

        def joined(column: str) -> Any:
            return np.concatenate([getattr(rows, column) for _, rows in self.blocks])

        patient = [
            np.array([place.get(word, -1) for word in rows.patient.words], dtype=np.int64)[rows.patient.codes]
            for _, rows in self.blocks
        ]
        return Gathered(
            file=np.repeat([file for file, _ in self.blocks], [len(rows) for _, rows in self.blocks]),
            line=joined("lines"),
            patient=np.concatenate(patient),
            item=joined("item").astype(np.int64),
            files=files,
            patients=len(names),
            **{name: joined(name) for name in NUMBERS},
        )

    def settled(self) -> Iterator[tuple[Entries, list[str]]]:
        """What remains of the rows, by patient, and the names of the patients."""
        if self.entries is not None:
            order = np.argsort(self.entries.patient, kind="stable")
            yield self.entries.part(order), self.names()
