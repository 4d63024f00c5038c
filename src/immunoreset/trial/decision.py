"""What a dose-finding design says when asked: the next dose, or to stop, and why.

A design is anything with `decide(outcomes) -> Decision`. A rule is a design that holds another one and changes its answer.
Both work on batches: T trials of D doses at once.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from immunoreset.trial.outcomes import Counts, Outcomes

Flags = NDArray[np.bool_]


class Why(IntEnum):
    """The reason for a decision, as a small number; `message` puts it into words."""

    START = 0
    ESCALATE = 1
    STAY = 2
    DEESCALATE = 3
    HIGHEST_DOSE = 4
    LOWEST_DOSE = 5
    NEXT_DOSE_CLOSED = 6
    DOSE_ELIMINATED = 7
    ALL_DOSES_CLOSED = 8
    COHORT_INCOMPLETE = 9
    MTD_FOUND = 10
    PENDING = 11
    ENOUGH_PATIENTS = 12
    ENOUGH_AT_DOSE = 13
    TOO_TOXIC = 14
    PRECISE = 15
    NO_SKIPPING = 16
    STAGGER = 17
    TITRATION = 18
    MODEL = 19
    FUTILE = 20
    DESIRABLE = 21
    OUT_OF_REACH = 22
    NO_ENTRY = 23

    @property
    def message(self) -> str:
        """The reason in words.

        >>> Why.TOO_TOXIC.message
        'too toxic'
        """
        return MESSAGES[self]


MESSAGES = {
    Why.START: "first cohort",
    Why.ESCALATE: "few toxicities: escalate",
    Why.STAY: "toxicity near the target: stay",
    Why.DEESCALATE: "many toxicities: de-escalate",
    Why.HIGHEST_DOSE: "few toxicities, but there is no higher dose",
    Why.LOWEST_DOSE: "many toxicities, but there is no lower dose",
    Why.NEXT_DOSE_CLOSED: "few toxicities, but the next dose is closed",
    Why.DOSE_ELIMINATED: "dose closed as too toxic",
    Why.ALL_DOSES_CLOSED: "every dose is closed",
    Why.COHORT_INCOMPLETE: "complete the cohort",
    Why.MTD_FOUND: "maximum tolerated dose found",
    Why.PENDING: "too many patients are still in follow-up",
    Why.ENOUGH_PATIENTS: "planned number of patients treated",
    Why.ENOUGH_AT_DOSE: "planned number of patients at one dose",
    Why.TOO_TOXIC: "too toxic",
    Why.PRECISE: "toxicity known precisely enough",
    Why.NO_SKIPPING: "no dose may be skipped",
    Why.STAGGER: "patients are treated one after another",
    Why.TITRATION: "one patient per dose until the first toxicity",
    Why.MODEL: "dose chosen by the model",
    Why.FUTILE: "too little benefit",
    Why.DESIRABLE: "dose with the best balance of benefit and toxicity",
    Why.OUT_OF_REACH: "no open dose is within reach",
    Why.NO_ENTRY: "the decision table says nothing for these counts",
}


class Decision(NamedTuple):
    """The answer of a design for each of T trials."""

    dose: Counts
    """Dose of the next cohort, (T,), 1-based; 0 when the trial stops."""
    stop: Flags
    """Whether the trial is over, (T,)."""
    recommended: Counts
    """Dose that would be recommended if the trial ended now, (T,); 0 for none. Final where `stop`."""
    admissible: Flags
    """Doses that may be given, (T, D); neither `dose` nor `recommended` is ever outside them."""
    why: Counts
    """Codes of `Why`, (T,)."""
    wait: Flags
    """Whether to treat nobody until more is known of pending patients, (T,)."""
    cohort: Counts
    """Treat at most so many patients next at `dose`, (T,); 0 leaves it to the cohort size of the trial."""
    backfill: Counts
    """Further patients who may be treated meanwhile at each lower dose, (T, D)."""

    def explain(self, trial: int = 0) -> str:
        """The decision for one trial in words.

        >>> from immunoreset.trial.outcomes import Outcomes
        >>> first = decision(Outcomes.none(doses=3), dose=np.array([1]), why=Why.START)
        >>> first.explain()
        'dose 1: first cohort'
        """
        reason = Why(int(self.why[trial])).message
        if self.stop[trial]:
            best = int(self.recommended[trial])
            return f"stop, {f'recommended dose {best}' if best else 'no dose recommended'}: {reason}"
        return f"{'wait, then ' if self.wait[trial] else ''}dose {int(self.dose[trial])}: {reason}"


@runtime_checkable
class Design(Protocol):
    """A dose-finding design: what it is asked, and what it answers."""

    @property
    def doses(self) -> int:
        """Number of doses."""
        ...

    def decide(self, outcomes: Outcomes) -> Decision:
        """What to do next, given the outcomes so far."""
        ...


def decision(
    outcomes: Outcomes,
    *,
    dose: Counts,
    why: Counts | int,
    recommended: Counts | None = None,
    stop: Flags | None = None,
    admissible: Flags | None = None,
    cohort: Counts | None = None,
    wait: Flags | None = None,
) -> Decision:
    """A decision for the trials of `outcomes`, made whole: where it stops, or no dose is left, the next dose is 0.

    Unless given: nothing stops or waits, every dose is admissible, and the next dose is also the recommended one. A
    recommended dose that is not admissible becomes 0; a next dose that is not admissible becomes the highest admissible one
    below it, or the trial stops.
    """
    trials, doses = outcomes.treated.shape
    still = np.zeros(trials, dtype=bool)
    made = Decision(
        dose=np.asarray(dose, dtype=np.int64),
        stop=still if stop is None else stop,
        recommended=np.asarray(dose if recommended is None else recommended, dtype=np.int64),
        admissible=np.ones((trials, doses), dtype=bool) if admissible is None else admissible,
        why=np.broadcast_to(np.asarray(why, dtype=np.int64), (trials,)),
        wait=still if wait is None else wait,
        cohort=np.zeros(trials, dtype=np.int64) if cohort is None else cohort,
        backfill=np.zeros((trials, doses), dtype=np.int64),
    )
    return restrict(made, made.admissible)


def highest_open(allowed: Flags, limit: Counts) -> Counts:
    """Highest allowed dose (T,) not above `limit` (T,), 0 for none; `allowed` is (T, D).

    >>> highest_open(np.array([[True, False, True, True]]), np.array([2])).tolist()
    [1]
    """
    doses = allowed.shape[1]
    level = np.arange(1, doses + 1)
    return np.where(allowed & (level <= limit[:, None]), level, 0).max(axis=1)


def lowest_open(allowed: Flags, limit: Counts) -> Counts:
    """Lowest allowed dose (T,) not below `limit` (T,), 0 for none.

    >>> lowest_open(np.array([[True, False, True, True]]), np.array([2])).tolist()
    [3]
    """
    doses = allowed.shape[1]
    level = np.arange(1, doses + 1)
    found = np.where(allowed & (level >= limit[:, None]), level, doses + 1).min(axis=1)
    return np.where(found > doses, 0, found)


def restrict(made: Decision, allowed: Flags, *, why: int = Why.DOSE_ELIMINATED) -> Decision:
    """The decision when only the `allowed` doses (T, D) may be given, of those that were admissible.

    The next dose falls to the highest allowed one below it; where there is none, the trial stops. A recommended dose that is
    not allowed falls likewise.
    """
    admissible = made.admissible & allowed
    reach = highest_open(admissible, made.dose)
    nowhere = ~made.stop & (reach == 0)
    stop = made.stop | nowhere
    moved = ~stop & (reach != made.dose)
    dose = np.where(stop, 0, reach)
    return made._replace(
        dose=dose,
        stop=stop,
        recommended=highest_open(admissible, made.recommended),
        admissible=admissible,
        why=np.where(nowhere, Why.ALL_DOSES_CLOSED, np.where(moved, why, made.why)),
        wait=made.wait & ~stop,
        cohort=np.where(stop, 0, made.cohort),
        backfill=np.where(admissible & ~stop[:, None], made.backfill, 0),
    )


def halt(made: Decision, when: Flags, *, why: int, recommended: Counts | None = None) -> Decision:
    """The decision with the trials of `when` (T,) stopped; those already stopped keep their reason."""
    now = when & ~made.stop
    best = made.recommended if recommended is None else np.where(now, recommended, made.recommended)
    return made._replace(
        dose=np.where(now, 0, made.dose),
        stop=made.stop | now,
        recommended=best,
        why=np.where(now, why, made.why),
        wait=made.wait & ~now,
        cohort=np.where(now, 0, made.cohort),
        backfill=np.where(now[:, None], 0, made.backfill),
    )
