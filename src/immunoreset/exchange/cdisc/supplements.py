"""Supplemental qualifiers: rows of SUPP-- datasets become columns of the dataset that they belong to.

Only qualifiers that a reader knows are joined; the others are counted by name. A qualifier that its dataset has as a variable of
its own stays in the shadow of that variable where that is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from immunoreset.exchange.cdisc.blocks import blocks, text_of
from immunoreset.exchange.dataset import Batch, Column, Dataset, Row, Value

NEEDED = ("USUBJID", "QNAM", "QVAL")
ASTCT_GRADE = ("ASTCTGR", "ASTCTGRD", "CRSGR", "CRSGRADE", "ICANSGR", "ICANSGRD")
USED = (*ASTCT_GRADE, "ATTRIB", "PREDEQ")  # names of qualifiers that scores use
Key = tuple[str, str, str]


def parent_of(dataset: Dataset) -> str:
    """The domain whose records a dataset of supplemental qualifiers adds to, "" for any other dataset.

    >>> parent_of(Dataset.of_rows("SUPPAE", "", [], [])), parent_of(Dataset.of_rows("AE", "", [], []))
    ('AE', '')
    """
    name = dataset.name.upper()
    return name[4:6] if name.startswith("SUPP") and len(name) > len("SUPP") else ""


@dataclass
class Supplement:
    """Qualifiers by subject and record: `values` of each name by (subject, variable, value of it); `left` counts the others."""

    name: str
    lacking: str = ""
    values: dict[str, dict[Key, str]] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    joined: set[tuple[str, Key]] = field(default_factory=set)

    @classmethod
    def of(cls, dataset: Dataset) -> Supplement:
        """From a SUPP-- dataset; `lacking` names what it must have and does not."""
        found = cls(dataset.name, ", ".join(name for name in NEEDED if name not in dataset.names))
        if found.lacking:
            return found
        for block in blocks(dataset):
            names = ("USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL")
            for subject, variable, value, name, given in zip(*(block.text(one).tolist() for one in names), strict=True):
                if name.upper() in USED:
                    found.values.setdefault(name.upper(), {})[subject, variable.upper(), _plain(value)] = given
                else:
                    found.left[name.upper()] += 1
        return found

    @property
    def variables(self) -> set[str]:
        """Variables of the parent by which records are found."""
        return {variable for found in self.values.values() for _, variable, _ in found if variable}

    def join(self, dataset: Dataset) -> Dataset:
        """The dataset with a column for each qualifier."""
        if not self.values:
            return dataset
        fresh = tuple(Column(name, name, "string") for name in self.values if name not in dataset.names)
        return replace(dataset, columns=(*dataset.columns, *fresh), batches=lambda: self._batches(dataset, fresh))

    def _batches(self, dataset: Dataset, fresh: tuple[Column, ...]) -> Iterator[Batch]:
        if "USUBJID" not in dataset.names:
            yield from dataset.batches()
            return
        subject = dataset.index("USUBJID")
        places = {name: dataset.index(name) for name in self.variables if name in dataset.names}
        own = {name: dataset.index(name) for name in self.values if name in dataset.names}
        for batch in dataset.batches():
            rows: list[Row] = []
            for row in batch.rows:
                keys = [(text_of(row[subject]), name, _plain(text_of(row[place]))) for name, place in places.items()]
                keys.append((text_of(row[subject]), "", ""))  # qualifiers of the subject as a whole, as in SUPPDM
                values: list[Value] = list(row)
                for name, place in own.items():
                    values[place] = text_of(row[place]) or self._value(name, keys)
                rows.append((*values, *(self._value(column.name, keys) for column in fresh)))
            yield batch._replace(rows=rows)

    def _value(self, name: str, keys: list[Key]) -> str:
        key = next((key for key in keys if key in self.values[name]), None)
        if key is None:
            return ""
        self.joined.add((name, key))
        return self.values[name][key]

    def notes(self) -> list[str]:
        """What became of the qualifiers, in sentences, once their dataset was read."""
        told = ", ".join(f"{name} {rows:,} row{'' if rows == 1 else 's'}" for name, rows in sorted(self.left.items()))
        given = sum(map(len, self.values.values()))
        lost = given - len(self.joined)
        notes = [f"{self.name}: not used by any score: {told}"] if told else []
        return [*notes, f"{self.name}: {lost:,} of {given:,} qualifiers belong to no record"] if lost else notes


def _plain(value: str) -> str:
    """The value of a key as text: 1, 01 and 1.0 are one sequence number."""
    try:
        return f"{float(value):.15g}"
    except ValueError:
        return value
