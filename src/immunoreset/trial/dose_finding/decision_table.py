"""Designs that are a table: after n patients with y toxicities at the current dose, escalate, stay or de-escalate.

BOIN, mTPI, mTPI-2, TPI and i3+3 all come down to such a table; a user may also bring one. The letters are those of the
printed tables: E escalate, S stay, D de-escalate, DU de-escalate and never come back (the dose and all above it are closed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision, Flags, Why, decision
from immunoreset.trial.dose_finding.checking import check_design, check_share
from immunoreset.trial.dose_finding.distinct import for_distinct
from immunoreset.trial.dose_finding.isotonic import select_mtd
from immunoreset.trial.outcomes import Counts, Outcomes
from immunoreset.whole_numbers import whole_number

Letters = NDArray[np.int8]


class Letter(IntEnum):
    """What a table says; `NONE` where it says nothing, as within an incomplete cohort."""

    NONE = -1
    E = 0
    S = 1
    D = 2
    DU = 3


_REASONS = np.array([Why.ESCALATE, Why.STAY, Why.DEESCALATE, Why.DOSE_ELIMINATED, Why.COHORT_INCOMPLETE])


@runtime_checkable
class TableDesign(Protocol):
    """A design that is a table of letters."""

    @property
    def doses(self) -> int: ...

    def letters(self, patients: int) -> Letters:
        """Codes of `Letter` for up to so many patients, (patients + 1, patients + 1), by patients and toxicities."""
        ...


class Boundaries(NamedTuple):
    """Numbers of toxicities at which a table changes its answer, each (N,) for 1 to N patients; -1 for never."""

    escalate_if_at_most: Counts
    deescalate_if_at_least: Counts
    eliminate_if_at_least: Counts


def letters_from(underdosed: Flags, overdosed: Flags, eliminated: Flags) -> Letters:
    """A table of letters from who is to go up, down, and down for good; each (N + 1, N + 1), by patients and toxicities."""
    made = np.full(underdosed.shape, Letter.S, dtype=np.int8)
    made[underdosed] = Letter.E
    made[overdosed] = Letter.D
    made[eliminated] = Letter.DU
    patients, toxic = np.indices(made.shape)
    made[(toxic > patients) | (patients == 0)] = Letter.NONE
    made.setflags(write=False)
    return made


def chance_above(
    target: float, patients: NDArray, toxic: NDArray, prior: tuple[float, float] = (1.0, 1.0)
) -> NDArray[np.float64]:
    """Posterior probability that the toxicity rate exceeds `target`, for a Beta prior.

    >>> round(float(chance_above(0.3, np.array(3), np.array(3))), 4)
    0.9919
    """
    alpha, beta = prior
    return 1 - betainc(alpha + toxic, beta + np.maximum(patients - toxic, 0), target)


def boundaries(design: TableDesign, patients: int) -> Boundaries:
    """The boundaries of a table design for 1 to `patients` patients at a dose."""
    table = design.letters(patients)[1:]

    def first(chosen: Flags) -> Counts:
        return np.where(chosen.any(axis=1), chosen.argmax(axis=1), -1)

    up = (table == Letter.E).sum(axis=1) - 1
    return Boundaries(up, first((table == Letter.D) | (table == Letter.DU)), first(table == Letter.DU))


def follow_table(outcomes: Outcomes, letters: Letters, *, start: int, recommended: Counts | None = None) -> Decision:
    """What a table says for each trial, with the doses closed by DU and the ends of the range of doses taken care of."""
    closed = np.logical_or.accumulate(letters[outcomes.treated, outcomes.toxic] == Letter.DU, axis=1)
    current = outcomes.current
    letter = letters[outcomes.at(outcomes.treated), outcomes.at(outcomes.toxic)].astype(np.int64)
    up, down = letter == Letter.E, letter >= Letter.D
    above = np.minimum(current, outcomes.doses - 1)
    next_closed = closed[np.arange(outcomes.trials), above]
    top = current == outcomes.doses
    dose = current + np.where(up & ~top & ~next_closed, 1, 0) - np.where(down & (current > 1), 1, 0)
    why = _REASONS[letter]
    why = np.where(up & top, Why.HIGHEST_DOSE, np.where(up & next_closed & ~top, Why.NEXT_DOSE_CLOSED, why))
    why = np.where(down & (current == 1), Why.LOWEST_DOSE, why)
    first = current == 0
    return decision(
        outcomes,
        dose=np.where(first, start, dose),
        why=np.where(first, Why.START, why),
        recommended=recommended,
        admissible=~closed,
    )


def decide_by_table(design: TableDesign, outcomes: Outcomes, *, target: float, start: int) -> Decision:
    """The decision of a table design that recommends, in the end, the dose with the isotonic rate nearest to the target."""
    letters = design.letters(most_at_a_dose(outcomes))

    def decide(seen: Outcomes) -> Decision:
        made = follow_table(seen, letters, start=start)
        return made._replace(recommended=select_mtd(seen, target, open_doses=made.admissible))

    return decide_distinct(decide, outcomes)


def decide_distinct(decide: Callable[[Outcomes], Decision], outcomes: Outcomes) -> Decision:
    """What `decide` says, asked once for trials with the same patients and toxicities at every dose and the same current dose."""
    columns = (outcomes.current, *outcomes.treated.T, *outcomes.toxic.T)
    return Decision(*for_distinct(columns, lambda rows: decide(outcomes.take(rows))))


def most_at_a_dose(outcomes: Outcomes) -> int:
    """The largest number of patients at any dose, rounded up to a multiple of 16 so that tables are made seldom."""
    most = int(outcomes.enrolled.max(initial=1))
    return -(-max(most, 1) // 16) * 16


@dataclass(frozen=True)
class DecisionTable:
    """A table that the user brings.

    `rows` gives, for a number of patients at the current dose, the letters for 0, 1, 2, ... toxicities; numbers of patients
    without a row mean an incomplete cohort, which is filled up to the next row unless every result there would mean to go down.
    `target` serves the final choice of dose.
    Raises InvalidValue for a row of the wrong length or a letter that does not exist, and when the table has no answer.

    >>> design = DecisionTable.read(4, {3: "E S D DU", 6: "E E S D DU DU DU"}, target=0.25)
    >>> design.decide(Outcomes.read("1NNN 2NNT", doses=4)).explain()
    'dose 2: toxicity near the target: stay'
    """

    doses: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    target: float = 0.3
    start: int = 1

    def __post_init__(self) -> None:
        check_design(self)
        check_share("target", self.target)
        if not self.rows:
            raise InvalidValue("decision table without rows: give the letters for at least one number of patients")
        numbers = [whole_number("decision table, row for", patients) for patients, _ in self.rows]
        if numbers != sorted(set(numbers)):
            raise InvalidValue(f"decision table: rows for {numbers} patients; give each number once, in rising order")
        for patients, row in self.rows:
            if patients < 1 or len(row) != patients + 1:
                raise InvalidValue(
                    f"decision table, row for {patients} patients: give {patients + 1} letters, for 0 to {patients} toxicities"
                )
            for letter in row:
                if letter not in ("E", "S", "D", "DU"):
                    raise InvalidValue(f"decision table, row for {patients} patients: no letter '{letter}'; use E, S, D or DU")

    @classmethod
    def read(cls, doses: int, rows: Mapping[int, str], *, target: float = 0.3, start: int = 1) -> DecisionTable:
        """A table from lines of letters, by number of patients."""
        made = tuple((patients, tuple(line.upper().split())) for patients, line in sorted(rows.items()))
        return cls(doses, made, target, start)

    def letters(self, patients: int) -> Letters:
        return _letters_of_rows(self.rows, patients)

    def decide(self, outcomes: Outcomes) -> Decision:
        most, last = int(outcomes.treated.max(initial=0)), self.rows[-1][0]
        if most > last:
            raise InvalidValue(
                f"{most} patients at one dose, but the decision table ends at {last}: add rows or treat fewer at a dose"
            )
        made = decide_by_table(self, outcomes, target=self.target, start=self.start)
        if not self.plans_cohorts:
            return made
        there = outcomes.at(outcomes.enrolled, made.dose)
        ahead = np.array([patients for patients, _ in self.rows])[:, None]
        following = np.where(ahead > there, ahead, last + 1).min(axis=0)
        return made._replace(cohort=np.where(made.stop | (there >= last), 0, following - there))

    @property
    def plans_cohorts(self) -> bool:
        """Whether some numbers of patients have no row, so that the table itself says after how many it decides."""
        return len(self.rows) < self.rows[-1][0]


def _settled(ahead: tuple[str, ...]) -> Letter:
    """The letter of an incomplete cohort, from the letters it may still come to: down, where all of them lead down."""
    if not all(letter in ("D", "DU") for letter in ahead):
        return Letter.NONE
    return Letter.DU if all(letter == "DU" for letter in ahead) else Letter.D


@lru_cache(maxsize=64)
def _letters_of_rows(rows: tuple[tuple[int, tuple[str, ...]], ...], patients: int) -> Letters:
    made = np.full((patients + 1, patients + 1), Letter.NONE, dtype=np.int8)
    for number, row in rows:
        if number <= patients:
            made[number, : number + 1] = [Letter[letter] for letter in row]
    before = 0
    for number, row in rows:
        for fewer in range(before + 1, min(number, patients + 1)):
            for toxic in range(fewer + 1):
                made[fewer, toxic] = _settled(row[toxic : toxic + number - fewer + 1])
        before = number
    made.setflags(write=False)
    return made
