"""Enrolment of trials of fixed size: patients are randomised until there are enough, and the calendar comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.enrolment.calendar import Calendar, used_days
from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.enrolment.diary import Fate
from immunoreset.trial.enrolment.products import Products, products
from immunoreset.trial.enrolment.screening import Screened, screen

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Assign = Callable[[Integers], Integers]
"""Arms (T, N), numbered from 0, of patients in the order of randomisation whose sites are (T, N)."""


@dataclass(frozen=True, eq=False)
class FixedSizeTrials:
    """T trials of N randomised patients each, in the order of randomisation, and the calendar of everyone screened."""

    calendar: Calendar
    patient: Integers
    """Place of each randomised patient in the calendar, (T, N)."""
    site: Integers
    arm: Integers
    randomised: Floats
    """Day of randomisation, (T, N)."""
    treated: Floats
    """Day of infusion, or of the start of a treatment that needs no product; NaN for never."""
    left: Floats
    """Day of drop-out within follow-up, (T, N); NaN for those who stay."""
    end: Floats
    """Last day of follow-up, (T, N)."""
    known: Floats
    """Day on which the trial knows the patient's last outcome, (T, N)."""


def enrol(
    enrolment: Enrolment,
    patients: int,
    *,
    trials: int,
    seed: int,
    follow_up: float,
    assign: Assign | None = None,
    product_arms: Sequence[int] | None = None,
    enrolled: int | None = None,
) -> FixedSizeTrials:
    """Trials that randomise `patients` each, as soon as they are found eligible, and follow them for `follow_up` days.

    `assign` gives the arms, all 0 without it. Only patients of the `product_arms` (None: of every arm) wait for a product; in the
    others treatment starts with randomisation. Nobody who drops out is replaced. At most `enrolled` volunteers may consent.
    Raises InvalidValue for more patients to be randomised than can be enrolled.

    >>> from immunoreset.trial.enrolment.sites import Site
    >>> made = enrol(Enrolment((Site("Erlangen", 10.0),)), 20, trials=2, seed=1, follow_up=180)
    >>> bool((made.end == made.randomised + 180).all()), made.calendar.treated.tolist()
    (True, [20, 20])
    """
    if patients < 1 or trials < 1 or not 0 < follow_up < np.inf:
        raise InvalidValue(f"{trials} trials of {patients} patients followed for {follow_up:g} days: give more than none of each")
    if enrolled is not None and patients > enrolled:
        raise InvalidValue(f"{patients} patients to be treated of {enrolled} enrolled: enrol at least {patients} or treat fewer")
    volunteers = screen(enrolment, patients, trials=trials, seed=seed, enrolled=enrolled)
    chosen = np.argsort(volunteers.eligible, axis=1, kind="stable")[:, :patients]
    draws, site = volunteers.draws.take(chosen), np.take_along_axis(volunteers.site, chosen, axis=1)
    randomised = np.take_along_axis(volunteers.eligible, chosen, axis=1)
    arm = _arms(assign, site)
    leave = np.take_along_axis(volunteers.consent, chosen, axis=1) + draws.stay
    needed = np.ones(arm.shape, dtype=bool) if product_arms is None else np.isin(arm, product_arms)
    made = products(enrolment, draws, np.where(needed, randomised, np.nan), leave=leave)
    start = np.where(needed, made.ready + enrolment.lymphodepletion, randomised)
    treated = np.where(start < leave, start, np.nan)
    end = np.minimum(randomised + follow_up, leave)
    left = np.where(leave < randomised + follow_up, leave, np.nan)
    columns = {"infusion": treated, "end": end + draws.reporting, "left": left, "dose": arm + 1}
    columns["lymphodepletion"] = np.where(needed, treated - enrolment.lymphodepletion, np.nan)
    columns["fate"] = _fates(treated, left, failed=needed & np.isnan(made.product))
    calendar = _calendar(volunteers, chosen, columns, made, slots=enrolment.manufacture.slots)
    return FixedSizeTrials(calendar, chosen, site, arm, randomised, treated, left, end, end + draws.reporting)


def _arms(assign: Assign | None, site: Integers) -> Integers:
    arm = np.zeros(site.shape, dtype=np.int64) if assign is None else np.asarray(assign(site), dtype=np.int64)
    if arm.shape != site.shape or (arm < 0).any():
        raise InvalidValue(f"arms of shape {arm.shape}: give 0, 1, ... for each of {site.shape[0]} x {site.shape[1]} patients")
    return arm


def _fates(treated: Floats, left: Floats, *, failed: NDArray[np.bool_]) -> Integers:
    gone = np.isfinite(left)
    before = np.where(gone, Fate.LEFT_BEFORE_INFUSION, np.where(failed, Fate.NO_PRODUCT, Fate.ON_THE_WAY))
    return np.where(np.isfinite(treated), np.where(gone, Fate.LEFT_AFTER_INFUSION, Fate.COMPLETED), before)


def _fates_in_screening(volunteers: Screened, closing: Floats) -> tuple[Floats, Integers]:
    """Drop-out days and fates (T, E) of those who are not randomised by the day of `closing` (T, 1)."""
    left = volunteers.consent + volunteers.draws.stay
    screened = volunteers.consent + volunteers.draws.screening
    gone = left < np.minimum(screened, closing)
    failed = volunteers.draws.screen_failure & (screened <= closing)
    fate = np.where(gone, Fate.LEFT_BEFORE_INFUSION, np.where(failed, Fate.SCREEN_FAILURE, Fate.ON_THE_WAY))
    return np.where(gone, left, np.nan), fate


def _calendar(
    volunteers: Screened, chosen: Integers, columns: dict[str, NDArray], made: Products, *, slots: int | None
) -> Calendar:
    """The calendar of everyone who consented before the last patient was randomised."""
    rows = np.arange(len(chosen))[:, None]
    closing = volunteers.eligible[rows, chosen].max(axis=1)[:, None]
    consented = volunteers.consent <= closing

    def spread(values: NDArray, otherwise: NDArray | float) -> NDArray:
        table = np.broadcast_to(np.asarray(otherwise, dtype=values.dtype), consented.shape).copy()
        table[rows, chosen] = values
        return table

    left, fate = _fates_in_screening(volunteers, closing)
    duration = columns["end"].max(axis=1)
    eligible = volunteers.eligible
    return Calendar(
        consent=np.where(consented, volunteers.consent, np.nan),
        eligible=np.where(consented & (eligible <= closing), eligible, np.nan),
        apheresis=spread(made.apheresis, np.nan),
        slot=spread(made.slot, np.nan),
        product=spread(made.product, np.nan),
        lymphodepletion=spread(columns["lymphodepletion"], np.nan),
        infusion=spread(columns["infusion"], np.nan),
        toxicity=np.full(consented.shape, np.nan),
        benefit=np.full(consented.shape, np.nan),
        end=spread(columns["end"], np.nan),
        left=spread(columns["left"], np.where(consented, left, np.nan)),
        site=volunteers.site,
        fate=spread(columns["fate"], np.where(consented, fate, Fate.NOT_ENROLLED)),
        dose=spread(columns["dose"], 0),
        attempts=spread(made.attempts, 0),
        off_specification=spread(made.off_specification, 0),
        duration=duration,
        turned_away=np.zeros(len(chosen), dtype=np.int64),
        slot_days=np.array([used_days(busy, until) for busy, until in zip(made.busy, duration.tolist(), strict=True)]),
        slots=slots,
    )
