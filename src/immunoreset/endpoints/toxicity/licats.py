"""Local toxicity of immune effector cells in autoimmune disease (LICATS): old organs flare up while B cells are gone."""

from __future__ import annotations

from numpy.typing import NDArray

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.together import all_of, choose, named
from immunoreset.endpoints.together import grade as highest_step
from immunoreset.endpoints.toxicity.findings import Number, YesNo

ONSET = ("early", "intermediate", "late")
LAST_EARLY_DAY, LAST_INTERMEDIATE_DAY = 14, 30  # days from infusion; 30 for "one month" is our reading


def present(
    *,
    new_or_worse: YesNo,
    organ_affected_before: YesNo,
    other_cause: YesNo,
    self_limited: YesNo,
    b_cell_aplasia: YesNo,
) -> Answer:
    """Whether a finding after infusion meets the definition: five conditions that tell it from a flare of the disease.

    `organ_affected_before`: by the autoimmune disease. `other_cause`: something else explains it.

    >>> found = dict(new_or_worse=True, organ_affected_before=True, self_limited=True, b_cell_aplasia=True)
    >>> present(other_cause=False, **found).value, present(other_cause=True, **found).value
    (True, False)

    Source: Hagen 2025, doi:10.1016/S2665-9913(25)00091-8.
    """
    needed = map(Answer.of, (new_or_worse, organ_affected_before, self_limited, b_cell_aplasia))
    return all_of(needed) & ~Answer.of(other_cause)


def grade(
    *,
    glucocorticoid: YesNo,
    hospitalised: YesNo,
    intensive_care: YesNo,
    licats: YesNo = True,
    organ_affected_before: YesNo = True,
) -> Range:
    """Grade 1 (resolves alone), 2 (glucocorticoid), 3 (prolonged or new hospital stay) or 4 (intensive care); 0 without LICATS.

    A finding in an organ that the disease had not affected before is no LICATS, whatever it needs.
    `glucocorticoid`: given because symptoms last over a week or an inner organ is affected. An event that is still going on
    has the grade of what it has needed so far.

    >>> grade(glucocorticoid=True, hospitalised=False, intensive_care=False)
    Range(2)

    Source: Hagen 2025.
    """
    steps = highest_step(*map(Answer.of, (True, glucocorticoid, hospitalised, intensive_care)))
    return choose(Answer.of(licats) & Answer.of(organ_affected_before), steps, 0)


def onset(day: Number) -> str | NDArray | None:
    """The class of the day of onset: "early" to day 14, "intermediate" to day 30, "late" after; None or "" where missing.

    >>> onset(14), onset([15, 31]).tolist()
    ('early', ['intermediate', 'late'])

    Source: Hagen 2025; one month read as 30 days.
    """
    began = Range.of(day)
    return named((began > LAST_EARLY_DAY).points() + (began > LAST_INTERMEDIATE_DAY).points(), ONSET)
