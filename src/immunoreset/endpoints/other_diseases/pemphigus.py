"""Pemphigus: extent by the disease area index (PDAI), and complete remission off glucocorticoid."""

from __future__ import annotations

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.together import grade

CATEGORIES = ("moderate", "significant", "extensive")
SIGNIFICANT, EXTENSIVE = 15, 45  # PDAI, at least
OFF_THERAPY_DAYS = 56  # two months of visits every four weeks


def extent(pdai: Range) -> Range:
    """The extent of disease: 0 moderate (below 15), 1 significant (15 to 44), 2 extensive (45 or more).

    >>> [extent(Range.of(points)).value for points in (14, 15, 44, 45)]
    [0.0, 1.0, 1.0, 2.0]

    Source: Boulard 2016, Br J Dermatol (recalled), to be checked.
    """
    return grade(pdai >= SIGNIFICANT, pdai >= EXTENSIVE)


def free_of_lesions(pdai: Range) -> Answer:
    """Whether no lesion, new or established, is left: an activity of 0.

    >>> free_of_lesions(Range.of(0)), free_of_lesions(Range.of(1))
    (Answer(True), Answer(False))

    Source: Murrell 2008, 10.1016/j.jaad.2008.01.012 (recalled), to be checked.
    """
    return pdai.equals(0)


def complete_remission_off_therapy(lesion_free: Answer, treated_lately: Answer) -> Answer:
    """Complete remission off therapy: no lesion, and no glucocorticoid now or in the two months before.

    >>> complete_remission_off_therapy(Answer.of(True), Answer.of(False))
    Answer(True)

    Source: Murrell 2008, 10.1016/j.jaad.2008.01.012 (recalled), to be checked; other drugs are not asked for.
    """
    return lesion_free & ~treated_lately
