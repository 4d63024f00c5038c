"""The physician's assessment and BILAG-2004 of a simulated patient; every score stays inside its legal range in any state."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from immunoreset.catalogue.standard import patient_with, typical
from immunoreset.disease.lupus import chart
from immunoreset.disease.lupus.bilag_chart import Findings, bilag, severity
from immunoreset.disease.lupus.chart import assessed_load, physician_assessment
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.disease.lupus.sledai import SHOWN
from immunoreset.endpoints.lupus.bilag_grades import DOMAINS, write_letters
from immunoreset.population import sample

NUMBERS = typical() | {f"sledai.has_{sign}": 1.0 for sign, _ in SHOWN.values()}
FOLDS = np.array([0.3, 0.8, 1.5, 2.5])  # activity over the cut of the item: not seen, mild, moderate, severe
LETTERS = {  # by the rules of BILAG-2004, for the sign that an organ shows at each
    "joints": ("Musculoskeletal", "DCBA"), "skin": ("Mucocutaneous", "DCBA"), "vessels": ("Mucocutaneous", "DCBA"),
    "mucosa": ("Mucocutaneous", "DCCA"), "hair": ("Mucocutaneous", "DCCB"), "serosa": ("Cardiorespiratory", "DCBA"),
    "nerves": ("Neuropsychiatric", "DCBA"), "constitution": ("Constitutional", "DCBA"),
}  # fmt: skip


def findings(n: int = 1, **found: Any) -> Findings:
    """A visit without activity, but for what is given."""
    organs = {organ: np.broadcast_to(np.asarray(found.pop(organ, 0.0), float), n) for organ in ORGANS}
    usual = {
        "marks": 0.0, "upcr": 0.1, "egfr": 100.0, "haemoglobin": 130.0, "white_cells": 6.0, "neutrophils": 4.0,
        "lymphocytes": 1.5, "platelets": 220.0,
    }  # fmt: skip
    return Findings(organs, **{name: np.broadcast_to(np.asarray(value, float), n) for name, value in (usual | found).items()})


def letters(now: Findings, before: Findings, domain: str, numbers: Any = NUMBERS) -> str:
    place = list(DOMAINS).index(domain)
    return "".join(str(word)[place] for word in write_letters(bilag(now, before, numbers)))


@pytest.mark.parametrize("organ", LETTERS)
def test_an_organ_climbs_the_grades_of_bilag_with_its_activity_over_its_cut(organ: str) -> None:
    domain, expected = LETTERS[organ]
    activity = FOLDS * NUMBERS[f"sledai.cut_{SHOWN[organ].sign}"]
    assert severity(organ, activity, NUMBERS).tolist() == [0, 1, 2, 3]
    now = findings(4, **{organ: activity})
    assert letters(now, now, domain) == expected
    never = NUMBERS | {f"sledai.has_{SHOWN[other].sign}": 0.0 for other, (one, _) in LETTERS.items() if one == domain}
    assert letters(now, now, domain, never) == "EEEE"


@pytest.mark.parametrize(
    ("low", "grade"),
    [
        ({}, "D"), ({"platelets": 149}, "C"), ({"platelets": 49}, "B"), ({"platelets": 24}, "A"), ({"haemoglobin": 109}, "C"),
        ({"haemoglobin": 89}, "B"), ({"haemoglobin": 79}, "A"), ({"white_cells": 3.9}, "C"), ({"white_cells": 0.9}, "A"),
        ({"haemoglobin": 99}, "C"), ({"haemoglobin": 99, "blood": 1.0}, "B"), ({"haemoglobin": 101, "blood": 1.0}, "C"),
    ],
)  # fmt: skip
def test_counts_of_a_patient_whose_blood_lupus_struck_are_graded_and_haemolysis_counts(low: dict[str, float], grade: str) -> None:
    now = findings(**low)
    struck = NUMBERS | {"red_cells.haemolysis": 0.5}
    assert letters(now, now, "Haematological", struck) == grade
    assert letters(now, now, "Haematological", struck | {"sledai.has_blood": 0.0}) == "E", "else the treatment's"


def test_too_few_white_cells_at_entry_are_put_down_to_lupus_by_sledai_and_bilag_alike() -> None:
    """Who scores leukopenia has a haematological grade for white cells, and for nothing else that is low."""
    alone = NUMBERS | {"sledai.has_blood": 0.0, "sledai.has_leukopenia": 1.0}
    for low, grade in (
        ({"white_cells": 2.9}, "C"),
        ({"white_cells": 0.9}, "A"),
        ({"platelets": 24}, "D"),
        ({"haemoglobin": 79}, "D"),
    ):
        now = findings(**low)
        assert letters(now, now, "Haematological", alone) == grade, low


def test_the_kidney_is_graded_in_nephritis_alone() -> None:
    now, before = findings(upcr=3.0), findings(upcr=0.1)
    assert letters(now, before, "Renal") in ("A", "B") and letters(before, before, "Renal") == "D"
    assert letters(now, before, "Renal", NUMBERS | {"sledai.has_proteinuria": 0.0}) == "E"


@pytest.mark.parametrize(("load", "pga"), [(0.0, 0.0), (0.40, 0.5), (0.89, 1.0), (2.0, 1.79), (100.0, 3.0)])
def test_physicians_assessment_at_a_load(load: float, pga: float) -> None:
    assert np.asarray(physician_assessment(np.array(load), 2.2).value) == pytest.approx(pga, abs=1e-9)


def test_the_physician_weighs_organs_that_are_at_least_mildly_active_and_the_kidney_in_nephritis() -> None:
    def load(upcr: float = 0.1, numbers: Any = NUMBERS, **folds: float) -> float:
        organs = {organ: np.array(folds.get(organ, 0.0) * NUMBERS[f"sledai.cut_{SHOWN[organ].sign}"]) for organ in ORGANS}
        return float(assessed_load(organs, np.array(upcr), numbers))

    assert load() == 0 and load(joints=0.46) == 0
    assert load(joints=1.0) == pytest.approx(0.75 * 0.6) and load(joints=0.5) == pytest.approx(0.75 * 0.6 / 2)
    assert load(joints=1.0, nerves=2.0) == pytest.approx(0.75 * 0.6 + 1.5 * 1.2)
    assert load(upcr=1.5) == pytest.approx(1.0) and load(upcr=9.0) == pytest.approx(3.0) == load(upcr=4.5)
    assert load(upcr=0.2) == 0 and load(upcr=3.0, numbers=NUMBERS | {"sledai.has_proteinuria": 0.0}) == 0


def test_every_score_of_2000_random_states_is_legal() -> None:
    n, random = 2000, np.random.default_rng(7)
    cohort, patient = sample("cart", n, seed=7), patient_with("lupus")
    numbers = cohort.theta.values_for(patient.modules, cohort.parameters)
    p = patient.build(numbers)
    rest = patient.initial(p)
    moved = {
        name: getattr(rest, name) for name in ("organs", "nephritis", "autoantibody", "inflammation", "platelets", "neutrophils")
    }
    s = rest._replace(
        **{
            name: type(part)(*(np.asarray(value) * random.lognormal(0.0, 0.7, n) * random.integers(0, 2, n) for value in part))
            for name, part in moved.items()
        }
    )

    s = s._replace(nephritis=s.nephritis._replace(nephrons_lost=random.uniform(0.0, 1.0, n)))

    def read(name: str) -> np.ndarray:
        return np.broadcast_to(np.asarray(patient.outputs[name].read(0.0, s, p), dtype=float), n)

    marks, organs = read("sledai_items"), {organ: read(organ) for organ in ORGANS}
    score = chart.sledai_score(marks)
    assert np.all((score.total.values >= 0) & (score.total.values <= 105)) and np.ptp(score.total.values) > 20
    assert np.all((score.clinical.values >= 0) & (score.clinical.values <= score.total.values))
    smooth = read("sledai_2k_smooth")
    assert np.all((smooth >= 0) & (smooth <= 105))
    counts = {name: read(name) for name in ("egfr", "haemoglobin", "white_cells", "neutrophils", "platelets")}
    seen = Findings(organs, marks, read("proteinuria"), lymphocytes=read("lymphocytes_per_ul") / 1000, **counts)
    grades = bilag(seen, seen, numbers)
    np.testing.assert_array_equal(grades.low, grades.high)
    assert grades.low.shape == (n, 9) and set(np.unique(grades.low)) == {0, 1, 2, 3, 4}
    load = assessed_load(organs, seen.upcr, numbers)[:, None]
    nothing = np.zeros((n, 1))
    visit = chart.Activity(marks[:, None], marks[:, None], load, nothing, nothing, numbers)
    pga = np.asarray(visit.pga.value)
    assert np.all((pga >= 0) & (pga <= 3)) and pga.max() > 2.5
    for state in (visit.doris(), visit.drug_free_doris(), visit.lldas()):
        assert np.all(state.yes ^ state.no) and state.yes.any() and state.no.any()
    assert np.all(visit.lldas().yes[visit.doris().yes & (score.total.values <= 4)[:, None]]), "remission is low activity"
