"""Multiple sclerosis: worsening of disability on the EDSS and its confirmation, relapses, and no evidence of disease activity.

The EDSS is taken as the rater gave it. Its derivation from functional systems (the matrix) belongs to Neurostatus, which licenses
it, and is not implemented here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Booleans, Floats, Range
from immunoreset.endpoints.other_diseases.named_points import Points, YesNo, points
from immunoreset.endpoints.together import all_of, choose, rising
from immunoreset.errors import InvalidValue, unknown

HalfStepFrom = Literal["6.0", "5.5"]
ConfirmWeeks = Literal[12, 24]

HIGHEST_EDSS, EDSS_STEP = 10, 0.5
STEP_FROM_NONE, STEP, HALF_STEP = 1.5, 1.0, 0.5
FIRST_DISABILITY = 1.0  # below it, the largest step is needed
RELAPSE_DAYS = 30  # how near to a relapse an EDSS does not count
DAYS_PER_WEEK, DAYS_PER_YEAR = 7, 365.25


def edss(value: Points) -> Range:
    """The expanded disability status scale, 0 to 10 in halves, as the rater gave it.

    >>> edss(3.5), edss(None)
    (Range(3.5), Range(0 to 10))

    Raises InvalidValue for anything between halves or outside 0 to 10.

    Source: Kurtzke 1983; range and steps as on probsee.com.
    """
    known = points(value, highest=HIGHEST_EDSS, where="EDSS")
    for end in (known.low, known.high):
        if (odd := end[end % EDSS_STEP != 0]).size:
            raise InvalidValue(f"EDSS: {odd.flat[0]:g} does not exist; it goes from 0 to {HIGHEST_EDSS} in halves")
    return known


def step_needed(baseline: Points, *, half_step_from: HalfStepFrom = "6.0") -> Range:
    """By how much the EDSS must rise to count as worse: 1.5 from 0, 1.0 from 1.0, 0.5 from 6.0 upwards.

    `half_step_from`: "6.0" is also what trials write as "above 5.5"; "5.5" is their "5.5 or more". A baseline of 0.5, which the
    scale hardly knows, is taken as 0. Raises UnknownName for another value of `half_step_from`.

    >>> step_needed([0, 1, 5.5, 6]).low.tolist(), step_needed(5.5, half_step_from="5.5")
    ([1.5, 1.0, 1.0, 0.5], Range(0.5))

    Source: recalled (high); it differs between trials, to be checked against each protocol.
    """
    if half_step_from not in get_args(HalfStepFrom):
        raise unknown("EDSS from which half a step is enough", half_step_from, get_args(HalfStepFrom))
    before = edss(baseline)
    return choose(before < FIRST_DISABILITY, STEP_FROM_NONE, choose(before >= float(half_step_from), HALF_STEP, STEP))


def edss_worsened(baseline: Points, now: Points, *, half_step_from: HalfStepFrom = "6.0") -> Answer:
    """Whether the EDSS rose by the step that is needed from this baseline, confirmed or not.

    >>> edss_worsened(0, 1.0), edss_worsened(0, 1.5), edss_worsened(5.5, 6.0), edss_worsened(6.0, 6.5)
    (Answer(False), Answer(True), Answer(False), Answer(True))
    """

    def enough(before: Floats) -> Floats:  # never falls with the baseline: the step is shorter by half a point where it changes
        return before + step_needed(before, half_step_from=half_step_from).low

    return edss(now) >= rising(enough, edss(baseline))


def edss_worsening(baseline: Points, now: Points, *, confirmed: YesNo, half_step_from: HalfStepFrom = "6.0") -> Answer:
    """Confirmed worsening where somebody else has judged the confirmation.

    >>> edss_worsening(2, 3, confirmed=True), edss_worsening(2, 3, confirmed=None).value
    (Answer(True), None)
    """
    return edss_worsened(baseline, now, half_step_from=half_step_from) & Answer.of(confirmed)


class ConfirmedWorsening(NamedTuple):
    """Whether worsening was confirmed, and the day on which the first such worsening was seen (nan if none or undecided)."""

    answer: Answer
    day: Floats


def confirmed_worsening(
    baseline: Points,
    scores: Points,
    days: ArrayLike,
    *,
    relapse_days: ArrayLike,
    weeks: ConfirmWeeks,
    half_step_from: HalfStepFrom = "6.0",
) -> ConfirmedWorsening:
    """Worsening that is still there at a visit 12 or 24 weeks later or more, and at every visit between.

    `scores` and `days` have the visits as last axis, in order (patients, visits), `baseline` (patients,) and `relapse_days` the
    first days of relapses as last axis, empty if there were none. A day of nan is no visit or no relapse; a score of nan is a
    visit without an EDSS and leaves the answer open where it matters. A visit within 30 days of the start of a relapse, before or
    after, neither starts nor confirms a worsening (interpretation), but a score that is not worse ends one at any visit.

    Raises UnknownName for other weeks and InvalidValue for days out of order.

    >>> found = confirmed_worsening(2, [2, 3.5, 3, 3], [28, 84, 126, 168], relapse_days=[], weeks=12)
    >>> found.answer, float(found.day)
    (Answer(True), 84.0)
    >>> confirmed_worsening(2, [2, 3.5, 3, 3], [28, 84, 126, 168], relapse_days=[90], weeks=12).answer
    Answer(False)

    Source: recalled (high); to be checked against each protocol.
    """
    if weeks not in get_args(ConfirmWeeks):
        raise unknown("time to confirmation in weeks", str(weeks), map(str, get_args(ConfirmWeeks)))
    day = _ordered(np.asarray(days, dtype=float))
    visited = ~np.isnan(day)
    before = edss(baseline)
    start_from = Range(before.low[..., None], before.high[..., None])
    worse = edss_worsened(start_from, scores, half_step_from=half_step_from)
    worse = Answer(*np.broadcast_arrays(worse.yes, worse.no, visited)[:2])
    counts = visited & ~_near(day, np.asarray(relapse_days, dtype=float))
    found = Answer(np.zeros(worse.yes.shape[:-1], bool), np.ones(worse.yes.shape[:-1], bool))
    first = np.full(worse.yes.shape[:-1], np.nan)
    for start in range(day.shape[-1]):
        here = _confirmed_from(start, worse, counts, visited=visited, day=day, wait=weeks * DAYS_PER_WEEK)
        first = np.where(here.yes & found.no, day[..., start], first)
        found = found | here
    return ConfirmedWorsening(found, first)


def _confirmed_from(start: int, worse: Answer, counts: Booleans, *, visited: Booleans, day: Floats, wait: float) -> Answer:
    """Whether a worsening starts at this visit and is confirmed at a later one."""
    held = _at(worse, start) & Answer.of(counts[..., start])
    found = held & Answer.of(False)
    for later in range(start + 1, day.shape[-1]):
        held = held & (_at(worse, later) | Answer.of(~visited[..., later]))
        late_enough = counts[..., later] & (day[..., later] - day[..., start] >= wait)
        found = found | (held & Answer.of(late_enough))
    return found


def _at(answers: Answer, visit: int) -> Answer:
    return Answer(answers.yes[..., visit], answers.no[..., visit])


def _near(day: Floats, relapse_days: Floats) -> Booleans:
    apart = np.abs(day[..., :, None] - np.atleast_1d(relapse_days)[..., None, :])
    return np.asarray(np.any(apart <= RELAPSE_DAYS, axis=-1))


def _ordered(days: Floats) -> Floats:
    latest = np.fmax.accumulate(days, axis=-1)[..., :-1]
    if (wrong := days[..., 1:][days[..., 1:] <= latest]).size:
        raise InvalidValue(f"days: day {wrong.flat[0]:g} does not come after all before it; sort the visits of each patient")
    return days


def relapse_starts(days: ArrayLike) -> Floats:
    """The days on which a relapse began, of those on which somebody recorded one; nan for what belongs to the relapse before.

    `days` has the records as last axis, in order (patients, records), nan for none. A new relapse begins 30 days or more after
    the start of the one before.

    >>> relapse_starts([10, 17, 24, 40]).tolist()
    [10.0, nan, nan, 40.0]

    Raises InvalidValue for days out of order.

    Source: the time between attacks of the McDonald criteria (recalled, high); relapses of trials are counted alike.
    """
    found = _ordered(np.array(days, dtype=float))
    latest = np.full(found.shape[:-1], -np.inf)
    for place in range(found.shape[-1]):
        new = found[..., place] >= latest + RELAPSE_DAYS
        found[..., place] = np.where(new, found[..., place], np.nan)
        latest = np.where(new, found[..., place], latest)
    return found


def neda3(*, relapses: Points, confirmed_worsening: YesNo, new_t2: Points, gd_lesions: Points) -> Answer:
    """No evidence of disease activity: no relapse, no confirmed worsening, no new or enlarging T2 and no enhancing lesion.

    The counts are those since the scan that serves as baseline, which is best repeated 3 to 6 months after the start.

    >>> neda3(relapses=0, confirmed_worsening=False, new_t2=0, gd_lesions=0)
    Answer(True)
    >>> neda3(relapses=1, confirmed_worsening=None, new_t2=None, gd_lesions=None)
    Answer(False)

    Raises InvalidValue for a negative count.

    Source: PMC8353667.
    """
    counts = {"relapses": relapses, "new_t2": new_t2, "gd_lesions": gd_lesions}
    none_seen = (points(value, highest=np.inf, where=name).equals(0) for name, value in counts.items())
    return all_of(none_seen) & ~Answer.of(confirmed_worsening)


def annualised_relapse_rate(relapses: Points, days: Points) -> Range:
    """Relapses per year of follow-up of each patient; anything for a patient without follow-up.

    For the rate of a group, divide the sums: `annualised_relapse_rate(sum(relapses), sum(days))`.

    >>> annualised_relapse_rate(2, 730.5)
    Range(1)

    Raises InvalidValue for a negative number.
    """
    return points(relapses, highest=np.inf, where="relapses") / (points(days, highest=np.inf, where="days") * (1 / DAYS_PER_YEAR))
