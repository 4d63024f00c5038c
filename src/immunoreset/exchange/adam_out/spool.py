"""Records of one dataset kept on disk until all patients are there, so that a study need not fit into memory."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from immunoreset.errors import InvalidFile
from immunoreset.exchange.dataset import BATCH_ROWS, Batch, Row


@dataclass
class Spool:
    """Records on disk, read again in the order in which they came; `longest` is the length of texts, by place of the column."""

    path: Path
    records: int = field(default=0, init=False)
    longest: dict[int, int] = field(default_factory=dict, init=False)

    def add(self, rows: list[Row]) -> None:
        """Raises InvalidFile when the disk is full."""
        try:
            with self.path.open("ab") as file:
                for start in range(0, len(rows), BATCH_ROWS):
                    pickle.dump(rows[start : start + BATCH_ROWS], file, protocol=pickle.HIGHEST_PROTOCOL)
        except OSError as error:
            raise InvalidFile(f"temporary files failed: {error.strerror}; set TMPDIR to a folder with more room") from error
        self.records += len(rows)
        for place, values in enumerate(zip(*rows, strict=True)):
            texts = {len(value) for value in set(values) if isinstance(value, str)}
            if texts:
                self.longest[place] = max(self.longest.get(place, 0), *texts)

    def batches(self, keep: Callable[[Row], bool] | None = None) -> Iterator[Batch]:
        """The records, or those that `keep` lets through."""
        if not self.records:
            return
        given = 0
        end = self.path.stat().st_size
        with self.path.open("rb") as file:
            while file.tell() < end:
                rows: list[Row] = pickle.load(file)
                rows = rows if keep is None else [row for row in rows if keep(row)]
                yield Batch(rows, range(given + 1, given + len(rows) + 1))
                given += len(rows)
