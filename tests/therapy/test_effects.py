"""What each regimen does to the patient: the right amount, in the right place, on the right day."""

from types import SimpleNamespace

import numpy as np
import pytest

from immunoreset.errors import InvalidRegimen
from immunoreset.patient.parameters import build, find_set, typical
from immunoreset.patient.untreated import initial_state
from immunoreset.therapy import Recipients, Regimen, standard
from immunoreset.therapy.care import crs_reaches, icans_reaches
from immunoreset.therapy.cell_products import infuse

WEIGHT = np.array([50.0, 65.0, 120.0])
AREA = np.array([1.5, 1.72, 2.3])
PEOPLE = Recipients(
    parameters={
        "body.weight": WEIGHT,
        "body.surface_area": AREA,
        "fludarabine.active_share": 0.78,
        "car_t.founder_fraction": 2e-6,
    },
    ids=np.array([4, 9, 2]),
    seed=5,
    covariates={"mycophenolate_adherence": np.array([0.2, 0.6, 1.0]), "background_response": np.array([0.0, 0.1, 0.3])},
)


def events(text: str, **how):
    return Regimen.parse(text).events(PEOPLE, **how)


def added(event, state: str):
    """What a bolus adds to an empty state, (n, m)."""
    empty = SimpleNamespace(**{state: 0.0})
    return event.action(0.0, empty, None, np.asarray(event.value))[state]


def test_fludarabine_goes_in_as_its_active_metabolite_per_square_metre():
    (event,) = events("fludarabine 25 mg/m2 on days -5 -4 -3")
    np.testing.assert_array_equal(event.days, [-5, -4, -3])
    np.testing.assert_allclose(added(event, "fludarabine"), np.outer(25 * 0.78 * AREA, [1, 1, 1]))


def test_flat_per_kilogram_and_per_area_doses_are_told_apart():
    (flat,) = events("rituximab 1 g on day 0")
    (per_area,) = events("rituximab 375 mg/m2 on day 0")
    (per_kilogram,) = events("belimumab 10 mg/kg on day 0")
    np.testing.assert_allclose(added(flat, "anti_cd20").ravel(), 1000)
    np.testing.assert_allclose(added(per_area, "anti_cd20").ravel(), 375 * AREA)
    np.testing.assert_allclose(added(per_kilogram, "belimumab").ravel(), 10 * WEIGHT)


def test_two_doses_on_one_day_add_up():
    twice = Regimen.parse("rituximab 500 mg on day 0").repeat(2, every_days=14) + Regimen.parse("rituximab 500 mg on day 14")
    (event,) = twice.events(PEOPLE)
    np.testing.assert_array_equal(event.days, [0, 14])
    np.testing.assert_allclose(np.ravel(added(event, "anti_cd20")), [500, 1000])


def test_dose_before_the_first_simulated_day_is_refused():
    with pytest.raises(InvalidRegimen, match="fludarabine on day -5 comes before the first simulated day, 0"):
        standard("car-t").events(PEOPLE, start=0)


def test_car_t_cells_split_into_effectors_and_memory():
    (event,) = events("cd19-car-t 1e6 cells/kg on day 0", founder_noise=False)
    np.testing.assert_allclose(np.ravel(event.value), WEIGHT)  # millions of cells
    k = SimpleNamespace(engraftment_fraction=0.2, product_memory_share=0.1, product_activation=0.3, absent_below=1e-3)
    p = SimpleNamespace(car_t=k)
    empty = SimpleNamespace(
        car_t_effector_blood=0.0, car_t_effector_tissue=0.0, car_t_memory_blood=0.0, car_t_memory_tissue=0.0, car_t_activation=0.0
    )
    after = infuse(0.0, empty, p, 65.0)
    assert after["car_t_effector_blood"] == pytest.approx(0.9 * 65 * 0.2)
    assert after["car_t_memory_blood"] == pytest.approx(0.1 * 65 * 0.2)
    assert after["car_t_activation"] == 0.3


def test_second_infusion_into_a_living_graft_keeps_its_activation():
    k = SimpleNamespace(engraftment_fraction=0.2, product_memory_share=0.1, product_activation=0.3, absent_below=1e-3)
    graft = SimpleNamespace(
        car_t_effector_blood=1.0, car_t_effector_tissue=5.0, car_t_memory_blood=0.0, car_t_memory_tissue=0.0, car_t_activation=0.9
    )
    after = infuse(0.0, graft, SimpleNamespace(car_t=k), 65.0)
    assert after["car_t_activation"] == 0.9
    assert after["car_t_effector_blood"] > 1.0


def test_founder_noise_is_large_at_low_dose_only():
    crowd = Recipients(
        parameters={"body.weight": 65.0, "car_t.founder_fraction": 2e-6}, ids=np.arange(4000), seed=1, covariates={}
    )
    for dose, expected in [(1e6, 130.0), (1e4, 1.3)]:
        (event,) = Regimen.parse(f"cd19-car-t {dose:g} cells/kg on day 0").events(crowd)
        factor = np.ravel(event.value) / (65 * dose / 1e6)
        assert factor.mean() == pytest.approx(1, abs=4 / np.sqrt(4000 * expected))
        assert factor.var() == pytest.approx(1 / expected, rel=0.15)


def test_founder_noise_belongs_to_the_patient_not_to_the_cohort():
    (event,) = events("cd19-car-t 1e4 cells/kg on day 0")
    backwards = Recipients(
        parameters={**PEOPLE.parameters, "body.weight": WEIGHT[::-1], "body.surface_area": AREA[::-1]},
        ids=PEOPLE.ids[::-1],
        seed=5,
    )
    (reversed_event,) = Regimen.parse("cd19-car-t 1e4 cells/kg on day 0").events(backwards)
    np.testing.assert_array_equal(np.ravel(event.value)[::-1], np.ravel(reversed_event.value))


def test_glucocorticoids_add_up_and_come_back_to_zero():
    dose = 0.0
    seen = {}
    for event in events("prednisolone 20 mg daily from 0, 10 from 28 until 56; dexamethasone 10 mg daily from 28 until 31"):
        for day, change in zip(np.ravel(event.days), np.ravel(event.value), strict=True):
            seen[day] = seen.get(day, 0.0) + change
    levels = {}
    for day in sorted(seen):
        dose += seen[day]
        levels[day] = dose
    assert levels == pytest.approx({0: 20, 28: 10 + 67, 31: 10, 56: 0})


def test_course_that_began_before_the_first_simulated_day_counts_from_there():
    (event,) = events("prednisolone 20 mg daily from -200, 15 from -100, 5 from 30", start=-35)
    np.testing.assert_array_equal(event.days, [-35, 30])
    np.testing.assert_allclose(np.ravel(event.value), [15, -10])


def test_mycophenolate_works_as_well_as_it_is_taken():
    (own,) = events("mycophenolate 1 g twice daily from 0 until 364")
    np.testing.assert_allclose(own.value, np.outer(0.72 * np.array([0.2, 0.6, 1.0]), [1, 0]))
    (fixed,) = events("mycophenolate 1 g daily from 0 (adherence 0.5)")
    np.testing.assert_allclose(np.ravel(fixed.value), 0.72 * 0.5 * 0.5)


def test_voclosporin_and_background_care_set_their_parameters():
    (voclosporin,) = events("voclosporin 23.7 mg twice daily from 0 until 364")
    np.testing.assert_allclose(np.ravel(voclosporin.value), [1, 0])
    assert voclosporin.action(0, None, None, 1.0) == {"background.calcineurin_inhibitor": 1.0}
    (care,) = events("background-care")
    np.testing.assert_allclose(np.ravel(care.value), [0.0, 0.1, 0.3])
    (fixed,) = events("background-care 20 % from 0")
    np.testing.assert_allclose(np.ravel(fixed.value), 0.2)


def test_tocilizumab_dose_is_capped_and_follows_a_day_later():
    *_, rule = events("cd19-car-t 1e6 cells/kg on day 3; tocilizumab 8 mg/kg if CRS grade >= 2 after 24 h at most 1")
    np.testing.assert_allclose(rule.value, [400, 520, 800])
    assert (rule.start, rule.stop, rule.every, rule.delay, rule.at_most) == (3, 63, 0.25, 1.0, 1)


def test_dexamethasone_course_ends_after_its_days():
    (rule,) = events("dexamethasone 10 mg twice daily if ICANS grade >= 2 for 3 days at most 2")
    assert rule.value == pytest.approx(134)
    assert (rule.after, rule.lock_out) == (3, 3)
    p = SimpleNamespace(steroid=SimpleNamespace(dose=154.0))
    assert rule.afterwards(0, None, p, 134.0) == {"steroid.dose": 20.0}


def test_grades_are_judged_by_the_patients_own_cut_points():
    p = build(typical())
    s = initial_state(p)._replace(il6=10**2.4, endothelium=10**0.3)
    assert crs_reaches(2)(0, s, p) > 0
    assert crs_reaches(3)(0, s, p) < 0
    assert icans_reaches(2)(0, s, p) < 0
    assert crs_reaches(2)(0, s._replace(tocilizumab=400.0), p) < 0  # the receptor is blocked
    vulnerable = build(typical(ICANS_SHIFT=2.0))
    assert icans_reaches(2)(0, s, vulnerable) > 0


def test_obinutuzumab_keeps_the_spread_between_patients():
    access = np.array([0.5, 1.0, 3.0])
    parameters = typical() | {"anti_cd20.kill_tissue": 0.01 * access}
    changes = standard("obinutuzumab").parameter_changes(parameters)
    np.testing.assert_allclose(changes["anti_cd20.kill_tissue"], 0.03 * access)
    assert changes["anti_cd20.clearance"] == pytest.approx(0.11)
    assert standard("rituximab").parameter_changes(parameters) == {}


def test_products_change_their_own_parameters_only():
    rapid = standard("car-t-rapid").parameter_changes(typical())
    assert rapid == pytest.approx(find_set("4-1bb-rapid").values)
    assert standard("car-t-cd28").parameter_changes(typical()) == pytest.approx(find_set("cd28").values)
    assert standard("car-t").parameter_changes(typical()) == {}


def test_no_treatment_does_nothing():
    assert standard("untreated").events(PEOPLE) == ()
    assert standard("untreated").parameter_changes({}) == {}
