"""Virtual twins: virtual patients who agree with everything that is known of one real patient.

What is unknown is drawn from the population. A known laboratory value is drawn within the noise of its assay; SLEDAI-2K and
nephritis must agree exactly, and a twin with nephritis has a UPCR above 0.5 g/g.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from immunoreset.catalogue import Catalogue, numbers_for
from immunoreset.disease.disease import Disease, Population
from immunoreset.disease.facts import NOTHING_KNOWN, Facts
from immunoreset.errors import InvalidValue
from immunoreset.memory import DRAWN, check_memory
from immunoreset.patient.draws import Draws
from immunoreset.patient.theta import Theta
from immunoreset.population.cohort import Cohort, join
from immunoreset.population.sample import A_FEW, draw, draw_checked
from immunoreset.whole_numbers import whole_number

TWINS_OF = "cart"
"""The population of which twins are drawn, if no other is named."""
MOST_CANDIDATES = 400_000
CANDIDATES_PER_TWIN = 4
_CANDIDATE_BITS = 22  # candidates of one patient; with 31 bits of the name, numbers stay exact in JSON


def first_number(patient: str) -> int:
    """The number of a patient's first candidate, from the name alone, so that the order of patients in a file does not matter."""
    name = hashlib.sha256(patient.encode()).digest()
    return (int.from_bytes(name[:4], "little") >> 1) << _CANDIDATE_BITS


def twins(
    facts: Facts,
    n: int,
    *,
    seed: int,
    population: str = TWINS_OF,
    catalogue: Catalogue | None = None,
    theta: Theta | None = None,
) -> Cohort:
    """`n` virtual patients who agree with the facts; the first `n` candidates who do. `theta` are other numbers of the model.

    Raises InvalidValue when too few of 400,000 candidates agree, and for a theta that cannot be used (see `sample`).
    """
    within = numbers_for(catalogue, theta)
    _check_changed(population, seed, within)
    return _twins(facts, n, seed, population, within)


def _check_changed(population: str, seed: int, within: Catalogue) -> None:
    """Raise InvalidValue for changed numbers that cannot be used, tried on a few patients."""
    if within.changed:
        draw_checked(*within.population(population), Draws(seed, np.arange(A_FEW)), NOTHING_KNOWN, within)


def _twins(facts: Facts, n: int, seed: int, population: str, within: Catalogue) -> Cohort:
    """The first `n` candidates who agree with the facts."""
    n = whole_number("twins", n)
    disease, group = within.population(population)
    check_memory(n * DRAWN, f"{n} twins of patient '{facts.patient}'", count=n, least="twins")
    found: list[Cohort] = []
    count, tried = 0, 0
    while count < n and tried < MOST_CANDIDATES:
        size = min(max(CANDIDATES_PER_TWIN * n, 1000) * (2 if tried else 1), MOST_CANDIDATES - tried)
        ids = first_number(facts.patient) + np.arange(tried, tried + size)
        tried += size
        ids = ids[_agree(disease, group, Draws(seed, ids), facts, within)]
        if len(ids):
            drawn, possible = draw(disease, group, Draws(seed, ids), facts, within)
            found.append(drawn.select(possible))
            count += len(found[-1])
    if count < n:
        raise InvalidValue(
            f"only {count} of {n} twins agree with patient '{facts.patient}' ({facts.words()}) among {tried} candidates; "
            f"check the facts, or give a range (sledai_2k_low, sledai_2k_high) in place of a value"
        )
    return join(found).select(np.arange(n))


def twins_of_all(
    patients: Sequence[Facts],
    n: int,
    *,
    seed: int,
    population: str = TWINS_OF,
    catalogue: Catalogue | None = None,
    theta: Theta | None = None,
) -> Cohort:
    """`n` twins of each patient; the covariate `twin_of` says whose."""
    within = numbers_for(catalogue, theta)
    _check_changed(population, seed, within)
    n, cohorts = whole_number("twins", n), []
    for facts in patients:
        cohort = _twins(facts, n, seed, population, within)
        covariates = {**cohort.covariates, "twin_of": np.full(n, facts.patient, dtype=object)}
        cohorts.append(replace(cohort, covariates=covariates))
    return join(cohorts)


def _agree(disease: Disease, population: Population, draws: Draws, facts: Facts, catalogue: Catalogue) -> np.ndarray:
    limits = facts.sledai_limits
    if limits is None:
        return np.ones(draws.ids.shape, dtype=bool)
    score = disease.hooks.present(population, draws, facts, catalogue.theta).score
    return (score >= limits[0]) & (score <= limits[1])
