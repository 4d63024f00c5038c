"""The 24 items of SLEDAI: weights, organs, what they share between versions and what excludes them.

Weights and definitions of SLEDAI-2K are found in public sources; the SELENA differences and the list of major organs for LLDAS
are recalled, to be checked against Petri 2005 and Franklyn 2016 (columns `status` and `source` of tables/sledai2k_items.csv).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer
from immunoreset.endpoints.tables import read
from immunoreset.errors import InvalidValue, unknown

Version = Literal["2K", "SELENA"]
VERSIONS: tuple[Version, ...] = ("2K", "SELENA")
YesNo = Answer | ArrayLike | None
Items = Mapping[str, YesNo]

_CAUSES = {"infectious": "infection", "other cause": "other", "scarring/damage": "damage"}
_SELENA_ALSO_EXCLUDES = {"SEIZURE": ("damage",), "CVA": ("hypertension",)}


@dataclass(frozen=True)
class SledaiItem:
    """One item; `limit` is the number that its rule compares with, None for an item that only a clinician can judge."""

    code: str
    label: str
    weight: int
    organ: str
    clinical: bool
    lldas_major_organ: bool
    limit: float | None
    definition: str
    excluded_if_due_to: tuple[str, ...]
    selena_difference: str

    def excluding_causes(self, version: Version) -> tuple[str, ...]:
        """Causes other than lupus for which the item does not score."""
        return self.excluded_if_due_to + (_SELENA_ALSO_EXCLUDES.get(self.code, ()) if version == "SELENA" else ())


def _item(row: dict[str, str]) -> SledaiItem:
    compared = re.search(r"[<>]=?\s*([\d.]+)", row["rule"])
    causes = [cause.strip() for cause in row["exclude_if_due_to"].split(";") if cause.strip()]
    return SledaiItem(
        code=row["code"],
        label=row["item"],
        weight=int(row["weight"]),
        organ=row["organ"],
        clinical=row["in_csledai"] == "Y",
        lldas_major_organ=row["lldas_major_organ"] == "Y",
        limit=float(compared[1]) if compared else None,
        definition=row["definition_own_words"],
        excluded_if_due_to=tuple(_CAUSES.get(cause, cause) for cause in causes),
        selena_difference="" if row["selena_difference"] == "same" else row["selena_difference"],
    )


ITEMS = tuple(_item(row) for row in read("sledai2k_items"))
BY_CODE = {item.code: item for item in ITEMS}
CODES = tuple(BY_CODE)
ORGANS = tuple(dict.fromkeys(item.organ for item in ITEMS))
HIGHEST = sum(item.weight for item in ITEMS)
HIGHEST_CLINICAL = sum(item.weight for item in ITEMS if item.clinical)


def check_version(version: str) -> None:
    """Raises UnknownName for any version but "2K" and "SELENA"."""
    if version not in VERSIONS:
        raise unknown("SLEDAI version", version, VERSIONS)


def limit_of(code: str) -> float:
    """The number in the rule of an item, such as 5 cells per field. Raises InvalidValue for an item that has none.

    >>> limit_of("HEMATURIA"), limit_of("THROMBOCYTOPENIA")
    (5.0, 100.0)
    """
    limit = BY_CODE[code].limit
    if limit is None:
        raise InvalidValue(f"SLEDAI item {code} has no numeric rule: a clinician judges it")
    return limit


def answers(items: Items) -> dict[str, Answer]:
    """All 24 items as answers; what the mapping does not name is missing. Raises UnknownName for a code that is no item.

    >>> answers({"RASH": True})["RASH"], answers({"RASH": True})["DNA"]
    (Answer(True), Answer(None))
    """
    for code in items:
        if code not in BY_CODE:
            raise unknown("SLEDAI item", code, CODES)
    return {code: Answer.of(items.get(code)) for code in CODES}


def only(*codes: str) -> dict[str, Answer]:
    """These items present and all others absent, for a visit at which every item was judged. Raises UnknownName.

    >>> {**only("RASH"), "DNA": None}["FEVER"]
    Answer(False)
    """
    given = answers(dict.fromkeys(codes, True))
    return {code: Answer.of(code in codes) for code in given}
