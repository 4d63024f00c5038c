"""The patients of many thetas, drawn together: those that `sample_ids` draws under each, at a fraction of the cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.catalogue import Catalogue
from immunoreset.disease.disease import Disease
from immunoreset.disease.facts import NOTHING_KNOWN
from immunoreset.errors import InvalidValue
from immunoreset.patient.compose import compose
from immunoreset.patient.draws import Draws, Source, hashed
from immunoreset.patient.host import HOST
from immunoreset.patient.possible import restless, rules
from immunoreset.patient.side_by_side import picked, side_by_side
from immunoreset.patient.theta import Theta
from immunoreset.population.changed import follows, typical_values
from immunoreset.population.cohort import Cohort
from immunoreset.population.sample import MOST_ATTEMPTS, draw, draw_checked, in_order, nobody_enters


@dataclass(frozen=True)
class Drawn:
    """The patients of those thetas that have any, at `places` in the sequence of thetas, one after the other in `cohort`.

    `theta` are the numbers of all of them side by side; `refused` says of the others, by place, why they have no patients.
    """

    places: NDArray[np.int64]
    cohort: Cohort | None
    theta: Theta
    refused: Mapping[int, str]


def sample_many(
    population: str,
    ids: NDArray[np.int64],
    thetas: Sequence[Theta],
    *,
    seed: int,
    catalogue: Catalogue,
    source: Source = hashed,
) -> Drawn:
    """Patients `ids` (T, P), each row under the theta of that place; thetas of one kind (`side_by_side.kind`).

    What `sample_ids` raises for a theta is told of in `refused`.
    """
    disease, group = catalogue.population(population)

    def why_not(place: int) -> str:
        """What `sample_ids` says of the first draw under one theta; empty where there is nothing to say."""
        within, draws = catalogue.with_theta(thetas[place]), Draws(seed, ids[place], 0, source)
        return _refusal(lambda: draw_checked(disease, group, draws, NOTHING_KNOWN, within))

    refused = {place: why_not(place) for place in _not_typical(disease, thetas, catalogue)}
    places = np.array([place for place in range(len(thetas)) if place not in refused], dtype=np.int64)
    if not len(places):
        return Drawn(places, None, thetas[0], refused)
    count = ids.shape[1]
    theta, who, owner = side_by_side([thetas[place] for place in places], count), ids[places].ravel(), np.repeat(places, count)
    waiting = np.arange(len(who))
    accepted: list[tuple[np.ndarray, Cohort]] = []
    for attempt in range(MOST_ATTEMPTS):
        within = catalogue.with_theta(picked(theta, waiting))
        drawn, possible = draw(disease, group, Draws(seed, who[waiting], attempt, source), NOTHING_KNOWN, within)
        if not attempt:
            doubted = set(owner[possible][_impossible(drawn.select(possible), picked(theta, possible))].tolist())
            for users in _users_of_what_may_not_reach(thetas, places, theta, drawn):
                doubted |= set(users) if why_not(users[0]) else set()
            refused |= {place: why for place in sorted(doubted) if (why := why_not(place))}
        accepted.append((waiting[possible], drawn.select(possible)))
        waiting = waiting[~possible]
        waiting = waiting[~np.isin(owner[waiting], list(refused))]
        if not len(waiting):
            break
    for place, without in zip(*np.unique(owner[waiting], return_counts=True), strict=True):
        refused[int(place)] = nobody_enters(int(without), count, population, thetas[place])
    kept = ~np.isin(owner, list(refused))
    if not kept.any():
        return Drawn(np.zeros(0, dtype=np.int64), None, theta, refused)
    cohort = in_order(accepted, len(who)).select(kept)
    return Drawn(places[~np.isin(places, list(refused))], cohort, picked(theta, kept), refused)


def _not_typical(disease: Disease, thetas: Sequence[Theta], catalogue: Catalogue) -> list[int]:
    """Places of thetas with which the typical untreated patient is not possible."""
    patient = compose(*HOST, *disease.modules)
    within = catalogue.with_theta(side_by_side(thetas, 1))
    values = within.theta.values_for(patient.modules, typical_values(disease, within))
    holds = np.ones(len(thetas), dtype=bool)
    for rule in rules(patient, values):
        holds &= rule.holds
    return np.flatnonzero(~holds).tolist()


def _impossible(cohort: Cohort, theta: Theta) -> np.ndarray:
    """Who of these untreated patients is below zero somewhere, or not at rest, (n,)."""
    patient = compose(*HOST, *cohort.illness.modules)
    values = theta.values_for(patient.modules, cohort.parameters)
    wrong = np.zeros(len(cohort), dtype=bool)
    for rule in rules(patient, values):
        wrong |= ~np.asarray(rule.holds)
    for where in restless(patient, values).values():
        wrong |= where
    return wrong


def _users_of_what_may_not_reach(thetas: Sequence[Theta], places: np.ndarray, theta: Theta, drawn: Cohort) -> list[list[int]]:
    """For each changed number that the patients do not plainly follow, the places of the thetas that change it."""
    names = [name for name in theta.changed if name in drawn.parameters and not follows(theta, name, drawn.parameters[name])]
    return [[int(place) for place in places if name in thetas[place].changed] for name in names]


def _refusal(check: Callable[[], object]) -> str:
    """What a check says; empty where it passes."""
    try:
        check()
    except InvalidValue as fault:
        return str(fault)
    return ""
