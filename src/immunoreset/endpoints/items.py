"""What can be written down about a patient: every item and analyte that files and scores know, with its kind and its names."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from immunoreset.endpoints import quantities
from immunoreset.endpoints.tables import read
from immunoreset.errors import UnknownName, unknown

Kind = Literal["yes_no", "quantity", "points", "word", "dose"]
InADay = Literal["highest", "lowest", "worst", "latest"]
TOTALS = ("sledai", "sledai2k", "selenasledai", "sletot", "doris", "lldas", "sri4", "bicla", "das28", "cdai", "sdai")
"""Scores that people write down as one number, in small letters without marks: none is an item, so no item is like them."""


@dataclass(frozen=True)
class Item:
    """One item. `measure` is its `Quantity` class; a `dose` is mg a day of the glucocorticoid named by `drug`.

    Tables hold numbers only: yes is 1, no is 0, a word is its place in `words`. `lowest` and `highest` are what is possible in
    the standard unit. Of several values at different times of a day the one `in_a_day` counts; worst is yes over no, or the last
    of `words`.

    `domain` and `test_code` are its place in CDISC SDTM, with `specimen` where the code alone does not tell; `nci_code` is empty
    where controlled terminology has no term, and the code is then an extension of ours. `parameter_code` is its code in ADaM,
    `aliases` are codes of older files that are read too.
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
    nci_code: str
    specimen: str
    parameter_code: str
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Everything by which a file may call it."""
        own = () if self.parameter_code != self.test_code else (self.test_code,)
        return (self.code, *own, self.parameter_code, self.label, *self.aliases, *self.synonyms)

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


@cache
def _terms() -> dict[str, dict[str, str]]:
    """What CDISC controlled terminology (SDTM CT, 2025-03-28) has for an item, by code."""
    return {row["item"]: row for row in read("cdisc_terms")}


def _item(row: dict[str, str]) -> Item:
    kind: Kind = row["kind"]  # type: ignore[assignment]
    in_a_day: InADay = row["in_a_day"]  # type: ignore[assignment]
    words = tuple(row["words"].split("|")) if row["words"] else ()
    term = _terms().get(row["code"], {})
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
        nci_code=term.get("nci_code", ""),
        specimen=term.get("specimen", ""),
        parameter_code=term.get("paramcd", "") or row["testcd"],
        aliases=tuple(filter(None, term.get("aliases", "").split("|"))),
    )


@cache
def _codes_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items().values():
        for name in filter(None, item.names):
            found.setdefault(name.lower(), item.code)
    return found


def find(name: str) -> Item:
    """The item of this code, CDISC test code, label or synonym, in any case. Raises UnknownName.

    >>> find("hemoglobin").code, find("PROTCRT").code
    ('HGB', 'UPCR')
    """
    code = _codes_by_name().get(name.strip().lower())
    if code is None and "".join(sign for sign in name.lower() if sign.isalnum()) in TOTALS:
        raise UnknownName(f"no item '{name}': it is a total, made here from its items; write those, and leave this row out")
    if code is None:
        raise unknown("item", name, items(), "`immunoreset score --items` lists all")
    return items()[code]
