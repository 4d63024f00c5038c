"""How a virtual patient presents at entry: nephritis, anti-dsDNA, complement and the items of SLEDAI-2K.

These decide whether a patient may enter a population, and whether a twin agrees with a real patient.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from immunoreset.patient.chart import sledai_score
from immunoreset.patient.parameters import build, table, typical
from immunoreset.patient.sledai import sledai_items
from immunoreset.patient.untreated import initial_state
from immunoreset.population.draws import Draws, log_sd
from immunoreset.population.facts import Facts
from immunoreset.population.populations import Population

# parameters.csv, rows U0, Dna0 and C30; without nephritis the lowest UPCR of the model (assumed)
PROTEINURIA_MEDIAN, PROTEINURIA_LOG_SD, PROTEINURIA_WITHOUT_NEPHRITIS = 2.3, 0.65, 0.3
ANTI_DSDNA_LOG_SD = 1.2
C3_CV = 0.30
LOWEST_TITRE = 1.0
NEPHRITIS_ABOVE = 0.5  # UPCR, g/g


def draw_presentation(population: Population, draws: Draws, facts: Facts) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
    """Parameters by flat name, who has nephritis, and SLEDAI-2K at entry."""
    if not population.lupus:
        none = np.zeros(draws.ids.shape)
        return {f"sledai.has_{item}": 0.0 for item in _ITEMS}, none.astype(bool), none
    nephritis = _nephritis(population, draws, facts)
    values: dict[str, Any] = {
        "organs.proteinuria_baseline": _proteinuria(nephritis, draws, facts),
        "organs.c3_baseline": _c3(draws, facts),
        "antibodies.anti_dsdna_baseline": _anti_dsdna(population, draws, facts),
        "sledai.has_proteinuria": nephritis.astype(float),
        "sledai.has_sediment": (nephritis & draws.happens("sediment", population.sediment_share)).astype(float),
    }
    for item, share in population.item_shares.items():
        values[f"sledai.has_{item}"] = draws.happens(item, share).astype(float)
    patients = build(typical() | values)
    score = sledai_score(sledai_items(0.0, initial_state(patients), patients)).total.values
    return values, nephritis, score


_ITEMS = ("proteinuria", "sediment", "arthritis", "rash", "alopecia", "ulcers", "serositis", "vasculitis")


def true_titre(reading: Any) -> Any:
    """The true anti-dsDNA titre behind an assay reading, IU/mL."""
    cut, exponent = typical()["antibodies.positive_above"], typical()["antibodies.assay_exponent"]
    return cut * (reading / cut) ** (1 / exponent)


def assay_reading(titre: Any) -> Any:
    """What the assay reads of a true anti-dsDNA titre, IU/mL."""
    cut, exponent = typical()["antibodies.positive_above"], typical()["antibodies.assay_exponent"]
    return cut * (titre / cut) ** exponent


def measured(known: float, assay: str, draws: Draws) -> np.ndarray:
    """True values that agree with a known measurement: the assay's log-normal noise around it."""
    return draws.lognormal(f"error of {assay}", known, typical()[f"assay.noise_{assay}"])


def within_bounds(name: str, values: np.ndarray) -> np.ndarray:
    """The values, held inside the bounds of the parameter."""
    return np.clip(values, *table()[name].bounds)


def _nephritis(population: Population, draws: Draws, facts: Facts) -> np.ndarray:
    if facts.nephritis is not None:
        return np.full(draws.ids.shape, facts.nephritis)
    if facts.upcr_g_per_g is not None:
        return np.full(draws.ids.shape, facts.upcr_g_per_g > NEPHRITIS_ABOVE)
    first = replace(draws, attempt=0)  # stays when the patient is drawn anew, so that entry criteria do not change the share
    return first.happens("nephritis", population.nephritis_share)


def _proteinuria(nephritis: np.ndarray, draws: Draws, facts: Facts) -> np.ndarray:
    if facts.upcr_g_per_g is not None:
        values = measured(facts.upcr_g_per_g, "proteinuria", draws)
    else:
        drawn = draws.lognormal("organs.proteinuria_baseline", PROTEINURIA_MEDIAN, PROTEINURIA_LOG_SD)
        values = np.where(nephritis, drawn, PROTEINURIA_WITHOUT_NEPHRITIS)
    return within_bounds("organs.proteinuria_baseline", values)


def _c3(draws: Draws, facts: Facts) -> np.ndarray:
    if facts.c3_g_per_l is not None:
        values = measured(facts.c3_g_per_l, "c3", draws)
    else:
        values = draws.lognormal("organs.c3_baseline", typical()["organs.c3_baseline"], log_sd(C3_CV))
    return within_bounds("organs.c3_baseline", values)


def _anti_dsdna(population: Population, draws: Draws, facts: Facts) -> np.ndarray:
    """True titre; patients below the cut-off of the assay keep their own low titre."""
    if facts.anti_dsdna_iu_per_ml is not None:
        reading = measured(max(facts.anti_dsdna_iu_per_ml, LOWEST_TITRE), "anti_dsdna", draws)
    else:
        reading = draws.lognormal("anti-dsDNA reading", population.anti_dsdna_median, ANTI_DSDNA_LOG_SD)
    return np.clip(true_titre(reading), LOWEST_TITRE, table()["antibodies.anti_dsdna_baseline"].bounds[1])
