"""Responses to treatment in lupus: the SLE Responder Index (SRI-4 to SRI-8) and BICLA.

Both compare a visit with baseline by SLEDAI, the nine BILAG grades and the physician's global assessment. Treatment failure,
death and dropout are non-responses; which events these are, the study says.
"""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.lupus.bilag_grades import A, B, at_least, how_many, improved, new_a, new_b, read_grades
from immunoreset.endpoints.lupus.sledai import Number, points
from immunoreset.endpoints.lupus.sledai_items import YesNo
from immunoreset.endpoints.quantities import Pga, need
from immunoreset.endpoints.together import all_of, any_of
from immunoreset.errors import InvalidValue

SRI_POINTS = (4, 5, 6, 7, 8)
NEW_B_ALLOWED = 1
PGA_WORSE = 0.30  # on the scale of 0 to 3
PGA_DECIMALS = 2


@dataclass(frozen=True)
class Activity:
    """Lupus activity at one visit or many: SLEDAI total, BILAG grades as words of nine letters, physician's global assessment."""

    sledai: Number
    bilag: Range | str | ArrayLike | None
    pga: Pga | None


def pga_change(before: Pga | None, now: Pga | None) -> Range:
    """The rise of the global assessment on the scale of 0 to 3, rounded to 2 decimals.

    >>> pga_change(Pga(1.2, "0-3"), Pga(50, "0-100"))
    Range(0.3)
    """
    return (need(Pga, now, "pga").to("0-3") - need(Pga, before, "pga").to("0-3")).rounded(PGA_DECIMALS)


def pga_worsened(before: Pga | None, now: Pga | None) -> Answer:
    """A rise by 0.30 or more.

    >>> pga_worsened(Pga(1.2, "0-3"), Pga(1.5, "0-3")), pga_worsened(Pga(1.2, "0-3"), Pga(1.49, "0-3"))
    (Answer(True), Answer(False))

    Source: tables/responses.csv, from lupus.bmj.com/highwire/markup/135680.
    """
    return pga_change(before, now) >= PGA_WORSE


def bilag_worsened(before: Range, now: Range) -> Answer:
    """Any new grade A, or more than one new grade B.

    >>> bilag_worsened(read_grades("CCCEEEEEE"), read_grades("BCCEEEEEE")).value
    False
    >>> bilag_worsened(read_grades("CCCEEEEEE"), read_grades("BBCEEEEEE")).value
    True

    Source: tables/responses.csv.
    """
    return any_of([how_many(new_a(before, now)) >= 1, how_many(new_b(before, now)) > NEW_B_ALLOWED])


def sri_evaluable(baseline_sledai: Number, *, k: int) -> Answer:
    """Whether SRI-k can be reached at all: SLEDAI of at least `k` at baseline. Raises InvalidValue unless k is 4 to 8.

    >>> sri_evaluable(5, k=6)
    Answer(False)
    """
    _check(k)
    return points(baseline_sledai) >= k


def sri(
    baseline: Activity,
    visit: Activity,
    *,
    k: int,
    treatment_failure: YesNo = False,
    death: YesNo = False,
    dropout: YesNo = False,
) -> Answer:
    """SRI-k: SLEDAI falls by at least `k`, no new BILAG A and at most one new B, PGA rises by less than 0.30, no failure.

    The three events are absent unless recorded; None is a status that is not known. Patients whose baseline SLEDAI is below `k`
    never respond: leave them out by `sri_evaluable`. Raises InvalidValue unless k is 4 to 8.

    >>> before = Activity(10, "ABEEEEEEE", Pga(2, "0-3"))
    >>> sri(before, Activity(6, "BCEEEEEEE", Pga(1, "0-3")), k=4), sri(before, Activity(7, None, None), k=4)
    (Answer(True), Answer(False))

    Source: Furie 2009 (doi:10.1002/art.24698); tables/responses.csv.
    """
    _check(k)
    fall = points(baseline.sledai) - points(visit.sledai)
    worse = [bilag_worsened(read_grades(baseline.bilag), read_grades(visit.bilag)), pga_worsened(baseline.pga, visit.pga)]
    return all_of([fall >= k, ~any_of(worse), ~_any_event(treatment_failure, death, dropout)])


def bicla_evaluable(baseline_bilag: Range | str | ArrayLike | None, *, least_b: int = 1) -> Answer:
    """Whether there is something to improve: a BILAG A or at least `least_b` grades B at baseline (TULIP asked for 2).

    >>> bicla_evaluable("BEEEEEEEE"), bicla_evaluable("BEEEEEEEE", least_b=2)
    (Answer(True), Answer(False))

    Source: tables/responses.csv.
    """
    grades = read_grades(baseline_bilag)
    return any_of([how_many(at_least(grades, A)) >= 1, how_many(at_least(grades, B)) >= least_b])


def bicla(
    baseline: Activity,
    visit: Activity,
    *,
    treatment_failure: YesNo = False,
    death: YesNo = False,
    dropout: YesNo = False,
) -> Answer:
    """BICLA: every BILAG A and B of baseline improves, no new A and at most one new B, SLEDAI and PGA not worse, no failure.

    Improving is by at least one grade; PGA may rise by less than 0.30. The three events are absent unless recorded. Patients
    without any A or B at baseline never respond: leave them out by `bicla_evaluable`.

    >>> before = Activity(10, "BBEEEEEEE", Pga(2, "0-3"))
    >>> bicla(before, Activity(6, "CCBEEEEEE", Pga(1, "0-3"))), bicla(before, Activity(11, None, None))
    (Answer(True), Answer(False))

    Source: tables/responses.csv, from the Mapi description; it prints a rise of up to 10 %, TULIP counted 0.30 as worse.
    """
    before, now = read_grades(baseline.bilag), read_grades(visit.bilag)
    still_active = all_of([at_least(before, B), at_least(now, B), ~improved(before, now)])
    still_active = still_active | at_least(now, A)  # an A now has not improved or is new, whatever was there before
    return all_of(
        [
            bicla_evaluable(before),
            how_many(still_active) <= 0,
            points(visit.sledai) <= points(baseline.sledai),
            ~bilag_worsened(before, now),
            ~pga_worsened(baseline.pga, visit.pga),
            ~_any_event(treatment_failure, death, dropout),
        ]
    )


def _any_event(*events: YesNo) -> Answer:
    return any_of(Answer.of(event) for event in events)


def _check(k: int) -> None:
    if k not in SRI_POINTS:
        raise InvalidValue(f"SRI-k is defined for k of {SRI_POINTS[0]} to {SRI_POINTS[-1]}, not {k}")
