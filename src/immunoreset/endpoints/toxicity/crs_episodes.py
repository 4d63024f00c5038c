"""Cytokine release syndrome over time: grades of every assessment and day, and episodes from first fever to proved resolution."""

from __future__ import annotations

from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer
from immunoreset.endpoints.toxicity import crs
from immunoreset.endpoints.toxicity.episodes import Course, Episodes, Table, describe, follow
from immunoreset.endpoints.toxicity.findings import YesNo, spread

ANTIPYRETIC_MASKS = 1.0  # days, assumed: the protocol should fix it
ANTI_CYTOKINE_MASKS = 3.0  # days, assumed: the protocol should fix it
USUAL_ONSET = 14.0  # days from infusion, a convention that is recalled


def course(
    patient: ArrayLike,
    day: ArrayLike,
    signs: crs.Signs,
    *,
    antipyretic: YesNo,
    anti_cytokine: YesNo,
    antipyretic_masks: float = ANTIPYRETIC_MASKS,
    anti_cytokine_masks: float = ANTI_CYTOKINE_MASKS,
) -> Course:
    """CRS by assessment, by day and by episode, from a table sorted by patient and day (fractions of days are allowed).

    An episode starts with the first fever put down to CRS and ends at the first assessment without fever, hypotension and
    hypoxia whose temperature is not masked: `antipyretic_masks` and `anti_cytokine_masks` are the days for which a drug given
    hides a fever. Until then it lasts, and a drug given since its start makes later grades need no fever. A new fever after
    the end is a new episode. `antipyretic` and `anti_cytokine` say whether the drug was given at or since the assessment
    before. Raises InvalidValue for a table that is not sorted and for columns of another length.

    >>> from immunoreset.endpoints.quantities import Temperature
    >>> signs = crs.Signs(Temperature([39, 37, 37, 36.8], "C"), False, [0, 1, 0, 0], vasopressin=False, oxygen="none")
    >>> found = course([1, 1, 1, 1], [2, 3, 4, 8], signs, antipyretic=False, anti_cytokine=[0, 1, 0, 0])
    >>> found.grades.values, found.episodes.start, found.episodes.end
    (array([1., 3., 0., 0.]), Range([2.] to [2.]), Range([4.] to [8.]))

    Source: Lee 2019, doi:10.1016/j.bbmt.2018.12.758; the rule of resolution is recalled, how long drugs mask is assumed.
    """
    table = Table.of(patient, day)
    rows = len(table.day)
    hot = spread(crs.fever(signs), rows)
    present = hot | spread(crs.support(signs) >= 1, rows)
    febrifuge, blocker = spread(Answer.of(antipyretic), rows), spread(Answer.of(anti_cytokine), rows)
    hidden = table.within(febrifuge, antipyretic_masks) | table.within(blocker, anti_cytokine_masks)
    spells = follow(table, hot, ends=~present & ~hidden)
    given = febrifuge | blocker
    certain = (spells.start >= 0) & (spells.start >= spells.earliest)
    since_onset = Answer(yes=certain & (table.latest(given.yes) >= spells.start), no=table.latest(~given.no) < spells.earliest)
    grades = spread(crs.grade(signs, crs_before=spells.before, fever_masked=since_onset), rows)
    return describe(table, spells, present=present, grades=grades)


def late_onset(episodes: Episodes, *, latest: float = USUAL_ONSET) -> Answer:
    """Whether an episode began after day 14 of the infusion, where by convention CRS needs a justification.

    >>> from immunoreset.endpoints.known import Range
    >>> from immunoreset.endpoints.toxicity.episodes import of_grades
    >>> late_onset(of_grades([1, 1], [15, 16], Range.of([1, 0])).episodes)
    Answer([1.])

    Source: Lee 2019, recalled; to be checked against the text.
    """
    return episodes.start > latest
