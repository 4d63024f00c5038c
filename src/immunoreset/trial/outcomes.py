"""What a dose-finding trial has seen so far: who got which dose, and what came of it.

Written as clinicians write it, `1NNN 2NTT`: a word per cohort, the dose and then a letter for each patient (N no
dose-limiting toxicity, T toxicity, E benefit without toxicity, B both). Held as a batch of T trials with D doses, so that
the same design serves one trial at the bedside and 10,000 simulated ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.outcome_checks import by_dose, check_counts, check_patients
from immunoreset.whole_numbers import whole_numbers

LETTERS = "NTEB"
_TOXIC, _EFFECTIVE = 1, 2
_WORD = re.compile(r"(\d+)\s*([A-Za-z]*)$")

Counts = NDArray[np.int64]


class Patients(NamedTuple):
    """Patients of each trial in the order of treatment, each field (T, N); dose 0 marks a place not used."""

    dose: NDArray[np.integer]
    outcome: NDArray[np.integer]
    """Place of the letter in `LETTERS`; a patient still watched without toxicity counts as N."""
    cohort: NDArray[np.integer]
    followed: NDArray[np.float64]
    """Share of the toxicity window watched so far, 1 when the outcome is known."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Outcomes of T trials by dose; every count is (T, D), of patients whose outcome is known unless said otherwise."""

    treated: Counts
    toxic: Counts
    effective: Counts
    both: Counts
    current: Counts
    """Dose of the latest cohort, (T,), 1-based; 0 before the first patient."""
    pending: Counts
    """Patients still within the toxicity window, without toxicity so far; not in `treated`."""
    followed: NDArray[np.float64]
    """Sum over the pending patients of the share of the window that each was watched."""
    since_last: NDArray[np.float64]
    """Time since the latest infusion as a share of the window, (T,); 1 once it has passed."""
    patients: Patients | None = None
    """The patients one by one, where known."""

    @property
    def trials(self) -> int:
        return self.treated.shape[0]

    @property
    def doses(self) -> int:
        return self.treated.shape[1]

    @property
    def enrolled(self) -> Counts:
        """Patients by dose (T, D), outcome known or not."""
        return self.treated + self.pending

    @property
    def highest_tried(self) -> Counts:
        """Highest dose that any patient got, (T,); 0 for none."""
        tried = self.enrolled > 0
        return np.where(tried.any(axis=1), self.doses - tried[:, ::-1].argmax(axis=1), 0)

    def at(self, counts: NDArray, dose: Counts | None = None) -> NDArray:
        """The entry of `counts` (T, D) at `dose` (T,), by default the current one; dose 0 reads as 0."""
        dose = self.current if dose is None else dose
        found = counts[np.arange(self.trials), np.maximum(dose, 1) - 1]
        return np.where(dose > 0, found, 0)

    @classmethod
    def none(cls, *, doses: int, trials: int = 1) -> Outcomes:
        """Trials without a patient.

        >>> Outcomes.none(doses=5).current.tolist()
        [0]
        """
        return cls.from_counts(np.zeros((trials, doses), dtype=np.int64), 0)

    @classmethod
    def from_counts(
        cls,
        treated: ArrayLike,
        toxic: ArrayLike,
        effective: ArrayLike = 0,
        *,
        both: ArrayLike = 0,
        current: ArrayLike | None = None,
        pending: ArrayLike = 0,
        followed: ArrayLike = 0.0,
        since_last: ArrayLike = 1.0,
    ) -> Outcomes:
        """Outcomes from patients by dose, (D,) for one trial or (T, D); the current dose is the highest tried unless given.

        Raises InvalidValue for counts that cannot be.

        >>> Outcomes.from_counts([3, 6, 0], [0, 2, 0]).current.tolist()
        [2]
        """
        patients = np.atleast_2d(whole_numbers("patients", treated))
        named = {"toxicities": toxic, "responses": effective, "patients with both": both, "pending patients": pending}
        counts = [by_dose(name, whole_numbers(name, part), patients.shape) for name, part in named.items()]
        watched = by_dose("follow-up", np.asarray(followed, dtype=float), patients.shape)
        check_counts(patients, *counts, watched)
        toxicities, responses, double, waiting = counts
        gap = np.broadcast_to(np.asarray(since_last, dtype=float), patients.shape[:1])
        if not (gap >= 0).all():
            raise InvalidValue("time since the latest infusion is negative or missing: give a share of the window")
        zero = np.zeros(patients.shape[0], dtype=np.int64)
        found = cls(patients, toxicities, responses, double, zero, waiting, watched, gap)
        dose = found.highest_tried if current is None else np.broadcast_to(whole_numbers("current dose", current), zero.shape)
        if (dose < 0).any() or (dose > found.doses).any():
            raise InvalidValue(
                f"current dose {dose.tolist()}: give doses between 1 and {found.doses}, or 0 before the first patient"
            )
        return cls(patients, toxicities, responses, double, dose, waiting, watched, gap)

    @classmethod
    def from_patients(cls, patients: Patients, *, doses: int) -> Outcomes:
        """Outcomes from patients one by one; the current dose is that of the latest patient.

        Raises InvalidValue for a dose outside 0 to `doses`, an outcome that is no place of `LETTERS`, or a share of the window
        that is negative or not finite.
        """
        given = np.atleast_2d(whole_numbers("dose of a patient", patients.dose))
        outcome = np.broadcast_to(whole_numbers("outcome of a patient", patients.outcome), given.shape)
        cohort = np.broadcast_to(whole_numbers("cohort of a patient", patients.cohort), given.shape)
        followed = np.broadcast_to(np.asarray(patients.followed, dtype=float), given.shape)
        check_patients(given, outcome, followed, doses=doses, letters=LETTERS)
        known = (followed >= 1) | (outcome % 2 == _TOXIC)
        toxic, effective = outcome % 2 == _TOXIC, outcome >= _EFFECTIVE
        level = given[:, :, None] == np.arange(1, doses + 1)

        def count(chosen: NDArray) -> Counts:
            return (level & chosen[:, :, None]).sum(axis=1)

        used = given > 0
        last = given.shape[1] - 1 - used[:, ::-1].argmax(axis=1) if given.shape[1] else np.zeros(len(given), dtype=np.int64)
        rows = np.arange(len(given))
        current = np.where(used.any(axis=1), given[rows, last], 0) if given.shape[1] else np.zeros(len(given), dtype=np.int64)
        since = np.where(current > 0, np.minimum(followed[rows, last], 1.0), 1.0) if given.shape[1] else np.ones(len(given))
        watched = np.where(level & ~known[:, :, None], followed[:, :, None], 0.0).sum(axis=1)
        return cls(
            count(known), count(known & toxic), count(known & effective), count(known & toxic & effective),
            current, count(~known), watched, since, Patients(given, outcome, cohort, np.where(known, 1.0, followed)),
        )  # fmt: skip

    @classmethod
    def read(cls, text: str | Sequence[str], *, doses: int) -> Outcomes:
        """Outcomes from a line such as `1NNN 2NTT`, or from one line per trial.

        Raises InvalidValue for a word that cannot be read or a dose that the design has not, and says which.

        >>> seen = Outcomes.read("1NNN 2NTT", doses=5)
        >>> seen.treated.tolist(), seen.toxic.tolist(), seen.current.tolist()
        ([[3, 3, 0, 0, 0]], [[0, 2, 0, 0, 0]], [2])
        """
        lines = [text] if isinstance(text, str) else list(text)
        trials = [list(_patients_of(line, doses)) for line in lines]
        longest = max((len(trial) for trial in trials), default=0)
        table = np.zeros((3, len(trials), longest), dtype=np.int64)
        for row, trial in enumerate(trials):
            if trial:
                table[:, row, : len(trial)] = np.array(trial).T
        return cls.from_patients(Patients(table[0], table[1], table[2], np.ones(table.shape[1:])), doses=doses)

    def write(self, trial: int = 0) -> str:
        """One trial as a line of text; without the order of patients, one word per dose, the current dose last.

        >>> Outcomes.read("1NNN 2NTT 1NEB", doses=5).write()
        '1NNN 2NTT 1NEB'
        >>> Outcomes.from_counts([3, 6, 0], [0, 2, 0]).write()
        '1NNN 2NNNNTT'
        """
        if self.patients is not None:
            return _written(self.patients.dose[trial], self.patients.outcome[trial], self.patients.cohort[trial])
        order = sorted(range(self.doses), key=lambda dose: dose + 1 == self.current[trial])
        words = []
        for dose in order:
            treated, toxic, effective, both = (
                int(part[trial, dose]) for part in (self.treated, self.toxic, self.effective, self.both)
            )
            numbers = (treated - toxic - effective + both, toxic - both, effective - both, both)
            letters = "".join(letter * number for letter, number in zip(LETTERS, numbers, strict=True))
            words += [f"{dose + 1}{letters}"] if letters else []
        return " ".join(words)

    def completed(self, missing: NDArray, *, effective: bool = False) -> Outcomes:
        """As if those pending at the current dose and `missing` (T,) more there had no toxicity, all or none with benefit.

        >>> Outcomes.read("1NT", doses=2).completed(np.array([1])).write()
        '1NTN'
        """
        places = np.arange(int(np.max(missing, initial=0)))
        more = (places < np.asarray(missing)[:, None]) & (self.current > 0)[:, None]
        outcome = LETTERS.index("E") if effective else LETTERS.index("N")
        if self.patients is not None:
            dose, seen, cohort, followed = self.patients
            watched = (followed < 1) & (seen % 2 != _TOXIC) & (dose == self.current[:, None])
            last = cohort.max(axis=1, initial=0)[:, None]
            return Outcomes.from_patients(
                Patients(
                    np.concatenate([dose, np.where(more, self.current[:, None], 0)], axis=1),
                    np.concatenate([np.where(watched, outcome, seen), np.full(more.shape, outcome)], axis=1),
                    np.concatenate([cohort, np.broadcast_to(last, more.shape)], axis=1),
                    np.concatenate([np.where(watched, 1.0, followed), np.ones(more.shape)], axis=1),
                ),
                doses=self.doses,
            )
        here = np.arange(1, self.doses + 1) == self.current[:, None]
        joined = np.where(here, self.pending + more.sum(axis=1)[:, None], 0)
        return Outcomes.from_counts(
            self.treated + joined, self.toxic, self.effective + joined * effective, both=self.both, current=self.current,
            pending=np.where(here, 0, self.pending), followed=np.where(here, 0.0, self.followed),
        )  # fmt: skip

    def take(self, trials: NDArray) -> Outcomes:
        """The outcomes of some of the trials, chosen by number or by a mask (T,)."""
        seen = self.patients
        return Outcomes(
            self.treated[trials],
            self.toxic[trials],
            self.effective[trials],
            self.both[trials],
            self.current[trials],
            self.pending[trials],
            self.followed[trials],
            self.since_last[trials],
            seen and Patients(seen.dose[trials], seen.outcome[trials], seen.cohort[trials], seen.followed[trials]),
        )


def _patients_of(line: str, doses: int) -> Iterable[tuple[int, int, int]]:
    """Dose, outcome and cohort of each patient in a line."""
    for cohort, word in enumerate(line.split(), start=1):
        where = f"outcomes '{line}', word {cohort} '{word}'"
        match = _WORD.match(word)
        if match is None:
            raise InvalidValue(f"{where}: write the dose and then a letter for each patient, such as 2NTT")
        dose, letters = int(match[1]), match[2].upper()
        if not 1 <= dose <= doses:
            raise InvalidValue(f"{where}: no dose {dose}; the doses are 1 to {doses}")
        for letter in letters:
            if letter not in LETTERS:
                raise InvalidValue(f"{where}: no outcome '{letter}'; use N, T, E or B")
            yield dose, LETTERS.index(letter), cohort


def _written(dose: NDArray, outcome: NDArray, cohort: NDArray) -> str:
    line, before = "", None
    for level, result, group in zip(dose.tolist(), outcome.tolist(), cohort.tolist(), strict=True):
        if level:
            line += ("" if before == (level, group) else f" {level}") + LETTERS[result]
            before = (level, group)
    return line.strip()
