"""What can be written down about a patient: every item and analyte that files and scores know, with its kind and its names."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from immunoreset.endpoints import quantities
from immunoreset.errors import unknown

Kind = Literal["yes_no", "quantity", "points", "word", "dose"]
InADay = Literal["highest", "lowest", "worst", "latest"]


@dataclass(frozen=True)
class Item:
    """One item. `measure` is its `Quantity` class; a `dose` is mg a day of the glucocorticoid named by `drug`.

    Tables hold numbers only: yes is 1, no is 0, a word is its place in `words`. `lowest` and `highest` are what is possible in
    the standard unit; `domain` and `test_code` are its place in CDISC SDTM (sponsor-defined where no code list has it). Of
    several values at different times of a day the one `in_a_day` counts; worst is yes over no, or the last of `words`.
    """

    code: str
    label: str
    kind: Kind
    measure: type[quantities.Quantity] | None
    drug: str
    lowest: float
    highest: float
    words: tuple[str, ...]
    domain: str
    test_code: str
    synonyms: tuple[str, ...]
    in_a_day: InADay

    @property
    def unit(self) -> str:
        """The standard unit, in which tables hold its values; empty for what has none."""
        if self.kind == "dose":
            return quantities.Prednisone.standard_unit()
        return self.measure.standard_unit() if self.measure else ""


@cache
def items() -> dict[str, Item]:
    """All items by code.

    >>> items()["CRP"].unit, items()["BILAG_RENAL"].words[-1]
    ('mg/L', 'A')
    """
    text = (files("immunoreset.endpoints") / "items.csv").read_text("utf-8")
    return {row["code"]: _item(row) for row in csv.DictReader(text.splitlines())}


def _item(row: dict[str, str]) -> Item:
    kind: Kind = row["kind"]  # type: ignore[assignment]
    in_a_day: InADay = row["in_a_day"]  # type: ignore[assignment]
    words = tuple(row["words"].split("|")) if row["words"] else ()
    return Item(
        code=row["code"],
        label=row["label"],
        kind=kind,
        measure=getattr(quantities, row["measure"]) if kind == "quantity" else None,
        drug=row["measure"] if kind == "dose" else "",
        lowest=float(row["lowest"] or 0),
        highest=float(row["highest"] or max(len(words) - 1, 1)),
        words=words,
        domain=row["domain"],
        test_code=row["testcd"],
        synonyms=tuple(row["synonyms"].split("|")) if row["synonyms"] else (),
        in_a_day=in_a_day,
    )


@cache
def _codes_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items().values():
        for name in (item.code, item.test_code, item.label, *item.synonyms):
            found.setdefault(name.lower(), item.code)
    return found


def find(name: str) -> Item:
    """The item of this code, CDISC test code, label or synonym, in any case. Raises UnknownName.

    >>> find("hemoglobin").code, find("PROTCRT").code
    ('HGB', 'UPCR')
    """
    code = _codes_by_name().get(name.strip().lower())
    if code is None:
        raise unknown("item", name, items(), "`immunoreset score --items` lists all")
    return items()[code]
