"""How a virtual patient with lupus presents at entry: nephritis, anti-dsDNA, complement and the items of SLEDAI-2K.

These decide whether a patient may enter a population, and whether a twin agrees with a real patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from immunoreset.disease.covariates import draw_age, draw_sex
from immunoreset.disease.disease import Entry, Population, Values
from immunoreset.disease.facts import Facts
from immunoreset.disease.families.autoimmune import autoreactive_loop, flare, nephritis
from immunoreset.disease.lupus import autoantibody, inflammation, organs, sledai
from immunoreset.disease.lupus.autoantibody import assay_reading
from immunoreset.disease.lupus.chart import INTENSITY_OF_ITEM, sledai_score
from immunoreset.disease.lupus.chronicity import PROLIFERATIVE, chronicity, class_of_nephritis, egfr, lasting, nephrons_lost
from immunoreset.disease.lupus.long_term.history import draw_damage, draw_person
from immunoreset.disease.lupus.populations import LupusEntry
from immunoreset.patient.compose import compose, reading
from immunoreset.patient.draws import Draws, lognormal_within_bounds, measured, within_bounds
from immunoreset.patient.host import HOST
from immunoreset.patient.spreads import Lognormal, log_sd, read_spread
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
QUIET_LOG_SD = 0.4
HIGHEST_CUT_OF_QUIET = 6.0
C4_LOG_SD = 0.385
HIGHEST_C4_SHARE = 0.97
PLATELETS_LOG_SD, HAEMOGLOBIN_LOG_SD = 0.2, 0.08
HAEMOGLOBIN_MORE_IN_MEN = 12.0  # g/L
LEAST_HAEMOGLOBIN = 60.0
# disease over normal loss at entry, in those whom lupus strikes there and in others, uniform or log-uniform (assumed)
STRUCK_PLATELETS, OTHER_PLATELETS = (1.0, 12.0), (0.1, 0.3)
STRUCK_RED_CELLS, OTHER_RED_CELLS = (0.4, 1.0), (0.05, 0.2)
# Chronic proteinuria stays below this share of the proteinuria at entry (assumed)
HIGHEST_FLOOR_SHARE = 0.8

_PARTS = (flare, autoreactive_loop, autoantibody, inflammation, nephritis, organs, sledai)
_UNTREATED = compose(*HOST, *(part.MODULE for part in _PARTS))


def present(population: Population, draws: Draws, facts: Facts, theta: Theta) -> Entry:
    """Numbers by flat name, who has nephritis, and SLEDAI-2K at entry."""
    entry: LupusEntry = population.entry
    kidneys = _nephritis(entry, draws, facts)
    years, kind = chronicity(population, draws, facts, theta), class_of_nephritis(kidneys, draws, facts, theta)
    values: Values = {
        **lasting(years, kind, entry.other_factor, draws, theta),
        "body.egfr": egfr(kidneys, draws, facts, theta),
        "nephritis.proteinuria_baseline": _proteinuria(kidneys, draws, facts, theta),
        "inflammation.c3_baseline": _c3(entry, draws, facts, theta),
        "autoantibody.anti_dsdna_baseline": _anti_dsdna(entry, draws, facts, theta),
        "sledai.has_proteinuria": kidneys.astype(float),
        "sledai.has_sediment": (kidneys & draws.happens("sediment", entry.sediment_share)).astype(float),
    }
    values |= _complement(entry, values["inflammation.c3_baseline"], draws, theta)
    values |= _blood(entry, draw_sex(population, draws, facts), draws, theta)
    values |= _organs(entry, draws, theta)
    values |= draw_person(population, draws, facts, theta)
    values |= _white_cells(draws, theta)
    values["nephritis.nephrons_lost_before"] = np.where(
        kidneys, nephrons_lost(values["body.egfr"], draw_age(population, draws, facts), draws, theta), 0.0
    )
    p = _UNTREATED.build(theta.values_for(_UNTREATED.modules, values))
    score = sledai_score(reading("sledai_items")(0.0, _UNTREATED.initial(p), p)).total.values
    titre = titre_reading(values["autoantibody.anti_dsdna_baseline"], theta)
    seen = {"anti_dsdna_reading": np.broadcast_to(titre, draws.ids.shape), "chronicity": years, "class_v": kind != PROLIFERATIVE}
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
    for item, active in _active(population.entry, draws, values).items():
        drawn = draws.lognormal(f"cut of {item}", cut, log_sd(values["entry.item_cut_cv"]))
        number = f"sledai.cut_{item}"
        found[number] = np.where(active, within_bounds(theta.table[number], np.minimum(drawn, HIGHEST_ITEM_CUT)), values[number])
    nephritis = values["sledai.has_proteinuria"] > 0
    for number in ("nephritis.nephron_loss", "nephritis.filtration_inflamed"):
        found[number] = np.where(nephritis, values[number], 0.0)
    found["inflammation.c4_baseline"] = np.minimum(
        values["inflammation.c4_baseline"], HIGHEST_C4_SHARE * values["inflammation.c4_normal"]
    )
    if population.entry.enrolment_excess is not None:
        excess = values[population.entry.enrolment_excess] * values["flare.sd"] * np.abs(draws.normal("enrolment"))
        steroid = draws.happens("steroid above target", values["trial.steroid_above_target_share"])
        found["trial.steroid_above_target"] = steroid.astype(float)
        found["flare.mean"] = within_bounds(theta.table["flare.mean"], -excess)
    return found | draw_damage(values, draws, theta)


def _white_cells(draws: Draws, theta: Theta) -> Values:
    """Neutrophils and lymphocytes at entry, as everybody's are drawn, and whether leucocytes are so few that the item scores."""
    found: Values = {}
    for name in ("lymphocytes.baseline", "neutrophils.baseline"):
        number = theta.table[name]
        spread = read_spread(number.spread)
        assert isinstance(spread, Lognormal)
        found[name] = lognormal_within_bounds(number, spread, number.value, draws, wider=theta.spread(name))
    others, per_giga, cut = (
        theta.table[name].value for name in ("assay.other_leucocytes", "assay.neutrophil_count", "sledai.cut_white_cells")
    )
    few = found["neutrophils.baseline"] + (found["lymphocytes.baseline"] + others) / per_giga < cut
    return found | {"sledai.has_leukopenia": few.astype(float)}


def _active(entry: LupusEntry, draws: Draws, values: Values) -> dict[str, np.ndarray]:
    """Which organs show their item at entry, by item."""
    found = {item: draws.happens(item, share) for item, share in entry.item_shares.items()}
    return found | {"blood": values["sledai.has_blood"] > 0}


def _organs(entry: LupusEntry, draws: Draws, theta: Theta) -> Values:
    """Which organs are active, and which are quiet but can flare: these have a cut above the activity of entry."""
    found: Values = {}
    share, intensity = (theta.table[f"entry.quiet_{name}"].value for name in ("share", "intensity"))
    for item, often in entry.item_shares.items():
        active, can_flare = draws.happens(item, often), draws.happens(f"{item} can flare", share)
        quiet = draws.lognormal(f"quiet {item}", INTENSITY_OF_ITEM / intensity, QUIET_LOG_SD)
        found[f"sledai.has_{item}"] = (active | can_flare).astype(float)
        usual = theta.table[f"sledai.cut_{item}"].value
        found[f"sledai.cut_{item}"] = np.where(active, usual, np.clip(quiet, 1.0, HIGHEST_CUT_OF_QUIET))
    found["sledai.nervous_kind"] = np.floor(draws.uniform("nervous kind") * len(sledai.NERVOUS))
    found["sledai.serous_kind"] = np.floor(draws.uniform("serous kind") * len(sledai.SEROUS))
    return found


def _blood(entry: LupusEntry, sex: np.ndarray, draws: Draws, theta: Theta) -> Values:
    """Counts at entry: those of a person without disease, less what lupus destroys."""

    def loss(name: str, struck: np.ndarray, high: tuple[float, float], low: tuple[float, float]) -> np.ndarray:
        share = draws.uniform(f"{name} over normal loss")
        return np.where(struck, high[0] * (high[1] / high[0]) ** share, low[0] + (low[1] - low[0]) * share)

    platelets, red = theta.table["platelets.baseline"], theta.table["red_cells.baseline"]
    struck = draws.happens("thrombocytopenia", entry.thrombocytopenia_share)
    haemolytic = draws.happens("haemolysis", entry.haemolysis_share)
    destroyed = loss("platelets", struck, STRUCK_PLATELETS, OTHER_PLATELETS)
    healthy = draws.lognormal("platelets", platelets.value * (1 + float(np.mean(OTHER_PLATELETS))), PLATELETS_LOG_SD)
    made = draws.lognormal("haemoglobin", red.value * (1 + float(np.mean(OTHER_RED_CELLS))), HAEMOGLOBIN_LOG_SD)
    made = made + np.where(sex == "M", HAEMOGLOBIN_MORE_IN_MEN, 0.0)
    haemolysed = np.minimum(loss("red cells", haemolytic, STRUCK_RED_CELLS, OTHER_RED_CELLS), made / LEAST_HAEMOGLOBIN - 1)
    return {
        "platelets.destruction": destroyed,
        "platelets.baseline": within_bounds(platelets, healthy / (1 + destroyed)),
        "red_cells.haemolysis": haemolysed,
        "red_cells.baseline": within_bounds(red, made / (1 + haemolysed)),
        "sledai.has_thrombocytopenia": struck.astype(float),
        "sledai.has_blood": (struck | haemolytic).astype(float),
    }


def _complement(entry: LupusEntry, c3: np.ndarray, draws: Draws, theta: Theta) -> Values:
    """C4 at entry, which goes with C3."""
    parameter, together = theta.table["inflammation.c4_baseline"], theta.table["entry.c4_with_c3"].value
    with_c3 = np.log(c3 / theta.table[entry.c3_median].value) / C3_LOG_SD
    deviate = together * with_c3 + np.sqrt(1 - together * together) * draws.normal("C4")
    return {parameter.name: within_bounds(parameter, theta.table[entry.c4_median].value * np.exp(C4_LOG_SD * deviate))}


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
