"""How a virtual patient with lupus presents at entry: nephritis, anti-dsDNA, complement and the items of SLEDAI-2K.

These decide whether a patient may enter a population, and whether a twin agrees with a real patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from immunoreset.disease.disease import Entry, Population, Values
from immunoreset.disease.facts import Facts
from immunoreset.disease.lupus import autoantibody, autoreactive_loop, flare, inflammation, nephritis, sledai
from immunoreset.disease.lupus.autoantibody import assay_reading
from immunoreset.disease.lupus.chart import sledai_score
from immunoreset.disease.lupus.chronicity import chronicity, class_v, egfr, lasting
from immunoreset.disease.lupus.populations import LupusEntry
from immunoreset.patient.compose import compose, reading
from immunoreset.patient.draws import Draws, measured, within_bounds
from immunoreset.patient.host import HOST
from immunoreset.patient.spreads import log_sd
from immunoreset.patient.theta import Theta

# Without nephritis the lowest UPCR of the model (assumed)
PROTEINURIA_MEDIAN, PROTEINURIA_LOG_SD, PROTEINURIA_WITHOUT_NEPHRITIS = 2.3, 0.65, 0.3
ANTI_DSDNA_LOG_SD = 1.5
C3_LOG_SD = 0.25
HIGHEST_C3_SHARE = 0.97  # of C3 without consumption
LOWEST_TITRE = 1.0
NEPHRITIS_ABOVE = 0.5  # UPCR, g/g
# Assumed: items must score at entry, so that their cut stays below the inflammation at entry (1)
HIGHEST_ITEM_CUT = 0.95
CLINICAL_ITEMS = ("arthritis", "rash", "alopecia", "ulcers", "serositis", "vasculitis")
# Chronic proteinuria stays below this share of the proteinuria at entry (assumed)
HIGHEST_FLOOR_SHARE = 0.8

_UNTREATED = compose(*HOST, *(part.MODULE for part in (flare, autoreactive_loop, autoantibody, inflammation, nephritis, sledai)))


def present(population: Population, draws: Draws, facts: Facts, theta: Theta) -> Entry:
    """Numbers by flat name, who has nephritis, and SLEDAI-2K at entry."""
    entry: LupusEntry = population.entry
    kidneys = _nephritis(entry, draws, facts)
    years, membranous = chronicity(population, draws, facts, theta), class_v(kidneys, draws, facts, theta)
    values: Values = {
        **lasting(years, membranous, entry.other_factor, draws, theta),
        "body.egfr": egfr(kidneys, draws, facts, theta),
        "nephritis.proteinuria_baseline": _proteinuria(kidneys, draws, facts, theta),
        "inflammation.c3_baseline": _c3(entry, draws, facts, theta),
        "autoantibody.anti_dsdna_baseline": _anti_dsdna(entry, draws, facts, theta),
        "sledai.has_proteinuria": kidneys.astype(float),
        "sledai.has_sediment": (kidneys & draws.happens("sediment", entry.sediment_share)).astype(float),
    }
    for item, share in entry.item_shares.items():
        values[f"sledai.has_{item}"] = draws.happens(item, share).astype(float)
    p = _UNTREATED.build(theta.values_for(_UNTREATED.modules, values))
    score = sledai_score(reading("sledai_items")(0.0, _UNTREATED.initial(p), p)).total.values
    titre = titre_reading(values["autoantibody.anti_dsdna_baseline"], theta)
    seen = {"anti_dsdna_reading": np.broadcast_to(titre, draws.ids.shape), "chronicity": years, "class_v": membranous}
    return Entry(values, kidneys, score, seen)


def settle(population: Population, values: Values, draws: Draws, theta: Theta) -> Values:
    """What makes the same disease show differently in different people, and how active it is at enrolment."""
    other = values["inflammation.weight_other"]
    shared = (1 - other) / 2
    highest_floor = HIGHEST_FLOOR_SHARE * values["nephritis.proteinuria_baseline"]
    found: Values = {
        "inflammation.weight_activated": shared,
        "inflammation.weight_complexes": shared,
        "nephritis.proteinuria_floor": np.minimum(values["nephritis.proteinuria_floor"], highest_floor),
        "inflammation.c3_baseline": np.minimum(
            values["inflammation.c3_baseline"], HIGHEST_C3_SHARE * values["inflammation.c3_normal"]
        ),
    }
    cut = values["trial.item_cut"]
    for item in CLINICAL_ITEMS:
        drawn = draws.lognormal(f"cut of {item}", cut, log_sd(values["entry.item_cut_cv"]))
        found[f"sledai.cut_{item}"] = within_bounds(theta.table[f"sledai.cut_{item}"], np.minimum(drawn, HIGHEST_ITEM_CUT))
    if population.entry.enrolment_excess is not None:
        excess = values[population.entry.enrolment_excess] * values["flare.sd"] * np.abs(draws.normal("enrolment"))
        steroid = draws.happens("steroid above target", values["trial.steroid_above_target_share"])
        found["trial.steroid_above_target"] = steroid.astype(float)
        found["flare.mean"] = within_bounds(theta.table["flare.mean"], -excess)
    return found


def follows(changed: Mapping[str, float]) -> Values:
    """The shares of inflammation add up to one: who changes the rest alone leaves what remains to the two others."""
    own = {"inflammation.weight_activated", "inflammation.weight_complexes"}
    if "inflammation.weight_other" not in changed or own & set(changed):
        return {}
    return dict.fromkeys(own, (1 - changed["inflammation.weight_other"]) / 2)


def admits(population: Population, values: Values, entry: Entry, facts: Facts) -> np.ndarray:
    """Whether each patient has what the population asks for, and shows nephritis in the urine."""
    proteinuria = values["nephritis.proteinuria_baseline"]
    possible = (proteinuria >= population.entry.lowest_proteinuria) & _kidneys_agree(entry.nephritis, proteinuria, facts)
    if facts.sledai_limits is None:
        possible = possible & (entry.score >= population.entry.lowest_sledai)
    return possible


def _kidneys_agree(nephritis: np.ndarray, proteinuria: np.ndarray, facts: Facts) -> np.ndarray:
    """Nephritis shows in the urine, unless little protein is a known fact of the patient."""
    if facts.upcr_g_per_g is not None and facts.upcr_g_per_g <= NEPHRITIS_ABOVE:
        return np.ones(nephritis.shape, dtype=bool)
    return ~nephritis | (proteinuria > NEPHRITIS_ABOVE)


def true_titre(reading: Any, theta: Theta) -> Any:
    """The true anti-dsDNA titre behind an assay reading, IU/mL."""
    return assay_reading(reading, _cut(theta), 1 / theta.table["autoantibody.assay_exponent"].value)


def titre_reading(titre: Any, theta: Theta) -> Any:
    """What the assay reads of a true anti-dsDNA titre, IU/mL."""
    return assay_reading(titre, _cut(theta), theta.table["autoantibody.assay_exponent"].value)


def _cut(theta: Theta) -> float:
    return theta.table["autoantibody.positive_above"].value


def _nephritis(entry: LupusEntry, draws: Draws, facts: Facts) -> np.ndarray:
    if facts.nephritis is not None:
        return np.full(draws.ids.shape, facts.nephritis)
    if facts.upcr_g_per_g is not None:
        return np.full(draws.ids.shape, facts.upcr_g_per_g > NEPHRITIS_ABOVE)
    first = replace(draws, attempt=0)  # stays when the patient is drawn anew, so that entry criteria do not change the share
    return first.happens("nephritis", entry.nephritis_share)


def _proteinuria(kidneys: np.ndarray, draws: Draws, facts: Facts, theta: Theta) -> np.ndarray:
    parameter = theta.table["nephritis.proteinuria_baseline"]
    if facts.upcr_g_per_g is not None:
        values = measured(facts.upcr_g_per_g, "proteinuria", draws, theta)
    else:
        drawn = draws.lognormal(parameter.drawn_as, PROTEINURIA_MEDIAN, PROTEINURIA_LOG_SD)
        values = np.where(kidneys, drawn, PROTEINURIA_WITHOUT_NEPHRITIS)
    return within_bounds(parameter, values)


def _c3(entry: LupusEntry, draws: Draws, facts: Facts, theta: Theta) -> np.ndarray:
    parameter = theta.table["inflammation.c3_baseline"]
    if facts.c3_g_per_l is not None:
        values = measured(facts.c3_g_per_l, "c3", draws, theta)
    else:
        values = draws.lognormal(parameter.drawn_as, theta.table[entry.c3_median].value, C3_LOG_SD)
    return within_bounds(parameter, values)


def _anti_dsdna(entry: LupusEntry, draws: Draws, facts: Facts, theta: Theta) -> np.ndarray:
    """True titre; patients below the cut-off of the assay keep their own low titre."""
    if facts.anti_dsdna_iu_per_ml is not None:
        reading = measured(max(facts.anti_dsdna_iu_per_ml, LOWEST_TITRE), "anti_dsdna", draws, theta)
    else:
        reading = draws.lognormal("anti-dsDNA reading", theta.table[entry.anti_dsdna_median].value, ANTI_DSDNA_LOG_SD)
    return np.clip(true_titre(reading, theta), LOWEST_TITRE, theta.table["autoantibody.anti_dsdna_baseline"].bounds[1])
