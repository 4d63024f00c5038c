"""Infections after cell therapy: graded by treatment, sorted by kind, and counted per patient-year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from scipy.special import gammaincinv

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.together import grade as highest_step
from immunoreset.endpoints.toxicity.ctcae_clinical import only_5
from immunoreset.endpoints.toxicity.findings import YesNo
from immunoreset.errors import InvalidValue, unknown

Term = Literal["Lung infection", "Urinary tract infection", "Upper respiratory infection", "Infections - other"]
TERMS = ("Lung infection", "Urinary tract infection", "Upper respiratory infection", "Infections - other")
KINDS = ("bacterial", "viral", "fungal", "parasitic", "opportunistic", "unknown")


class Rate(NamedTuple):
    """Events per patient-year with an exact interval."""

    events: int
    patient_years: float
    per_year: float
    low: float
    high: float


def grade(
    term: Term,
    *,
    version: str,
    present: YesNo = True,
    oral_or_local: YesNo,
    intravenous_or_invasive: YesNo,
    life_threatening: YesNo = False,
    died: YesNo = False,
) -> Range:
    """CTCAE grade by treatment: oral or local 2, intravenous, invasive or in hospital 3, life-threatening 4, death 5.

    Without treatment "Infections - other" is grade 1 and the other terms, which start at 2, are 0. Raises UnknownName for
    another term or version 6.0.

    >>> grade("Lung infection", version="5.0", oral_or_local=True, intravenous_or_invasive=False)
    Range(2)

    Source: CTCAE 5.0 (2017), recalled.
    """
    if term not in TERMS:
        raise unknown("infection term", term, TERMS)
    only_5(version, term)
    there = Answer.of(present)
    first = there & (term == "Infections - other")
    others = (oral_or_local, intravenous_or_invasive, life_threatening, died)
    return highest_step(first, *(there & Answer.of(step) for step in others))


def rate(events: int, patient_years: float, *, confidence: float = 0.95) -> Rate:
    """Events per patient-year with the exact Poisson interval. Raises InvalidValue for a negative count or no time.

    >>> found = rate(5, 10.0)
    >>> f"{found.per_year:.2f} ({found.low:.2f}-{found.high:.2f})"
    '0.50 (0.16-1.17)'

    Source: Garwood 1936, Biometrika 28:437.
    """
    if events < 0 or patient_years <= 0 or not 0 < confidence < 1:
        given = f"{events}, {patient_years}, {confidence}"
        raise InvalidValue(f"a rate needs a count from 0, a time above 0 and a confidence between 0 and 1, not {given}")
    tail = (1 - confidence) / 2
    low = float(gammaincinv(events, tail)) if events else 0.0
    high = float(gammaincinv(events + 1, 1 - tail))
    return Rate(events, patient_years, events / patient_years, low / patient_years, high / patient_years)


def rates_by_kind(kinds: Iterable[str], patient_years: float, *, confidence: float = 0.95) -> dict[str, Rate]:
    """One rate for each kind of infection, also for those that did not occur. Raises UnknownName for another kind.

    >>> {kind: found.events for kind, found in rates_by_kind(["viral", "viral"], 3.0).items() if found.events}
    {'viral': 2}
    """
    seen = list(kinds)
    for kind in seen:
        if kind not in KINDS:
            raise unknown("kind of infection", kind, KINDS)
    return {kind: rate(seen.count(kind), patient_years, confidence=confidence) for kind in KINDS}
