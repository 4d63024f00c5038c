"""Virtual patients: drawn as the model specification says (section 6), each by number, so that patient 17 is always the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from immunoreset.catalogue import Catalogue, numbers_for
from immunoreset.disease.covariates import body_surface, draw_age, draw_height, draw_sex
from immunoreset.disease.disease import Disease, Population, Values
from immunoreset.disease.facts import NOTHING_KNOWN, Facts
from immunoreset.errors import InvalidValue
from immunoreset.memory import DRAWN, check_memory
from immunoreset.patient.birth_certificates import Parameter
from immunoreset.patient.compose import compose
from immunoreset.patient.draws import Draws, Source, bounded, hashed, lognormal_within_bounds, measured, within_bounds
from immunoreset.patient.host import HOST
from immunoreset.patient.quasi import sobol
from immunoreset.patient.spreads import Lognormal, Rare, Shared, log_sd, read_spread
from immunoreset.patient.theta import Theta
from immunoreset.population.changed import check_reached, check_typical, typical_values
from immunoreset.population.cohort import Cohort
from immunoreset.whole_numbers import whole_number, whole_numbers

MOST_ATTEMPTS = 200
A_FEW = 8  # patients on whom changed numbers are tried
CARE_LOG_SD, HIGHEST_CARE = 0.8, 0.6
ADHERENCE_BETA = (2.0, 1.2)
# FcRn and long-lived plasma-cell shares: suggested in parameters.csv and named as shared factors in the specification
FCRN_CV, LONG_LIVED_SHARE_CV = 0.15, 0.10
NORMAL_SHARE_OF_REST = 2 / 3


def sample(
    population: str,
    n: int,
    *,
    seed: int,
    first_id: int = 0,
    catalogue: Catalogue | None = None,
    theta: Theta | None = None,
    quasi: bool = False,
) -> Cohort:
    """`n` virtual patients, numbered from `first_id`; `catalogue` says what diseases, drugs and numbers there are.

    `theta` are other numbers than those of the catalogue. `quasi` draws quasi-random patients, for statistics of a population.
    A draw is refused and made anew when the untreated patient is not possible (active disease is not stable), nephritis does not
    show in the urine, or the patient does not meet the entry criteria. Raises InvalidValue for a theta with which the typical
    patient is not possible, and for a changed number that has no effect on these patients.

    >>> sample("cart", 5, seed=1).ids.tolist()
    [0, 1, 2, 3, 4]
    """
    n, first_id = whole_number("patients of a cohort", n), whole_number("first_id", first_id, least=0)
    check_memory(n * DRAWN, f"{n} virtual patients", count=n, least="patients")
    ids = np.arange(first_id, first_id + n)
    return sample_ids(population, ids, seed=seed, catalogue=catalogue, theta=theta, source=sobol if quasi else hashed)


def sample_ids(
    population: str,
    ids: np.ndarray,
    *,
    seed: int,
    catalogue: Catalogue | None = None,
    theta: Theta | None = None,
    source: Source = hashed,
) -> Cohort:
    """The virtual patients of these numbers, in this order; `source` is where their draws come from."""
    within = numbers_for(catalogue, theta)
    disease, group = within.population(population)
    ids = whole_numbers("numbers of patients", ids)
    waiting = np.arange(len(ids))
    accepted: list[tuple[np.ndarray, Cohort]] = []
    for attempt in range(MOST_ATTEMPTS):
        draws, once = Draws(seed, ids[waiting], attempt, source), draw if attempt else draw_checked
        drawn, possible = once(disease, group, draws, NOTHING_KNOWN, within)
        accepted.append((waiting[possible], drawn.select(possible)))
        waiting = waiting[~possible]
        if not len(waiting):
            return in_order(accepted, len(ids))
    raise InvalidValue(nobody_enters(len(waiting), len(ids), population, within.theta))


def nobody_enters(without: int, of: int, population: str, theta: Theta) -> str:
    """That so many patients were drawn again and again, and may not enter."""
    changed = f" with {theta.change}" if theta.change else ""
    return (
        f"{without} of {of} patients of '{population}'{changed} met no entry criteria in {MOST_ATTEMPTS} draws; "
        f"loosen the criteria of the population" + (", or change less" if changed else "")
    )


def draw_checked(
    disease: Disease, population: Population, draws: Draws, facts: Facts, catalogue: Catalogue
) -> tuple[Cohort, np.ndarray]:
    """One draw as `draw` makes it, in which changed numbers are tried.

    Raises InvalidValue for changed numbers with which there is no patient at rest, or that no patient of the population has.
    """
    if not catalogue.changed:
        return draw(disease, population, draws, facts, catalogue)
    check_typical(disease, catalogue)
    cohort, possible = draw(disease, population, draws, facts, catalogue)
    if possible.any():
        cohort.select(possible).check_possible(catalogue.theta.change)
    check_reached(
        population,
        catalogue,
        cohort.parameters,
        lambda within: draw(disease, population, draws, facts, within)[0].parameters,
    )
    return cohort, possible


def draw(disease: Disease, population: Population, draws: Draws, facts: Facts, catalogue: Catalogue) -> tuple[Cohort, np.ndarray]:
    """One draw of each patient, agreeing with the facts as far as they are parameters, and a mask of those who are possible."""
    theta = catalogue.theta
    entry = disease.hooks.present(population, draws, facts, theta)
    values = typical_values(disease, catalogue)
    values |= _by_rule(population, values, draws, theta, theta.in_host(disease.name))
    values |= entry.values
    values |= _plasma_cells_and_fcrn(values, draws, facts, theta)
    values |= {"crs.shift": draws.logistic("crs.shift"), "icans.shift": draws.logistic("icans.shift")}
    values |= disease.hooks.settle(population, values, draws, theta)
    covariates = {
        "age": draw_age(population, draws, facts),
        "sex": draw_sex(population, draws, facts),
        "nephritis": entry.nephritis,
        "sledai_2k": entry.score,
        **entry.covariates,
        "mycophenolate_adherence": draws.beta("adherence", *ADHERENCE_BETA),
        "background_response": _background_response(population, draws, theta),
        "attempts": np.full(draws.ids.shape, draws.attempt + 1),
    }
    if facts.weight_kg is not None:
        values["body.weight"] = np.full(draws.ids.shape, float(facts.weight_kg))
    height = draw_height(covariates["sex"], covariates["age"], values["body.weight"], draws)
    covariates["height_cm"] = height
    values["body.surface_area"] = body_surface(height, values["body.weight"])
    possible = _possible(disease, values, theta, draws.ids.shape) & disease.hooks.admits(population, values, entry, facts)
    return Cohort(values, draws.ids, draws.seed, population.name, covariates, catalogue), possible


def _possible(disease: Disease, values: Values, theta: Theta, shape: tuple[int, ...]) -> np.ndarray:
    """Who can be untreated and at rest."""
    patient = compose(*HOST, *disease.modules)
    wanted = patient.impossible(patient.build(theta.values_for(patient.modules, values)))
    masks = [np.broadcast_to(np.asarray(value) > 0, shape) for value in wanted.values()]
    return np.logical_and.reduce(masks) if masks else np.ones(shape, dtype=bool)


def _by_rule(population: Population, medians: Values, draws: Draws, theta: Theta, table: Mapping[str, Parameter]) -> Values:
    """Parameters whose spread their table describes by rule, held inside their bounds."""
    values: Values = {}
    for name, median in medians.items():
        parameter = table[name]
        spread, drawn_as = read_spread(parameter.spread), parameter.drawn_as
        if isinstance(spread, Lognormal):
            wider = (population.wider if name in population.wider_numbers else 1.0) * theta.spread(name)
            middle = median if spread.median is None or name in theta.changed else spread.median
            values[name] = lognormal_within_bounds(parameter, spread, median, draws, middle=middle, wider=wider)
        elif isinstance(spread, Shared):
            wider = theta.spread(name)
            shared = np.exp(spread.power * spread.sd * wider * draws.normal(spread.factor))
            own = draws.lognormal(drawn_as, median, spread.own_sd * wider) if spread.own_sd else median
            values[name] = bounded(parameter, own * shared, median)
        elif isinstance(spread, Rare):
            rare = spread.low * (spread.high / spread.low) ** draws.uniform(drawn_as)
            values[name] = np.where(draws.happens(f"{drawn_as} rare", spread.share), rare, median)
    return values


def _plasma_cells_and_fcrn(values: Values, draws: Draws, facts: Facts, theta: Theta) -> Values:
    """IgG: its level, how well FcRn saves it, and the share that long-lived plasma cells make."""

    def held(name: str, drawn: Any) -> np.ndarray:
        return within_bounds(theta.table[name], drawn)

    share = "antibodies.igg_from_long_lived"
    long_lived = held(share, draws.lognormal(share, values[share], log_sd(LONG_LIVED_SHARE_CV)))
    fcrn = draws.lognormal("FcRn", 1.0, log_sd(FCRN_CV))
    found: Values = {
        share: long_lived,
        "antibodies.igg_from_short_lived": NORMAL_SHARE_OF_REST * (1 - long_lived),
        "antibodies.igg_from_autoreactive": (1 - NORMAL_SHARE_OF_REST) * (1 - long_lived),
        "antibodies.igg_loss_min": held("antibodies.igg_loss_min", values["antibodies.igg_loss_min"] * fcrn),
        "antibodies.igg_loss_max": held("antibodies.igg_loss_max", values["antibodies.igg_loss_max"] * fcrn),
    }
    if facts.igg_g_per_l is not None:
        known = measured(facts.igg_g_per_l, "igg", draws, theta)
        found["antibodies.igg_baseline"] = held("antibodies.igg_baseline", known)
    return found


def _background_response(population: Population, draws: Draws, theta: Theta) -> np.ndarray:
    """How much optimised background care lowers the drive of inflammation; nothing in refractory disease."""
    if population.care_median is None:
        return np.zeros(draws.ids.shape)
    drawn = draws.lognormal("background response", theta.table[population.care_median].value, CARE_LOG_SD)
    return np.minimum(drawn, HIGHEST_CARE)


def in_order(parts: list[tuple[np.ndarray, Cohort]], n: int) -> Cohort:
    """The accepted patients in the order in which they were asked for."""
    _, first = parts[0]

    def gather(values: list[Any]) -> Any:
        if not np.ndim(values[0]):
            return values[0]
        whole = np.empty(n, dtype=np.result_type(*values))
        for (places, _), value in zip(parts, values, strict=True):
            whole[places] = value
        return whole

    return Cohort(
        {name: gather([part.parameters[name] for _, part in parts]) for name in first.parameters},
        gather([part.ids for _, part in parts]),
        first.seed,
        first.population,
        {name: gather([part.covariates[name] for _, part in parts]) for name in first.covariates},
        first.catalogue,
    )
