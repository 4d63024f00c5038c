"""Virtual patients: drawn as the model specification says (section 6), each by number, so that patient 17 is always the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.patient.loop_map import stable_untreated
from immunoreset.patient.parameters import Parameter, build, table, typical
from immunoreset.population.cohort import Cohort
from immunoreset.population.covariates import body_surface, draw_age, draw_height, draw_sex
from immunoreset.population.draws import Draws, Lognormal, Rare, Shared, log_sd, read_spread
from immunoreset.population.facts import NOTHING_KNOWN, Facts
from immunoreset.population.populations import WIDER_IN_ONCOLOGY, Population, find_population
from immunoreset.population.presentation import NEPHRITIS_ABOVE, assay_reading, draw_presentation, measured, within_bounds

MOST_ATTEMPTS = 200
# Assumed: items must score at entry, so that their cut stays below the inflammation at entry (1)
ITEM_CUT_CV, HIGHEST_ITEM_CUT = 0.35, 0.95
CLINICAL_ITEMS = ("arthritis", "rash", "alopecia", "ulcers", "serositis", "vasculitis")
# Chronic proteinuria stays below this share of the proteinuria at entry (assumed)
HIGHEST_FLOOR_SHARE = 0.8
CARE_LOG_SD, HIGHEST_CARE = 0.8, 0.6
ADHERENCE_BETA = (2.0, 1.2)
# FcRn and long-lived plasma-cell shares: suggested in parameters.csv and named as shared factors in the specification
FCRN_CV, LONG_LIVED_SHARE_CV = 0.15, 0.10
NORMAL_SHARE_OF_REST = 2 / 3


def sample(population: str, n: int, *, seed: int, first_id: int = 0) -> Cohort:
    """`n` virtual patients, numbered from `first_id`.

    A draw is refused and made anew when active disease is not stable, nephritis does not show in the urine, or the patient
    does not meet the entry criteria.

    >>> sample("cart", 5, seed=1).ids.tolist()
    [0, 1, 2, 3, 4]
    """
    if n < 1:
        raise InvalidValue(f"a cohort of {n} patients; ask for 1 or more")
    return sample_ids(population, np.arange(first_id, first_id + n), seed=seed)


def sample_ids(population: str, ids: np.ndarray, *, seed: int) -> Cohort:
    """The virtual patients of these numbers, in this order."""
    group = find_population(population)
    ids = np.asarray(ids, dtype=np.int64)
    waiting = np.arange(len(ids))
    accepted: list[tuple[np.ndarray, Cohort]] = []
    for attempt in range(MOST_ATTEMPTS):
        drawn, possible = draw(group, Draws(seed, ids[waiting], attempt))
        accepted.append((waiting[possible], drawn.select(possible)))
        waiting = waiting[~possible]
        if not len(waiting):
            return _in_order(accepted, len(ids))
    raise InvalidValue(
        f"{len(waiting)} of {len(ids)} patients of '{population}' met no entry criteria in {MOST_ATTEMPTS} draws; "
        f"loosen the criteria of the population"
    )


def draw(population: Population, draws: Draws, facts: Facts = NOTHING_KNOWN) -> tuple[Cohort, np.ndarray]:
    """One draw of each patient, agreeing with the facts as far as they are parameters, and a mask of those who are possible."""
    presented, nephritis, score = draw_presentation(population, draws, facts)
    values: dict[str, Any] = typical(*population.sets)
    values |= _by_rule(population, values, draws)
    values |= presented
    values |= _plasma_cells_and_fcrn(values, draws, facts)
    values |= _severity(population, values, draws)
    covariates = {
        "age": draw_age(population, draws, facts),
        "sex": draw_sex(population, draws, facts),
        "nephritis": nephritis,
        "sledai_2k": score,
        "anti_dsdna_reading": np.broadcast_to(assay_reading(values["antibodies.anti_dsdna_baseline"]), draws.ids.shape),
        "mycophenolate_adherence": draws.beta("adherence", *ADHERENCE_BETA),
        "background_response": _background_response(population, draws),
        "attempts": np.full(draws.ids.shape, draws.attempt + 1),
    }
    if facts.weight_kg is not None:
        values["body.weight"] = np.full(draws.ids.shape, float(facts.weight_kg))
    height = draw_height(covariates["sex"], covariates["age"], values["body.weight"], draws)
    covariates["height_cm"] = height
    values["body.surface_area"] = body_surface(height, values["body.weight"])
    patients = build(values)
    possible = np.broadcast_to(stable_untreated(patients), draws.ids.shape)
    if population.lupus:
        possible = possible & (values["organs.proteinuria_baseline"] >= population.lowest_proteinuria)
        possible = possible & _kidneys_agree(nephritis, values["organs.proteinuria_baseline"], facts)
        if facts.sledai_limits is None:
            possible = possible & (score >= population.lowest_sledai)
    return Cohort(values, draws.ids, draws.seed, population.name, covariates), possible


def _kidneys_agree(nephritis: np.ndarray, proteinuria: np.ndarray, facts: Facts) -> np.ndarray:
    """Nephritis shows in the urine, unless little protein is a known fact of the patient."""
    if facts.upcr_g_per_g is not None and facts.upcr_g_per_g <= NEPHRITIS_ABOVE:
        return np.ones(nephritis.shape, dtype=bool)
    return ~nephritis | (proteinuria > NEPHRITIS_ABOVE)


def _by_rule(population: Population, medians: dict[str, Any], draws: Draws) -> dict[str, Any]:
    """Parameters whose spread parameters.toml describes by rule, held inside their bounds."""
    values: dict[str, Any] = {}
    for name, parameter in table().items():
        spread = read_spread(parameter.spread)
        median = medians[name]
        if isinstance(spread, Lognormal):
            if name.startswith("flare.") and not population.lupus:
                continue
            wider = population.wider if name in WIDER_IN_ONCOLOGY else 1.0
            drawn = draws.lognormal(name, median if spread.median is None else spread.median, spread.sd * wider)
            values[name] = _bounded(parameter, np.minimum(drawn, spread.cap), median)
        elif isinstance(spread, Shared):
            shared = np.exp(spread.power * spread.sd * draws.normal(spread.factor))
            values[name] = _bounded(parameter, draws.lognormal(name, median, spread.own_sd) * shared, median)
        elif isinstance(spread, Rare):
            rare = spread.low * (spread.high / spread.low) ** draws.uniform(name)
            values[name] = np.where(draws.happens(f"{name} rare", spread.share), rare, median)
    return values


def _bounded(parameter: Parameter, drawn: np.ndarray, median: float) -> np.ndarray:
    low, high = parameter.bounds
    return np.clip(drawn, min(low, median), max(high, median))


def _plasma_cells_and_fcrn(values: dict[str, Any], draws: Draws, facts: Facts) -> dict[str, Any]:
    """IgG: its level, how well FcRn saves it, and the share that long-lived plasma cells make."""
    long_lived = draws.lognormal(
        "antibodies.igg_from_long_lived", values["antibodies.igg_from_long_lived"], log_sd(LONG_LIVED_SHARE_CV)
    )
    long_lived = within_bounds("antibodies.igg_from_long_lived", long_lived)
    fcrn = draws.lognormal("FcRn", 1.0, log_sd(FCRN_CV))
    found: dict[str, Any] = {
        "antibodies.igg_from_long_lived": long_lived,
        "antibodies.igg_from_short_lived": NORMAL_SHARE_OF_REST * (1 - long_lived),
        "antibodies.igg_from_autoreactive": (1 - NORMAL_SHARE_OF_REST) * (1 - long_lived),
        "antibodies.igg_loss_min": within_bounds("antibodies.igg_loss_min", values["antibodies.igg_loss_min"] * fcrn),
        "antibodies.igg_loss_max": within_bounds("antibodies.igg_loss_max", values["antibodies.igg_loss_max"] * fcrn),
    }
    if facts.igg_g_per_l is not None:
        found["antibodies.igg_baseline"] = within_bounds("antibodies.igg_baseline", measured(facts.igg_g_per_l, "igg", draws))
    return found


def _severity(population: Population, values: dict[str, Any], draws: Draws) -> dict[str, Any]:
    """What makes the same disease and the same cytokines show differently in different people."""
    found: dict[str, Any] = {"crs.shift": draws.logistic("crs.shift"), "icans.shift": draws.logistic("icans.shift")}
    if not population.lupus:
        found["malignancy.burden"] = within_bounds(
            "malignancy.burden", draws.lognormal("malignancy.burden", values["malignancy.burden"], population.burden_log_sd)
        )
        return found
    other = values["organs.weight_other"]
    found["organs.weight_activated"] = found["organs.weight_complexes"] = (1 - other) / 2
    highest_floor = HIGHEST_FLOOR_SHARE * values["organs.proteinuria_baseline"]
    found["organs.proteinuria_floor"] = np.minimum(values["organs.proteinuria_floor"], highest_floor)
    cut = values["trial.item_cut"]
    for item in CLINICAL_ITEMS:
        drawn = draws.lognormal(f"cut of {item}", cut, log_sd(ITEM_CUT_CV))
        found[f"sledai.cut_{item}"] = np.minimum(drawn, HIGHEST_ITEM_CUT)
    if population.enrolment_excess is not None:
        excess = values[population.enrolment_excess] * values["flare.sd"] * np.abs(draws.normal("enrolment"))
        found["flare.mean"] = within_bounds("flare.mean", -excess)
    return found


def _background_response(population: Population, draws: Draws) -> np.ndarray:
    """How much optimised background care lowers the drive of inflammation; nothing in refractory disease."""
    if population.care_median is None:
        return np.zeros(draws.ids.shape)
    drawn = draws.lognormal("background response", typical()[population.care_median], CARE_LOG_SD)
    return np.minimum(drawn, HIGHEST_CARE)


def _in_order(parts: list[tuple[np.ndarray, Cohort]], n: int) -> Cohort:
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
    )
