"""The 2019 EULAR/ACR criteria by which a patient is classified as having lupus.

Antinuclear antibodies open the door; then each organ domain gives the weight of its heaviest criterion. A criterion counts
once it has ever been present, not only now, and only if nothing else explains it better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.tables import read
from immunoreset.endpoints.together import any_of, maximum, total
from immunoreset.errors import unknown

POINTS_NEEDED = 10.0


@dataclass(frozen=True)
class Criterion:
    """One criterion; `clinical` is False for the immunological ones."""

    code: str
    label: str
    domain: str
    clinical: bool
    weight: float
    definition: str


class Classification(NamedTuple):
    """`lupus` needs the entry criterion, 10 points and one clinical criterion; `domains` holds the points of each domain."""

    score: Range
    clinical: Answer
    lupus: Answer
    domains: Mapping[str, Range]


@cache
def criteria_2019() -> Mapping[str, Criterion]:
    """All criteria by code.

    >>> criteria_2019()["LN3_4"].weight
    10.0
    """
    return {
        row["code"]: Criterion(
            code=row["code"],
            label=row["criterion"],
            domain=row["domain"],
            clinical=row["kind"] == "clinical",
            weight=float(row["weight"]),
            definition=row["definition"],
        )
        for row in read("eular_acr_2019")
    }


def classify_eular_acr_2019(
    criteria: Mapping[str, Answer | bool | ArrayLike | None], *, ana: Answer | bool | ArrayLike | None
) -> Classification:
    """Score and classification from yes or no for each criterion; one that is not named is missing.

    `ana` is whether antinuclear antibodies were ever found at 1:80 or more. Raises UnknownName for a criterion that does not
    exist.

    >>> absent = dict.fromkeys(criteria_2019(), False)
    >>> found = classify_eular_acr_2019(absent | {"ALOP": True, "ACLE": True, "JOINT": True}, ana=True)
    >>> found.score, found.lupus
    (Range(12), Answer(True))

    Source: Aringer 2019, Ann Rheum Dis 78:1151; weights in tables/eular_acr_2019.csv.
    """
    known = criteria_2019()
    for code in criteria:
        if code not in known:
            raise unknown("criterion of EULAR/ACR 2019", code, known)
    present = {code: Answer.of(criteria.get(code)) for code in known}
    domains = {domain: Range.of(0) for domain in dict.fromkeys(criterion.domain for criterion in known.values())}
    for code, criterion in known.items():
        domains[criterion.domain] = maximum(domains[criterion.domain], present[code].points(criterion.weight))
    score = total(domains.values())
    clinical = any_of(present[code] for code, criterion in known.items() if criterion.clinical)
    return Classification(score, clinical, Answer.of(ana) & (score >= POINTS_NEEDED) & clinical, domains)
