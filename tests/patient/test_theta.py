"""The numbers of the model are a value: changed in one place they change nowhere else; products follow the patient's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from immunoreset import errors
from immunoreset.catalogue import Theta, built_in
from immunoreset.patient.birth_certificates import standing_counts
from immunoreset.patient.module import AnyModule
from immunoreset.patient.theta import Theta as Numbers
from immunoreset.therapy.families.car_t_product import car_t_product

THETA = Theta.current()
MODULES: dict[str, AnyModule] = {module.name: module for module in THETA.modules}


def numbers(theta: Numbers, module: str, **own: float | np.ndarray) -> dict[str, float | np.ndarray]:
    """The numbers of one module, for patients with some numbers of their own ('module__number')."""
    given = {name.replace("__", "."): value for name, value in own.items()}
    return {name.split(".")[1]: value for name, value in theta.values_for((MODULES[module],), given).items()}


def test_a_changed_value_changes_itself_and_nothing_else() -> None:
    before = {name: parameter.value for name, parameter in THETA.table.items()}
    changed = THETA.with_values({"kexp": 2.2, "car_t_cd28.expansion_max": 2.9})
    assert {name for name, parameter in changed.table.items() if parameter.value != before[name]} == {"car_t.expansion_max"}
    assert changed.table["car_t.expansion_max"].value == 2.2
    assert changed.products["car_t_cd28"].values["car_t_cd28.expansion_max"] == 2.9
    others = {name: found.values for name, found in THETA.products.items() if name != "car_t_cd28"}
    assert {name: found.values for name, found in changed.products.items() if name != "car_t_cd28"} == others
    assert {name: parameter.value for name, parameter in THETA.table.items()} == before
    assert Theta.current() == THETA != changed and built_in().theta == THETA


def test_a_catalogue_with_values_leaves_the_built_in_one_alone() -> None:
    changed = built_in().with_values({"kexp": 2.2})
    assert changed.theta.table["car_t.expansion_max"].value == 2.2
    assert built_in().theta.table["car_t.expansion_max"].value == THETA.table["car_t.expansion_max"].value != 2.2


def test_changes_add_up_and_the_later_one_counts() -> None:
    changed = THETA.with_values({"kexp": 2.2}).with_values({"penA": 0.5}).with_values({"car_t.expansion_max": 2.0})
    assert changed.changed == {"car_t.expansion_max": 2.0, "car_t.access_autoreactive": 0.5}


def test_a_value_outside_its_bounds_needs_to_be_asked_for() -> None:
    with pytest.raises(errors.InvalidValue, match="'kexp' is 9"):
        THETA.with_values({"kexp": 9.0})
    assert THETA.with_values({"kexp": 9.0}, beyond_bounds=True).table["car_t.expansion_max"].value == 9.0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("penA", "car_t.access_autoreactive"),
        ("killing.access_autoreactive", "car_t.access_autoreactive"),
        ("killing.kill_max", "car_t.kill_max"),
        ("anti_cd20.clearance", "rituximab.clearance"),
        ("organs.proteinuria_baseline", "nephritis.proteinuria_baseline"),
        ("antibodies.anti_dsdna_baseline", "autoantibody.anti_dsdna_baseline"),
        ("steroid.dose", "glucocorticoid.dose"),
        ("Rcl", "rituximab.clearance"),
        ("car_t.expansion_max", "car_t.expansion_max"),
    ],
)
def test_symbols_and_earlier_names_find_the_number(old: str, new: str) -> None:
    assert THETA.find(old) == new and THETA.has(old)
    assert THETA.parameter(old) is THETA.table[new]


def test_every_earlier_name_is_one_number_and_no_number_of_today() -> None:
    earlier = [parameter.was for parameter in THETA.table.values() if parameter.was]
    assert len(earlier) > 50 and len(set(earlier)) == len(earlier)
    assert not set(earlier) & {*THETA.table, *(parameter.symbol for parameter in THETA.table.values())}


def test_a_product_has_its_own_typical_numbers_and_those_of_the_standard_product() -> None:
    standard, cd28 = numbers(THETA, "car_t"), numbers(THETA, "car_t_cd28")
    own = {name.split(".")[1]: value for name, value in THETA.products["car_t_cd28"].values.items()}
    assert cd28 == pytest.approx(standard | own) and own.items().isdisjoint(standard.items())


def test_a_products_number_is_the_patients_own_times_the_ratio_of_the_typical_values() -> None:
    kills = np.array([0.005, 0.01, 0.03])
    found = numbers(THETA, "obinutuzumab", rituximab__kill_tissue=kills, rituximab__clearance=0.3)
    np.testing.assert_allclose(found["kill_tissue"], 3 * kills)
    assert found["clearance"] == pytest.approx(0.11)
    assert found["half_effect"] == THETA.table["rituximab.half_effect"].value
    np.testing.assert_array_equal(numbers(THETA, "rituximab", rituximab__kill_tissue=kills)["kill_tissue"], kills)


def test_a_products_number_stays_within_its_bounds() -> None:
    high = THETA.parameter("obinutuzumab.kill_tissue").bounds[1]
    found = numbers(THETA, "obinutuzumab", rituximab__kill_tissue=np.array([0.01, 0.2]))["kill_tissue"]
    assert isinstance(found, np.ndarray) and found[1] == high < 3 * 0.2


def test_a_number_that_a_product_shares_with_the_standard_one_can_be_its_own() -> None:
    changed = THETA.with_values({"car_t_rapid.half_antigen": 900.0})
    assert numbers(changed, "car_t_rapid")["half_antigen"] == 900.0
    assert numbers(changed, "car_t")["half_antigen"] == THETA.table["car_t.half_antigen"].value == 600.0
    assert numbers(changed, "car_t_rapid", car_t__half_antigen=1200.0)["half_antigen"] == pytest.approx(1800.0)


def test_a_product_of_whose_number_a_patient_has_his_own_keeps_it() -> None:
    assert numbers(THETA, "obinutuzumab", obinutuzumab__kill_tissue=0.02, rituximab__kill_tissue=0.3)["kill_tissue"] == 0.02


def test_a_shared_number_follows_its_owner_and_has_one_birth_certificate() -> None:
    assert numbers(THETA, "fludarabine", body__hours_per_day=25.0)["hours_per_day"] == 25.0
    assert THETA.owner("fludarabine", "hours_per_day").name == "body.hours_per_day"
    assert not THETA.has("fludarabine.hours_per_day")
    owner = THETA.owner("car_t", "sensitivity_blood")
    assert THETA.owner("car_t_rapid", "sensitivity_blood") is THETA.owner("car_t_cd28", "sensitivity_blood") is owner
    assert owner.name in THETA.table


def test_every_number_of_every_module_has_an_owner_with_a_unit() -> None:
    for module in THETA.modules:
        for number in module.number_names:
            assert THETA.owner(module.name, number).unit, f"{module.name}.{number}"


def test_hosts_differ_from_the_typical_patient_where_they_say() -> None:
    assert set(THETA.hosts) == {name for name, disease in built_in().diseases.items() if disease.host}
    for name, host in THETA.hosts.items():
        assert THETA.host(name) is host and host.title
        assert all(THETA.typical(name)[number] == value for number, value in host.values.items())
    with pytest.raises(errors.UnknownName, match="did you mean 'lymphoma'"):
        THETA.host("lymphomas")


def test_a_changed_number_changes_that_of_a_host_in_proportion() -> None:
    baseline, usual = THETA.host("lymphoma").values["lymphocytes.baseline"], THETA.table["lymphocytes.baseline"].value
    changed = THETA.with_values({"lymphocytes.baseline": 1000.0})
    assert changed.typical("lymphoma")["lymphocytes.baseline"] == pytest.approx(baseline * 1000.0 / usual)
    assert changed.typical()["lymphocytes.baseline"] == 1000.0
    assert changed.host("leukaemia").values != THETA.host("leukaemia").values
    assert changed.published.host("lymphoma").values["lymphocytes.baseline"] == baseline


def test_a_changed_number_changes_that_of_a_product_in_proportion() -> None:
    faster = THETA.with_values({"rituximab.clearance": 1.1 * THETA.table["rituximab.clearance"].value})
    usual = numbers(THETA, "obinutuzumab")["clearance"]
    assert numbers(faster, "obinutuzumab")["clearance"] == pytest.approx(1.1 * usual)
    by_hand = numbers(THETA, "obinutuzumab", rituximab__clearance=faster.table["rituximab.clearance"].value)
    assert numbers(faster, "obinutuzumab") == pytest.approx(by_hand)
    assert faster.typical("obinutuzumab")["rituximab.clearance"] == pytest.approx(1.1 * usual)


def test_a_products_own_changed_number_is_that_of_its_typical_patient() -> None:
    both = THETA.with_values({"obinutuzumab.clearance": 0.2, "rituximab.clearance": 0.3})
    assert numbers(both, "obinutuzumab", rituximab__clearance=0.3)["clearance"] == pytest.approx(0.2)
    assert both.typical("obinutuzumab")["rituximab.clearance"] == 0.2


def test_a_changed_number_is_no_published_one() -> None:
    name = next(name for name, parameter in THETA.table.items() if parameter.standing == "published")
    changed = THETA.with_values({name: THETA.table[name].bounds[1]})
    assert changed.table[name].standing == "assumed" and "changed" in changed.table[name].source
    assert standing_counts(changed.table)["published"] == standing_counts(THETA.table)["published"] - 1
    assert standing_counts(THETA.with_values({name: THETA.table[name].value}).table) == standing_counts(THETA.table)


def test_thetas_are_equal_when_they_say_the_same() -> None:
    one, other = THETA.with_values({"kexp": 2.2}), THETA.with_values({"car_t.expansion_max": 2.2})
    assert one == other != THETA and len({one, other, THETA}) == 2
    wider = THETA.with_values({}, spread={"kexp": 1.5})
    assert wider != THETA and wider.spread("car_t.expansion_max") == 1.5 and wider.published == THETA
    assert wider.with_values({"kexp": 2.2}).change == "car_t.expansion_max = 2.2, spread of car_t.expansion_max x 1.5"


@pytest.mark.parametrize(
    ("values", "spread", "words"),
    [
        ({"kexp": float("nan")}, {}, "kexp"),
        ({}, {"kexp": -1.0}, "factor on the spread of 'kexp'"),
        ({}, {"kexp": float("inf")}, "factor on the spread of 'kexp'"),
        ({}, {"belimumab.clearance": 2.0}, "'belimumab.clearance' has no spread to be changed"),
        ({}, {"nephritis.proteinuria_baseline": 2.0}, "'nephritis.proteinuria_baseline' has no spread"),
    ],
)
def test_what_cannot_be_changed_is_refused_by_name(values: dict[str, float], spread: dict[str, float], words: str) -> None:
    with pytest.raises(errors.InvalidValue, match=words):
        THETA.with_values(values, spread=spread, beyond_bounds=True)


PRODUCT = """# A product of a user.
like = "{like}"

[numbers.expansion_max]
value = 2.5
source = "chosen for this model"
standing = "assumed"
note = "faster"
"""


def product_like(folder: Path, like: str, more: str = "") -> Numbers:
    (folder / "own.toml").write_text(PRODUCT.format(like=like) + more, encoding="utf-8")
    drug = car_t_product("own", file=str(folder / "own.py"), module=f"own_{folder.name}", meaning="a product")
    return THETA.with_modules([drug.module])


def test_a_users_product_is_like_the_standard_one(tmp_path: Path) -> None:
    theta = product_like(tmp_path, "car_t")
    (module,) = set(theta.modules) - set(THETA.modules)
    typical = THETA.table["car_t.expansion_max"].value
    found = theta.values_for((module,), {"car_t.expansion_max": typical * np.array([1.0, 0.5])})
    np.testing.assert_allclose(found[f"{module.name}.expansion_max"], [2.5, 1.5])  # held at the lower bound
    assert all(theta.owner(module.name, number).unit for number in module.number_names)
    assert theta.has(f"{module.name}.expansion_max") and not THETA.has(f"{module.name}.expansion_max")


@pytest.mark.parametrize(
    ("like", "more", "says"),
    [
        ("car_tt", "", r"own\.toml: like = 'car_tt', which is no module .*did you mean 'car_t'"),
        ("car_t_rapid", "", r"like = 'car_t_rapid', which is no module with numbers of its own"),
        ("car_t", '[numbers.half_antigen]\nsame_as = "bodyy.weight"\n', r"'numbers\.half_antigen': same_as = 'bodyy\.weight'"),
        ("car_t", '[numbers.half_antigen]\nsame_as = "fludarabine.hours_per_day"\n', "no number with a birth certificate"),
    ],
)
def test_what_a_product_refers_to_must_exist(like: str, more: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(errors.InvalidFile, match=says) as caught:
        dict(product_like(tmp_path, like, more).table)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["bcma_car_t.sees_naive", "bcma_car_t.expansion_max", "telitacicept.kill_plasmablasts"])
def test_own_and_shared_numbers_of_a_product_that_is_like_another_can_be_changed(name: str) -> None:
    changed = Theta.current().with_values({name: 1.2 * Theta.current().parameter(name).value}, beyond_bounds=True)
    assert changed.parameter(name).value == 1.2 * Theta.current().parameter(name).value
    assert changed.products and changed.parameter("car_t.expansion_max") == Theta.current().parameter("car_t.expansion_max")
