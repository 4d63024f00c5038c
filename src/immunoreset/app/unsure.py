"""The Patient page's uncertainty of the numbers: where the median of the twins lies over draws of the numbers of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from immunoreset.app.answers import numbers as as_numbers
from immunoreset.app.courses import Span, shown_curves, treat
from immunoreset.app.who import Who
from immunoreset.catalogue import built_in
from immunoreset.errors import Cancelled, InvalidValue
from immunoreset.inference.posterior import Posterior
from immunoreset.inference.stacking import Many, draw_stacks, twin_stacks
from immunoreset.patient.draws import hashed, remembered
from immunoreset.patient.theta import Theta
from immunoreset.therapy import Regimen
from immunoreset.uncertainty.choice import Asked, posterior_for
from immunoreset.uncertainty.draws import Numbers
from immunoreset.uncertainty.intervals import LEVEL

LIMITS_OF_READOUTS = ("assay.b_cell_limit", "assay.car_t_limit")
"""Not drawn: no curve depends on them, and patients of different limits could not be solved together."""
BATCHES = 4
"""How often draws without patients are replaced by further ones."""


def edges_of(
    patient: Who,
    regimens: Sequence[Regimen],
    span: Span,
    *,
    twins: int,
    draws: int,
    parameters: Mapping[str, float],
    threads: int,
    cancel: np.ndarray,
) -> tuple[list[dict[str, Any]], Numbers]:
    """The middle 90 % of the median of `twins` over `draws` of the numbers, low and high by output, for each treatment.

    Also the numbers that were drawn. Raises InvalidValue where too few draws have such patients, and Cancelled.
    """
    drugs = tuple(sorted({drug for regimen in regimens for drug in regimen.drugs}))
    crowds, known = _crowds(patient, drugs, twins, draws)
    found = []
    for regimen in regimens:
        medians: dict[str, list[np.ndarray]] = {}
        for many in crowds:
            for name, values in _medians(many, regimen, span, parameters, twins=twins, threads=threads, cancel=cancel):
                medians.setdefault(name, []).append(values)
        found.append({name: _edges(np.concatenate(parts)) for name, parts in medians.items()})
    return found, known


@lru_cache(maxsize=8)
def _crowds(patient: Who, drugs: tuple[str, ...], twins: int, draws: int) -> tuple[tuple[Many, ...], Numbers]:
    """The twins under each of the draws; they do not depend on doses, and are kept while a slider moves."""
    posterior, left_out = _posterior(patient.population, drugs, draws)
    order = posterior.order(draws)[: BATCHES * draws]
    crowds: list[Many] = []
    places: list[int] = []
    refused: list[str] = []
    while len(places) < draws and len(places) + len(refused) < len(order):
        tried = len(places) + len(refused)
        batch = order[tried : tried + draws - len(places)].tolist()
        many = _drawn(patient, [posterior.theta(place, built_in().theta) for place in batch], twins)
        crowds.append(many)
        refused += many.refused.values()
        places += [place for at, place in enumerate(batch) if at not in many.refused]
    if len(places) < draws:
        raise InvalidValue(f"only {len(places)} of {len(order)} draws of the numbers have such patients")
    values = posterior.draws[places]
    return tuple(crowds), Numbers(posterior.names, values, posterior.source, posterior.is_prior, tuple(refused), left_out)


@lru_cache(maxsize=16)
def _posterior(population: str, drugs: tuple[str, ...], draws: int) -> tuple[Posterior, tuple[str, ...]]:
    """The draws of what reaches patients who take these drugs; finding out what does takes a second."""
    within = built_in()
    given = [Regimen.parse(f"{name} {within.drugs[name].example}", within.drugs) for name in drugs]
    given = given or [Regimen.parse("no treatment", within.drugs)]
    posterior, left_out = posterior_for(Asked(draws), {population: given}, seed=1, catalogue=within)
    return posterior.only([name for name in posterior.names if name not in LIMITS_OF_READOUTS]), left_out


def _drawn(patient: Who, thetas: Sequence[Theta], twins: int) -> Many:
    """Twins of the patient, or patients of the population, under each theta."""
    within = built_in()
    if patient.facts is None:
        ids = np.broadcast_to(np.arange(twins), (len(thetas), twins))
        source = remembered(hashed)
        return draw_stacks(patient.population, ids, thetas, seed=patient.seed, catalogue=within, source=source)
    return twin_stacks([patient.facts], twins, thetas, seed=patient.seed, catalogue=within, population=patient.population)


def _medians(
    many: Many, regimen: Regimen, span: Span, parameters: Mapping[str, float], *, twins: int, threads: int, cancel: np.ndarray
) -> Sequence[tuple[str, np.ndarray]]:
    """The median of the twins under each theta by output, (thetas, days), stack by stack."""
    found = []
    for stack in many.stacks(regimen):
        if cancel[0]:
            raise Cancelled("the question was taken back")
        cohort = stack.cohort.with_values(parameters)
        solved = treat(cohort, regimen, span, typical=False, threads=threads, cancel=cancel)
        for name, values in shown_curves(solved).items():
            by_theta = np.where(solved.course.failed[:, None], np.nan, values).reshape(len(stack.places), twins, -1)
            found.append((name, np.nanmedian(by_theta, axis=1)))
    return found


def _edges(medians: np.ndarray) -> list[Any]:
    """Low and high on each day over the draws."""
    low, high = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    return as_numbers(np.nanquantile(medians, [low, high], axis=0).astype(np.float32))
