"""SLEDAI-2K, remission, relapse, and the grades of CRS and ICANS."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.patient.model import initial_state
from immunoreset.patient.outputs import OUTPUTS, find_output
from immunoreset.patient.parameters import Parameters, build, typical
from immunoreset.patient.state import State


def patient(**overrides: float) -> tuple[State, Parameters]:
    p = build(typical(**overrides))
    return initial_state(p), p


def read(output: str, s: State, p: Parameters) -> float:
    return float(OUTPUTS[output].read(0.0, s, p))


def test_typical_patient_scores_16_with_arthritis_nephritis_and_serology() -> None:
    assert read("sledai_2k", *patient()) == 16
    assert read("clinical_sledai", *patient()) == 12
    assert read("sledai_2k_smooth", *patient()) == pytest.approx(16, abs=0.01)


@pytest.mark.parametrize(
    ("item", "points"),
    [("hasRash", 2), ("hasAlo", 2), ("hasUlc", 2), ("hasSer", 2), ("hasVas", 8), ("hasArt", -4), ("hasU", -4), ("hasK", -4)],
)
def test_each_item_of_a_patient_has_the_points_of_sledai_2k(item: str, points: int) -> None:
    assert read("sledai_2k", *patient(**{item: 1.0 if points > 0 else 0.0})) == 16 + points


def test_an_item_scores_above_the_patients_own_cut_only() -> None:
    s, p = patient(hasRash=1.0, cutRash=0.8)
    at_07, at_09 = (read("clinical_sledai", s._replace(inflammation=level), p) for level in (0.7, 0.9))
    assert at_09 - at_07 == 2


def test_remission_and_low_activity_follow_the_score() -> None:
    s, p = patient()
    assert read("doris", s, p) == 0 and read("lldas", s, p) == 0
    serology_only = s._replace(inflammation=0.1, renal_inflammation=0.1, proteinuria=0.2)
    assert read("sledai_2k", serology_only, p) == 4
    assert read("doris", serology_only, p) == 1 and read("lldas", serology_only, p) == 1


def test_relapse_needs_both_cells_and_clinical_activity() -> None:
    s, p = patient()
    assert read("relapse_signs", s, p) == 1
    assert read("relapse_signs", s._replace(autoreactive_memory=1.0, autoreactive_activated=1.0), p) == 0
    assert read("relapse_signs", s._replace(inflammation=0.1, renal_inflammation=0.1, proteinuria=0.2), p) == 0


@pytest.mark.parametrize(("il6", "grade"), [(30.0, 0), (50.0, 1), (300.0, 2), (1000.0, 3), (3000.0, 4)])
def test_crs_grade_counts_the_cuts_that_il6_exceeds(il6: float, grade: int) -> None:
    s, p = patient()
    assert read("crs_grade", s._replace(il6=il6), p) == grade


def test_tocilizumab_lowers_crs_but_not_icans() -> None:
    s, p = patient()
    ill = s._replace(il6=500.0, endothelium=3.0)
    treated = ill._replace(tocilizumab=500.0)
    assert read("crs_grade", ill, p) == 2 and read("crs_grade", treated, p) == 0
    assert read("icans_grade", ill, p) == read("icans_grade", treated, p) == 2


def test_share_of_patients_with_crs_is_logistic_in_the_signal() -> None:
    uniform = (np.arange(20000) + 0.5) / 20000
    p = build(typical(CRS_SHIFT=np.log(uniform / (1 - uniform))))
    s = initial_state(p)._replace(il6=60.0)
    share = np.mean(OUTPUTS["crs_grade"].read(0.0, s, p) >= 1)
    assert share == pytest.approx(1 / (1 + np.exp(-(np.log10(60.0) - 1.60) / 0.15)), abs=0.001)


def test_no_toxicity_before_treatment() -> None:
    assert read("crs_grade", *patient()) == 0 and read("icans_grade", *patient()) == 0
    assert np.isfinite(read("icans_signal", *patient()))


def test_infection_hazard_rises_with_each_deficit() -> None:
    s, p = patient()
    usual = read("infections_per_100_days", s, p)
    for deficit in ({"neutrophils": 0.2}, {"host_lymphocytes": 60.0}, {"igg": 3.0}):
        assert read("infections_per_100_days", s._replace(**deficit), p) > 1.3 * usual


def test_any_state_is_an_output_and_a_misspelt_one_gets_a_suggestion() -> None:
    assert find_output("igg").unit == "g/L"
    with pytest.raises(Exception, match="did you mean 'sledai_2k'"):
        find_output("sledai2k")
