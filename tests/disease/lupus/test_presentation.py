"""How patients present: classes of nephritis, quiet organs, blood that lupus struck, complement and lost nephrons."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue import Theta
from immunoreset.catalogue.standard import patient_with
from immunoreset.disease.facts import NOTHING_KNOWN, Facts
from immunoreset.disease.lupus.chronicity import MEMBRANOUS, MIXED, PROLIFERATIVE, class_of_nephritis, lasting
from immunoreset.disease.lupus.sledai import SIMULATED
from immunoreset.patient.draws import Draws
from immunoreset.population import Cohort, sample

THETA, N = Theta.current(), 4000
TRIAL = sample("trial", N, seed=5)
MANY = Draws(1, np.arange(40_000))
CODE_OF = {
    "arthritis": "ARTHRITIS", "rash": "RASH", "alopecia": "ALOPECIA", "ulcers": "ULCERS", "serositis": "PLEURISY",
    "vasculitis": "VASCULITIS", "nervous": "HEADACHE", "fever": "FEVER",
}  # fmt: skip
ORGAN_OF = {
    "arthritis": "joints", "rash": "skin", "alopecia": "hair", "ulcers": "mucosa", "serositis": "serosa", "vasculitis": "vessels",
    "nervous": "nerves", "fever": "constitution",
}  # fmt: skip


def present(cohort: Cohort, code: str, **moved: Any) -> np.ndarray:
    """Who shows an item at entry, with other values of some states by 'module__state'."""
    patient = patient_with("lupus")
    p = patient.build(cohort.theta.values_for(patient.modules, cohort.parameters))
    s = patient.initial(p)
    for name, value in moved.items():
        part, state = name.split("__")
        s = s._replace(**{part: getattr(s, part)._replace(**{state: value})})
    marks = np.rint(np.asarray(patient.outputs["sledai_items"].read(0.0, s, p))).astype(int)
    return (marks >> SIMULATED.index(code)) & 1 == 1


def logit(share: Any) -> Any:
    return np.log(share / (1 - share))


def test_classes_of_nephritis_are_those_of_the_trial() -> None:
    """BLISS-LN: III or IV 58 %, with V 26 %, V 16 % (10.1056/NEJMoa2001180)."""
    sick = np.ones(len(MANY.ids), dtype=bool)
    kind = class_of_nephritis(sick, MANY, NOTHING_KNOWN, THETA)
    shares = [np.mean(kind == one) for one in (PROLIFERATIVE, MIXED, MEMBRANOUS)]
    assert shares == pytest.approx([0.58, 0.26, 0.16], abs=0.008)
    assert np.all(class_of_nephritis(~sick, MANY, NOTHING_KNOWN, THETA) == PROLIFERATIVE)
    known = class_of_nephritis(sick, MANY, Facts("a", class_v=True), THETA)
    assert set(np.unique(known)) == {MIXED, MEMBRANOUS}


def test_pure_class_v_has_the_largest_structural_share_and_both_with_v_have_the_mean_of_0_3() -> None:
    kind = class_of_nephritis(np.ones(len(MANY.ids), dtype=bool), MANY, NOTHING_KNOWN, THETA)
    latent = MANY.normal("chronicity")
    found = logit(lasting(latent, kind, None, MANY, THETA)["nephritis.structural_share"])
    middle = {one: np.mean(found[kind == one]) for one in (PROLIFERATIVE, MIXED, MEMBRANOUS)}
    with_v = logit(THETA.table["entry.structural_share_class_v"].value)
    assert np.mean(found[kind != PROLIFERATIVE]) == pytest.approx(with_v, abs=0.03)
    assert middle[PROLIFERATIVE] == pytest.approx(logit(THETA.table["nephritis.structural_share"].value), abs=0.05)
    apart = THETA.table["entry.structural_pure_over_mixed"].value
    assert middle[MEMBRANOUS] - middle[MIXED] == pytest.approx(apart, abs=0.06)
    assert middle[PROLIFERATIVE] < middle[MIXED] < middle[MEMBRANOUS]


@pytest.mark.parametrize("item", CODE_OF)
def test_an_organ_that_is_quiet_at_entry_scores_in_a_flare_above_its_cut_only(item: str) -> None:
    has, cut = (np.broadcast_to(TRIAL.parameters[f"sledai.{kind}_{item}"], N) for kind in ("has", "cut"))
    active, quiet = (has > 0) & (cut < 1), (has > 0) & (cut >= 1)
    assert np.mean(quiet[~active]) == pytest.approx(THETA.table["entry.quiet_share"].value, abs=0.07) and quiet.sum() > 15
    code, state = CODE_OF[item], f"organs__{ORGAN_OF[item]}"
    np.testing.assert_array_equal(present(TRIAL, code), active)
    np.testing.assert_array_equal(present(TRIAL, code, **{state: 1.001 * cut}), active | quiet)
    np.testing.assert_array_equal(present(TRIAL, code, **{state: 0.999 * cut}), np.zeros(N, dtype=bool))


def test_low_counts_score_only_where_lupus_brought_them_down() -> None:
    struck = TRIAL.parameters["sledai.has_thrombocytopenia"] > 0
    assert np.mean(struck) == pytest.approx(0.12, abs=0.02)
    np.testing.assert_array_equal(present(TRIAL, "THROMBOCYTOPENIA", platelets__platelets=20.0), struck)
    few = present(TRIAL, "LEUKOPENIA")
    np.testing.assert_array_equal(few, TRIAL.parameters["sledai.has_leukopenia"] > 0)
    fewer = {"neutrophils__neutrophils": 0.2, "lymphocytes__host_lymphocytes": 50.0}
    np.testing.assert_array_equal(present(TRIAL, "LEUKOPENIA", **fewer), few)
    assert 0 < few.mean() < 0.05


def test_counts_at_entry_are_those_of_a_person_without_disease_less_what_lupus_destroys() -> None:
    p = TRIAL.parameters
    inside = (p["platelets.baseline"] > 15) & (p["platelets.baseline"] < 500)
    healthy = (p["platelets.baseline"] * (1 + p["platelets.destruction"]))[inside]
    assert np.median(healthy) == pytest.approx(220 * 1.2, rel=0.03) and np.std(np.log(healthy)) == pytest.approx(0.2, rel=0.1)
    struck = p["sledai.has_thrombocytopenia"] > 0
    assert p["platelets.destruction"][struck].min() >= 1 > 0.31 > p["platelets.destruction"][~struck].max()
    assert p["red_cells.baseline"].min() >= 60
    men, women = (np.median(p["red_cells.baseline"][TRIAL.covariates["sex"] == sex]) for sex in ("M", "F"))
    assert men - women == pytest.approx(12 / 1.125, abs=2.5)


def test_c4_goes_with_c3_and_is_low_as_often_as_published() -> None:
    """BLISS-SC: low C4 in 25.8 % (10.1002/art.40049)."""
    p = TRIAL.parameters
    assert np.mean(p["inflammation.c4_baseline"] < 0.1) == pytest.approx(0.258, abs=0.03)
    together = np.corrcoef(np.log(p["inflammation.c3_baseline"]), np.log(p["inflammation.c4_baseline"]))[0, 1]
    assert together == pytest.approx(0.75, abs=0.05)
    assert np.all(p["inflammation.c4_baseline"] <= 0.97 * p["inflammation.c4_normal"])


def test_lost_nephrons_are_what_filtration_lacks_in_nephritis_and_none_without() -> None:
    cohort = sample("cart", N, seed=5)
    sick, p = cohort.covariates["nephritis"], cohort.parameters
    for name in ("nephritis.nephrons_lost_before", "nephritis.nephron_loss", "nephritis.filtration_inflamed"):
        assert np.all(np.broadcast_to(p[name], N)[~sick] == 0), name
    lost, filtration = p["nephritis.nephrons_lost_before"][sick], p["body.egfr"][sick]
    assert lost.min() >= 0 and lost.max() <= 0.9 and np.corrcoef(lost, filtration)[0, 1] < -0.7
    assert np.median(lost[filtration < 60]) > 0.3 > 0.05 > np.median(lost[filtration > 110])
