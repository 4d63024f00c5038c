"""Analyses of real patients, small ones: few numbers of the model, few rows; and what cannot be asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from immunoreset.errors import ImmunoresetError, InvalidRegimen, InvalidValue, UnknownName
from immunoreset.inference.unknowns import prior_of
from immunoreset.sensitivity_analysis import sensitivity
from immunoreset.sensitivity_analysis.analysis import READ_AT, analyse, reason_of
from immunoreset.sensitivity_analysis.design import OTHERS
from immunoreset.sensitivity_analysis.question import question_of
from immunoreset.sensitivity_analysis.result import Settings
from immunoreset.study_document import Arm, Patients, Study

EXAMPLES = Path(__file__).parents[2] / "examples"
CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
FEW = (
    "car_t.expansion_max",
    "lymphocytes.baseline",
    "antibodies.igg_from_long_lived",
    "infection.baseline",
    "assay.b_cell_limit",
)


def study(treatment=CAR_T, population="cart", stop=60.0, **more) -> Study:
    patients = more.pop("patients", Patients(population=population, n=8))
    return Study(title="small", seed=3, stop=stop, patients=patients, arms={"treated": Arm(treatment=treatment)}, **more)


def small(names=FEW, *, top=2, rows=32, threads=None, headlines=("car_t_peak_per_ul", "crs_any", "sledai_entry")):
    asked = question_of(study(), headlines=headlines, threads=threads)
    few = replace(asked, unknowns=tuple(prior_of(asked.catalogue.theta, name) for name in names))
    return analyse(study(), few, Settings(top, 32, rows, 8, 3))


@pytest.fixture(scope="module")
def found():
    return small()


def test_the_peak_of_cells_depends_on_how_fast_they_grow_and_not_on_infections(found):
    names = [one.name for one in found.question.unknowns]
    peak = found.screen.effect[:, 0]
    assert peak[names.index("car_t.expansion_max")] > 0.1 and peak[names.index("infection.baseline")] == 0
    assert not found.screen.noise[names.index("car_t.expansion_max"), 0]
    assert found.screen.noise[names.index("infection.baseline")].all()
    assert set(found.factors.names) == {"car_t.expansion_max", "lymphocytes.baseline", OTHERS}
    total = found.total.sel(headline="car_t_peak_per_ul")
    assert float(total.estimate.sel(factor="car_t.expansion_max")) > 0.1
    others = float(total.estimate.sel(factor=OTHERS))
    assert others < 1e-6, "infections never reach CAR-T cells, IgG by its catabolism, antibody and inflammation, hardly"
    assert float(total.estimate[:2].sum()) > 0.8


def test_what_no_number_moves_is_not_resolved(found):
    assert not found.resolved[found.headlines.index("sledai_entry")] and found.resolved[0]


def test_a_limit_of_the_laboratory_is_moved_in_the_screen_alone(found):
    assert found.held == {"assay.b_cell_limit": READ_AT} and "assay.b_cell_limit" not in found.factors.names
    assert len(found.factors.columns[-1]) == 2


def test_patients_carry_most_of_the_variance_of_single_ones(found):
    assert 0.3 < found.effects.patients.value[0] <= 1
    assert found.counts.rows == 32 and not found.counts.failures and not found.counts.without_patients


def test_threads_change_no_bit(found):
    other = small(threads=1)
    assert np.array_equal(found.effects.total.draws, other.effects.total.draws, equal_nan=True)
    assert np.array_equal(found.screen.effect, other.screen.effect)


def test_points_without_patients_are_counted_and_named_and_rows_replaced():
    """With these two moved some points have B cells that would have to leave follicles faster than they can."""
    names = ("b_cells.naive_follicle", "b_cells.naive_follicle_entry", "b_cells.naive_blood", "car_t.expansion_max")
    one = small(names, top=4, rows=16, headlines=("car_t_peak_per_ul",))
    assert one.counts.without_patients > 0 and one.counts.rows == 16
    assert any("naive B cells" in why for why in one.counts.reasons)
    assert np.isfinite(one.effects.total.value[:, 0]).all()


def test_numbers_of_own_drugs_and_of_products_like_others_are_asked_about():
    own = question_of(Study.read(EXAMPLES / "own-drug" / "after-car-t.toml").changed(twins=2), arm="car-t-then-anti-cd38")
    assert "anti_cd38.half_effect" in {one.name for one in own.unknowns}
    cd28 = question_of(study("cd19-car-t-cd28 1e6 cells/kg on day 0"))
    names = {one.name for one in cd28.unknowns}
    assert {"car_t.half_antigen", "car_t_cd28.expansion_max"} <= names and "car_t.expansion_max" not in names


def test_another_disease_and_an_arm_without_cells_have_headlines_of_their_own():
    lymphoma = question_of(study(population="lymphoma"))
    assert "sledai_day90" not in lymphoma.dropped and "car_t_peak_day" in {one.name for one in lymphoma.headlines}
    rituximab = question_of(study("rituximab 1000 mg on days 0 14"))
    assert {"car_t_peak_day", "car_t_peak_per_ul"} <= set(rituximab.dropped)
    assert "b_cells_undetectable_day" in {one.name for one in rituximab.headlines}


@pytest.mark.parametrize(
    ("asked", "fault", "words"),
    [
        ({"study": study(patients=Patients(listed="five-patients", twins=2))}, InvalidValue, "population"),
        ({"study": study(patients=Patients(population="cart", n=4, parameters={"kexp": 2.0}))}, InvalidValue, "parameters"),
        ({"study": study(patients=Patients(population="cart", n=4, factors={"kexp": 1.1}))}, InvalidValue, "factors"),
        ({"study": study("rituximab 1 kilo on day 0")}, InvalidRegimen, "arm 'treated'"),
        ({"study": study(population="carts")}, UnknownName, "cart"),
        ({"arm": "treatd"}, UnknownName, "treated"),
        ({"headlines": ["crs_anny"]}, UnknownName, "crs_any"),
        ({"headlines": ["remission_day540"]}, InvalidValue, "ends on day 60, has it"),
        ({"headlines": ["returning_b_cells_naive_percent"]}, InvalidValue, "has it|have it"),
        ({"top": 0}, InvalidValue, "top 0"),
        ({"patients": 100}, InvalidValue, "multiple of 16"),
        ({"patients": 16}, InvalidValue, "at least 32"),
        ({"rows": 3}, InvalidValue, "16 to"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line_before_anything_is_simulated(asked, fault, words):
    document = asked.pop("study", study())
    with pytest.raises(fault, match=words) as error:
        sensitivity(document, **asked)
    assert isinstance(error.value, ImmunoresetError) and "\n" not in str(error.value)


def test_reasons_are_told_without_the_numbers_of_each_point():
    one = "with kexp = 2 there is no such patient: the rate of loss must be above zero, and is -0.1 in 1 of 1"
    assert reason_of(one) == reason_of("the rate of loss must be above zero") == "the rate of loss must be above zero"


@pytest.mark.parametrize(
    ("treatment", "headlines", "stop"),
    [
        (CAR_T, ("sledai_day90", "crs_any"), 90.0),
        (CAR_T, ("sledai_day90", "b_cell_return_day"), 300.0),
        ("rituximab 1000 mg on days 0 200", ("sledai_day90",), 90.0),
        ("rituximab 1000 mg on day 200", ("sledai_day90",), 300.0),
        ("rituximab 1000 mg on days 0 14; cd19-car-t 1e6 cells/kg on day 150", ("sledai_day90", "car_t_peak_per_ul"), 300.0),
    ],
)
def test_patients_are_followed_no_longer_than_the_headlines_ask(treatment, headlines, stop):
    asked = question_of(study(treatment, stop=300.0), headlines=headlines)
    assert asked.stop == stop
