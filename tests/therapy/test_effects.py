"""What each regimen does to the patient: the right amount, in the right place, on the right day."""

from types import SimpleNamespace

import numpy as np
import pytest

from immunoreset.catalogue import Theta
from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.errors import InvalidRegimen
from immunoreset.population import Cohort
from immunoreset.therapy import Regimen, standard
from immunoreset.therapy.families.car_t_product import infuse_into
from immunoreset.therapy.families.rescue import crs_reaches, icans_reaches

WEIGHT = np.array([50.0, 65.0, 120.0])
AREA = np.array([1.5, 1.72, 2.3])
THETA = Theta.current()
PEOPLE = Cohort(
    parameters={
        "body.weight": WEIGHT,
        "body.surface_area": AREA,
        "fludarabine.active_share": 0.78,
        "car_t.founder_fraction": 2e-6,
    },
    ids=np.array([4, 9, 2]),
    seed=5,
    population="cart",
    covariates={"mycophenolate_adherence": np.array([0.2, 0.6, 1.0]), "background_response": np.array([0.0, 0.1, 0.3])},
)


NONE_YET = {"first_wave": 0.0, "exhaustion": 0.0}


def events(text: str, **how):
    return Regimen.parse(text).events(PEOPLE, **how)


def added(event, state: str):
    """What a bolus adds to an empty state, (n, m)."""
    module, field = state.split(".")
    empty = SimpleNamespace(**{module: SimpleNamespace(**{field: 0.0})})
    return event.action(0.0, empty, None, np.asarray(event.value))[state]


def test_fludarabine_goes_in_as_its_active_metabolite_per_square_metre():
    (event,) = events("fludarabine 25 mg/m2 on days -5 -4 -3")
    np.testing.assert_array_equal(event.days, [-5, -4, -3])
    np.testing.assert_allclose(added(event, "fludarabine.central"), np.outer(25 * 0.78 * AREA, [1, 1, 1]))


def test_flat_per_kilogram_and_per_area_doses_are_told_apart():
    (flat,) = events("rituximab 1 g on day 0")
    (per_area,) = events("rituximab 375 mg/m2 on day 0")
    (per_kilogram,) = events("belimumab 10 mg/kg on day 0")
    np.testing.assert_allclose(added(flat, "rituximab.central").ravel(), 1000)
    np.testing.assert_allclose(added(per_area, "rituximab.central").ravel(), 375 * AREA)
    np.testing.assert_allclose(added(per_kilogram, "belimumab.central").ravel(), 10 * WEIGHT)


def test_two_doses_on_one_day_add_up():
    twice = Regimen.parse("rituximab 500 mg on day 0").repeat(2, every_days=14) + Regimen.parse("rituximab 500 mg on day 14")
    (event,) = twice.events(PEOPLE)
    np.testing.assert_array_equal(event.days, [0, 14])
    np.testing.assert_allclose(np.ravel(added(event, "rituximab.central")), [500, 1000])


def test_dose_before_the_first_simulated_day_is_refused():
    with pytest.raises(InvalidRegimen, match="fludarabine on day -5 comes before the first simulated day, 0"):
        standard("car-t").events(PEOPLE, start=0)


def test_car_t_cells_split_into_effectors_and_memory():
    (event,) = events("cd19-car-t 1e6 cells/kg on day 0", founder_noise=False)
    np.testing.assert_allclose(np.ravel(event.value), WEIGHT)  # millions of cells
    k = SimpleNamespace(engraftment_fraction=0.2, product_memory_share=0.1, product_activation=0.3, absent_below=1e-3)
    p = SimpleNamespace(car_t=k)
    empty = SimpleNamespace(
        effector_blood=0.0, effector_tissue=0.0, memory_blood=0.0, memory_tissue=0.0, activation=0.0, **NONE_YET
    )
    after = infuse_into("car_t")(0.0, SimpleNamespace(car_t=empty), p, 65.0)
    assert after["car_t.effector_blood"] == pytest.approx(0.9 * 65 * 0.2)
    assert after["car_t.memory_blood"] == pytest.approx(0.1 * 65 * 0.2)
    assert after["car_t.activation"] == 0.3
    assert after["car_t.first_wave"] == pytest.approx(0.8 * 65) and after["car_t.exhaustion"] == 0
    nobody = infuse_into("car_t")(0.0, SimpleNamespace(car_t=empty), p, 0.0)
    assert nobody["car_t.exhaustion"] == 0, "no founder at a low dose: nothing is diluted"


def test_second_infusion_into_a_living_graft_keeps_its_activation():
    k = SimpleNamespace(engraftment_fraction=0.2, product_memory_share=0.1, product_activation=0.3, absent_below=1e-3)
    pools = {"effector_blood": 1.0, "effector_tissue": 5.0, "memory_blood": 0.0, "memory_tissue": 0.0}
    graft = SimpleNamespace(**pools, activation=0.9, first_wave=0.5, exhaustion=0.4)
    after = infuse_into("car_t")(0.0, SimpleNamespace(car_t=graft), SimpleNamespace(car_t=k), 65.0)
    assert after["car_t.activation"] == 0.9
    assert after["car_t.effector_blood"] > 1.0
    assert after["car_t.first_wave"] == pytest.approx(0.5 + 0.8 * 65)
    assert after["car_t.exhaustion"] == pytest.approx(0.4 * 6 / (6 + 0.2 * 65)), "fresh cells dilute those that no longer expand"


def test_founder_noise_is_large_at_low_dose_only():
    crowd = Cohort({"body.weight": 65.0, "car_t.founder_fraction": 2e-6}, np.arange(4000), 1, "cart", {})
    for dose, expected in [(1e6, 130.0), (1e4, 1.3)]:
        (event,) = Regimen.parse(f"cd19-car-t {dose:g} cells/kg on day 0").events(crowd)
        factor = np.ravel(event.value) / (65 * dose / 1e6)
        assert factor.mean() == pytest.approx(1, abs=4 / np.sqrt(4000 * expected))
        assert factor.var() == pytest.approx(1 / expected, rel=0.15)


def test_founder_noise_belongs_to_the_patient_not_to_the_cohort():
    (event,) = events("cd19-car-t 1e4 cells/kg on day 0")
    backwards = PEOPLE.select(np.array([2, 1, 0]))
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
    np.testing.assert_allclose(own.value, np.outer(0.4666 * np.array([0.2, 0.6, 1.0]), [1, 0]))
    (fixed,) = events("mycophenolate 1 g daily from 0 (adherence 0.5)")
    np.testing.assert_allclose(np.ravel(fixed.value), 0.4666 * 0.5 * 0.5)


def test_voclosporin_and_background_care_set_their_parameters():
    (voclosporin,) = events("voclosporin 23.7 mg twice daily from 0 until 364")
    np.testing.assert_allclose(np.ravel(voclosporin.value), [1, 0])
    assert voclosporin.action(0, None, None, 1.0) == {"voclosporin.level": 1.0}
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
    p = SimpleNamespace(glucocorticoid=SimpleNamespace(dose=154.0))
    assert rule.afterwards(0, None, p, 134.0) == {"glucocorticoid.dose": 20.0}


def test_grades_are_judged_by_the_patients_own_cut_points():
    p = STANDARD_PATIENT.build(typical())
    s = STANDARD_PATIENT.initial(p)
    s = s._replace(cytokines=s.cytokines._replace(il6=10**2.4, endothelium=10**0.2))
    assert crs_reaches(2)(0, s, p) > 0
    assert crs_reaches(3)(0, s, p) < 0
    assert icans_reaches(2)(0, s, p) < 0
    treated = s._replace(tocilizumab=s.tocilizumab._replace(central=400.0))
    assert crs_reaches(2)(0, treated, p) < 0  # the receptor is blocked
    vulnerable = STANDARD_PATIENT.build(typical(ICANS_SHIFT=1.0))
    assert icans_reaches(2)(0, s, vulnerable) > 0


def numbers(name: str, parameters: dict) -> dict:
    """The numbers of what a standard regimen gives, for patients with these parameters."""
    return THETA.values_for(standard(name).modules(parameters, THETA), parameters)


def test_obinutuzumab_keeps_the_spread_between_patients():
    access = np.array([0.5, 1.0, 3.0])
    parameters = {"rituximab.kill_tissue": 0.01 * access}
    obinutuzumab = numbers("obinutuzumab", parameters)
    np.testing.assert_allclose(obinutuzumab["obinutuzumab.kill_tissue"], 0.03 * access)
    assert obinutuzumab["obinutuzumab.clearance"] == pytest.approx(0.11)
    np.testing.assert_array_equal(numbers("rituximab", parameters)["rituximab.kill_tissue"], 0.01 * access)


@pytest.mark.parametrize(("name", "product"), [("car-t-rapid", "car_t_rapid"), ("car-t-cd28", "car_t_cd28"), ("car-t", "car_t")])
def test_products_differ_in_their_own_parameters_only(name, product):
    found = {flat: value for flat, value in numbers(name, {}).items() if flat.startswith(f"{product}.")}
    standard_product = {flat: value for flat, value in numbers("car-t", {}).items() if flat.startswith("car_t.")}
    own = {number: value for number, value in found.items() if value != standard_product[f"car_t.{number.split('.')[1]}"]}
    assert own == pytest.approx(THETA.products[product].values if product in THETA.products else {})


def test_no_treatment_does_nothing():
    assert standard("untreated").events(PEOPLE) == ()
    assert standard("untreated").modules(PEOPLE.parameters, THETA) == ()


def test_daily_medicine_that_everybody_takes_as_a_number_is_in_the_patient():
    (care,) = standard("untreated").modules({"background_care.level": np.array([0.0, 0.1, 0.0])}, THETA)
    assert care.name == "background_care"
    assert standard("untreated").modules({"background_care.level": np.zeros(3), "glucocorticoid.dose": 0.0}, THETA) == ()


@pytest.mark.parametrize(
    "text",
    ["rituximab 1 g on day 0; obinutuzumab 1 g on day 0", "cd19-car-t 2e8 cells on day 0; cd19-car-t-cd28 2e8 cells on day 90"],
)
def test_two_drugs_of_one_family_have_amounts_and_numbers_of_their_own(text):
    first, second = (module.name for module in Regimen.parse(text).own_modules)
    targets = [set(event.action(0.0, *typical_patient(), 1.0)) for event in events(text)]
    assert [{name.split(".")[0] for name in changed} for changed in targets] == [{first}, {second}] and first != second


def typical_patient():
    p = STANDARD_PATIENT.build(typical())
    return STANDARD_PATIENT.initial(p), p


def test_a_patient_has_the_same_luck_at_each_infusion_whichever_product_it_is():
    def luck(text):
        return [np.ravel(event.value) / WEIGHT for event in events(text)]

    same = luck("cd19-car-t 1e4 cells/kg on days 0 90")
    first, second = luck("cd19-car-t 1e4 cells/kg on day 0; cd19-car-t-cd28 1e4 cells/kg on day 90")
    np.testing.assert_array_equal(first, same[0])
    np.testing.assert_array_equal(second, same[1])
