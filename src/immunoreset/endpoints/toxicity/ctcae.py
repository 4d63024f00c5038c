"""Laboratory toxicity by CTCAE 5.0 or 6.0: the grade of a value, and the shift from the grade before treatment."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import Quantity, need
from immunoreset.endpoints.toxicity.ctcae_terms import Limits, Version, find


class Shift(NamedTuple):
    """The grade before treatment, the worst grade after it, and whether it became worse."""

    baseline: Range
    worst: Range
    worse: Answer


def grade(
    term: str,
    value: Quantity | None,
    *,
    version: Version,
    lln: Quantity | None = None,
    uln: Quantity | None = None,
    baseline: Quantity | None = None,
) -> Range:
    """Laboratory grade of one value or an array, the highest tested first; a range where a missing limit could change it.

    `lln` and `uln` are the laboratory's limits of normal, `baseline` the value before treatment; each term asks for what its
    rule needs. Anaemia has no laboratory grade 4, and INR is graded as without anticoagulation. Raises UnknownName for a term
    that the version does not have and InvalidValue for another kind of measurement.

    >>> from immunoreset.endpoints.quantities import Neutrophils
    >>> counts = Neutrophils([0.3, 1.6], "10^9/L")
    >>> grade("Neutrophil count decreased", counts, version="5.0", lln=Neutrophils(1.8, "10^9/L")).values
    array([4., 1.])
    >>> grade("Neutrophil count decreased", counts, version="6.0").values
    array([3., 0.])

    Source: CTCAE 5.0 and 6.0 as coded in pharmaverse/admiral; 6.0 is to be checked against the NCI's own file.
    """
    kind, unit, rule = find(term, version)
    given = {"value": value, "lln": lln, "uln": uln, "baseline": baseline}
    ranges = {name: need(kind, one, f"{name} of {term}").to(unit) for name, one in given.items()}
    return rule.grade(ranges["value"], Limits(ranges["lln"], ranges["uln"], ranges["baseline"]))


def shift(baseline: Range, worst: Range) -> Shift:
    """The shift of a grade; after lymphodepletion a grade says little without the one before.

    How long a grade lasted is found by `episodes.of_grades(patient, day, grades, at_least=...)`.

    >>> shift(Range.of(4), Range.of(4)).worse.value
    False
    """
    return Shift(baseline, worst, worst > baseline)
