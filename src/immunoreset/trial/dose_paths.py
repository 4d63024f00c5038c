"""Every way that a dose-finding trial can go, and how often each happens: operating characteristics without chance error.

Two histories with the same counts at every dose and the same current dose have the same future, so they are merged; the trial
becomes a small graph. 3+3 is always small enough; other designs are up to a stated number of states.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Decision, Design
from immunoreset.trial.outcomes import LETTERS, Counts, Outcomes

_MOST_STATES = 300_000
_MOST_LINES = 10_000


class Level(NamedTuple):
    """The states that a trial can be in after so many cohorts."""

    states: Outcomes
    decision: Decision
    source: Counts
    """State of this level that each path leaves, (E,)."""
    target: Counts
    """State of the next level that each path reaches, (E,)."""
    letters: Counts
    """Patients of the new cohort by letter (N, T, E, B), (E, 4)."""


@dataclass(frozen=True)
class DosePaths:
    """The graph of a design: its states level by level, and the cohorts that lead from one to the next."""

    levels: tuple[Level, ...]
    doses: int
    planned: int
    """Most patients of a trial."""

    @property
    def states(self) -> int:
        return sum(level.states.trials for level in self.levels)

    def exact(self, toxic: ArrayLike, effective: ArrayLike | None = None) -> Exact:
        """Operating characteristics when a patient at each dose has these chances of toxicity and benefit, each (D,).

        Toxicity and benefit are independent unless `toxic` gives the chances of N, T, E and B themselves, (D, 4).
        """
        chances = letter_chances(toxic, effective, doses=self.doses)
        weight = np.ones(1)
        recommended = np.zeros(self.doses + 1)
        treated, toxicities = np.zeros(self.doses), np.zeros(self.doses)
        stopped = 0.0
        for level in self.levels:
            leaving = np.zeros(len(weight), dtype=bool)
            leaving[level.source] = True
            ended = np.where(leaving, 0.0, weight)
            np.add.at(recommended, level.decision.recommended, ended)
            treated += ended @ level.states.enrolled
            toxicities += ended @ level.states.toxic
            early = level.decision.stop & (level.states.enrolled.sum(axis=1) < self.planned)
            stopped += float(ended @ early)
            if len(level.source):
                chance = _multinomial(level.letters, chances[level.decision.dose[level.source] - 1])
                weight = np.bincount(level.target, weights=weight[level.source] * chance, minlength=int(level.target.max()) + 1)
        return Exact(recommended, treated, toxicities, stopped)


class Exact(NamedTuple):
    """Operating characteristics without chance error."""

    recommended: NDArray[np.float64]
    """Probability that each dose is recommended, (D + 1,); first that none is."""
    treated: NDArray[np.float64]
    """Expected patients by dose, (D,)."""
    toxic: NDArray[np.float64]
    """Expected toxicities by dose, (D,)."""
    stopped: float
    """Probability that the design stops the trial before all planned patients were treated."""


def dose_paths(
    design: Design,
    *,
    cohort: int = 3,
    max_cohorts: int = 100,
    efficacy: bool = False,
    most_states: int = _MOST_STATES,
) -> DosePaths:
    """The graph of all that can happen under a design until it stops or `cohort * max_cohorts` patients were treated.

    `efficacy` follows N, T, E and B in place of N and T. Raises InvalidValue when there are more than `most_states` states, or
    when the design waits, which time must solve, or backfills.

    >>> from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
    >>> paths = dose_paths(ThreePlusThree(3))
    >>> paths.exact([0.1, 0.2, 0.3]).recommended.round(4).tolist()
    [0.0939, 0.264, 0.3247, 0.3174]
    """
    planned = cohort * max_cohorts
    states, levels, total = Outcomes.none(doses=design.doses), [], 0
    for number in range(planned + 1):
        now = design.decide(states)
        total += states.trials
        if total > most_states:
            raise InvalidValue(f"more than {most_states} states after {number} cohorts: plan fewer cohorts, or simulate")
        if now.wait.any() or now.backfill.any():
            raise InvalidValue("dose paths know no time: the design waits for pending patients or backfills; simulate it")
        room = planned - states.enrolled.sum(axis=1)
        size = np.minimum(np.where(now.cohort > 0, np.minimum(now.cohort, cohort), cohort), room)
        going = ~now.stop & (size > 0)
        source, letters = _cohorts(going, size, efficacy=efficacy)
        following, target = _merge(states, now, source, letters)
        levels.append(Level(states, now, source, target, letters))
        if not len(source):
            break
        states = following
    return DosePaths(tuple(levels), design.doses, planned)


def path_rows(design: Design, *, cohort: int = 3, cohorts: int = 2, after: str = "") -> list[tuple[str, str]]:
    """What a design says after every possible result of the next cohorts: the outcomes as a line, and the decision in words.

    `after` is what has happened already. Raises InvalidValue for more than 10,000 lines.

    >>> from immunoreset.trial.dose_finding.boin import BOIN
    >>> for line, said in path_rows(BOIN(5, 0.3), cohorts=1):
    ...     print(f"{line or 'at first':<10}{said}")
    at first  dose 1: first cohort
    1NNN      dose 2: few toxicities: escalate
    1NNT      dose 1: toxicity near the target: stay
    1NTT      dose 1: many toxicities, but there is no lower dose
    1TTT      stop, no dose recommended: every dose is closed
    """
    lines, rows = [after], []
    for depth in range(cohorts + 1):
        now = design.decide(Outcomes.read(lines, doses=design.doses))
        rows += [(line, now.explain(place)) for place, line in enumerate(lines)]
        if len(rows) * (cohort + 1) > _MOST_LINES and depth < cohorts:
            raise InvalidValue(f"more than {_MOST_LINES} dose paths: ask for fewer cohorts")
        size = np.where(now.cohort > 0, np.minimum(now.cohort, cohort), cohort).tolist()
        lines = [
            f"{line} {int(now.dose[place])}{'N' * (size[place] - toxic)}{'T' * toxic}".strip()
            for place, line in enumerate(lines)
            if not now.stop[place]
            for toxic in range(size[place] + 1)
        ]
        if not lines:
            break
    return rows


def letter_chances(toxic: ArrayLike, effective: ArrayLike | None, *, doses: int) -> NDArray[np.float64]:
    """Chances of N, T, E and B at each dose, (D, 4). Raises InvalidValue for chances that are none."""
    given = np.asarray(toxic, dtype=float)
    if given.shape == (doses, len(LETTERS)):
        made = given
    else:
        benefit = np.zeros(doses) if effective is None else np.asarray(effective, dtype=float)
        if given.shape != (doses,) or benefit.shape != (doses,):
            raise InvalidValue(
                f"{given.size} toxicity rates and {benefit.size} benefit rates: give one of each for the {doses} doses"
            )
        made = np.stack([(1 - given) * (1 - benefit), given * (1 - benefit), (1 - given) * benefit, given * benefit], axis=1)
    if not ((made >= 0) & (made <= 1)).all() or not np.allclose(made.sum(axis=1), 1):
        raise InvalidValue("rates outside 0 to 1: give the chance of each outcome at each dose")
    return made


def _cohorts(going: NDArray, size: Counts, *, efficacy: bool) -> tuple[Counts, Counts]:
    """All results of the next cohort of each state that goes on: the state, and the patients by letter."""
    kinds = range(len(LETTERS)) if efficacy else range(2)
    sources, results = [np.zeros(0, dtype=np.int64)], [np.zeros((0, len(LETTERS)), dtype=np.int64)]
    for number in np.unique(size[going]).tolist():
        chosen = np.flatnonzero(going & (size == number))
        drawn = [np.bincount(draw, minlength=len(LETTERS)) for draw in combinations_with_replacement(kinds, number)]
        sources.append(np.repeat(chosen, len(drawn)))
        results.append(np.tile(np.array(drawn), (len(chosen), 1)))
    return np.concatenate(sources), np.concatenate(results)


def _merge(states: Outcomes, now: Decision, source: Counts, letters: Counts) -> tuple[Outcomes, Counts]:
    """The states after the cohorts, equal ones merged, and which of them each cohort leads to."""
    if not len(source):
        return states, source
    dose = now.dose[source]
    add = np.zeros((len(source), 4, states.doses), dtype=np.int64)
    rows = np.arange(len(source))
    _, toxic, effective, both = letters.T
    for field, number in enumerate((letters.sum(axis=1), toxic + both, effective + both, both)):
        add[rows, field, dose - 1] = number
    before = np.stack([states.treated, states.toxic, states.effective, states.both], axis=1)[source]
    wide = np.concatenate([(before + add).reshape(len(source), -1), dose[:, None]], axis=1)
    merged, target = np.unique(wide, axis=0, return_inverse=True)
    counts = merged[:, :-1].reshape(len(merged), 4, states.doses)
    following = Outcomes.from_counts(counts[:, 0], counts[:, 1], counts[:, 2], both=counts[:, 3], current=merged[:, -1])
    return following, target.reshape(-1)


def _multinomial(letters: Counts, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    ways = np.array([factorial(number) for number in range(int(letters.sum(axis=1).max(initial=0)) + 1)], dtype=float)
    return ways[letters.sum(axis=1)] / ways[letters].prod(axis=1) * (chances**letters).prod(axis=1)
