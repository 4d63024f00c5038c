"""What counts as a response when something intervenes: rescue, death, drop-out or a missed visit.

The strategies are those of ICH E9(R1). Each must be named; nothing is assumed. Every answer comes with its reason, so that a
report can count them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset import errors
from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.patients import Floats, place

STRATEGIES = ("composite", "treatment policy", "while on treatment")
MISSING = ("non-response", "leave out")
Strategy = Literal["composite", "treatment policy", "while on treatment"]


@dataclass(frozen=True)
class Strategies:
    """How each event before the assessment counts.

    composite: as non-response. treatment policy: not at all, the visit counts as seen. while on treatment: the last visit up to
    the event counts. `missing` says what no usable visit counts as: "non-response", or "leave out" of the analysis.
    Raises UnknownName for another strategy, and InvalidValue for treatment policy on death, after which there is no outcome.
    """

    rescue: Strategy
    death: Strategy
    drop_out: Strategy
    missing: Literal["non-response", "leave out"]

    def __post_init__(self) -> None:
        for event in ("rescue", "death", "drop_out"):
            if getattr(self, event) not in STRATEGIES:
                raise errors.unknown(f"strategy for {event.replace('_', '-')}", str(getattr(self, event)), STRATEGIES)
        if self.missing not in MISSING:
            raise errors.unknown("strategy for missing visits", str(self.missing), MISSING)
        if self.death == "treatment policy":
            raise InvalidValue("death: treatment policy needs an outcome after death; choose composite or while on treatment")


class Why(IntEnum):
    """Where the answer for a patient comes from."""

    SEEN = 0
    RESCUED = 1
    DIED = 2
    DROPPED_OUT = 3
    LAST_BEFORE_EVENT = 4
    MISSING = 5

    @property
    def message(self) -> str:
        return (
            "seen at the assessment",
            "rescued before the assessment: no response",
            "died before the assessment: no response",
            "dropped out before the assessment: no response",
            "last visit up to the event",
            "no usable visit",
        )[self]


class Responses(NamedTuple):
    """Response (..., n) of 0 and 1, not a number where left out, and its reason, a number of `Why`."""

    response: Floats
    why: NDArray[np.int64]

    def counted(self) -> dict[str, int]:
        """Patients by reason, over all trials."""
        return {reason.message: int((self.why == reason).sum()) for reason in Why}


def respond(
    seen: ArrayLike,
    *,
    days: Sequence[float],
    assessment: float,
    strategies: Strategies,
    rescue: ArrayLike | None = None,
    death: ArrayLike | None = None,
    drop_out: ArrayLike | None = None,
) -> Responses:
    """Responses at the assessment day from those seen (..., n, V) at visit `days` (V,): 0, 1, or not a number where missed.

    `rescue`, `death` and `drop_out` are days (..., n), infinite or not a number without the event. Events count when they come
    before the assessment, a death also on its day. A composite event overrides the others, the earliest giving the reason.

    >>> plan = Strategies("composite", death="composite", drop_out="while on treatment", missing="non-response")
    >>> visits = [[0, 1], [1, 1], [1, np.nan], [0, np.nan]]
    >>> found = respond(visits, days=[84, 168], assessment=168, strategies=plan, rescue=[np.inf, 90, np.inf, np.inf],
    ...     drop_out=[np.inf, np.inf, 100, np.inf])
    >>> found.response, found.why
    (array([1., 0., 1., 0.]), array([0, 1, 4, 5]))

    Raises InvalidValue for a response other than 0 and 1, days that do not rise, or an assessment that is no visit.
    """
    answers, visits = _visits(seen, days, assessment)
    happened = _events(answers.shape[:-1], (rescue, death, drop_out), assessment=assessment)
    plans = (strategies.rescue, strategies.death, strategies.drop_out)
    composite = np.stack([np.where(plan == "composite", day, np.inf) for plan, day in zip(plans, happened, strict=True)])
    until = np.full(answers.shape[:-1], np.inf)
    for plan, day in zip(plans, happened, strict=True):
        if plan == "while on treatment":
            until = np.minimum(until, day)
    at = int(np.flatnonzero(visits == assessment)[0])
    value = np.where(np.isfinite(until), _last_until(answers, visits, until), answers[..., at])
    why = np.where(np.isfinite(until), int(Why.LAST_BEFORE_EVENT), int(Why.SEEN))
    lost = np.isnan(value)
    value = np.where(lost & (strategies.missing == "non-response"), 0.0, value)
    why = np.where(lost, int(Why.MISSING), why)
    failed = np.isfinite(composite).any(axis=0)
    reason = np.array([Why.RESCUED, Why.DIED, Why.DROPPED_OUT], dtype=np.int64)[composite.argmin(axis=0)]
    return Responses(np.where(failed, 0.0, value), np.where(failed, reason, why))


def _visits(seen: ArrayLike, days: Sequence[float], assessment: float) -> tuple[Floats, Floats]:
    answers, visits = np.asarray(seen, dtype=float), np.asarray(days, dtype=float)
    if visits.ndim != 1 or answers.ndim < 2 or answers.shape[-1] != len(visits) or np.any(np.diff(visits) <= 0):
        raise InvalidValue(f"responses of shape {answers.shape} need one visit day per column, rising; {visits.size} given")
    if assessment not in visits:
        raise InvalidValue(
            f"assessment on day {assessment:g} is no visit; visits are on days {', '.join(f'{day:g}' for day in visits)}"
        )
    wrong = ~np.isnan(answers) & (answers != 0) & (answers != 1)
    if wrong.any():
        raise InvalidValue(f"response of {place(wrong.any(axis=-1))} is {answers[wrong][0]:g}; give 1, 0, or nan where missed")
    return answers, visits


def _events(shape: tuple[int, ...], events: Sequence[ArrayLike | None], *, assessment: float) -> list[Floats]:
    found = []
    for name, event in zip(("rescue", "death", "drop-out"), events, strict=True):
        day = np.full(shape, np.inf) if event is None else np.array(np.broadcast_to(np.asarray(event, dtype=float), shape))
        if np.any(early := day < 0):
            raise InvalidValue(f"{name} of {place(early)} is on day {day[early][0]:g}; give days from randomisation, 0 or more")
        before = (day <= assessment) if name == "death" else (day < assessment)
        found.append(np.where(before, day, np.inf))
    return found


def _last_until(answers: Floats, visits: Floats, until: Floats) -> Floats:
    """The last response seen up to a day (..., n); not a number when there was none."""
    usable = ~np.isnan(answers) & (visits <= until[..., None])
    last = answers.shape[-1] - 1 - usable[..., ::-1].argmax(axis=-1)
    value = np.take_along_axis(answers, last[..., None], axis=-1)[..., 0]
    return np.where(usable.any(axis=-1), value, np.nan)
