"""Each cell product does what sets it apart, and no longer does where that number is zero. Twelve patients with lupus."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from immunoreset.engine import Solution, simulate
from immunoreset.patient.course import prepare
from immunoreset.population import sample
from immunoreset.therapy import DRUGS, Regimen
from immunoreset.therapy.donor_unedited import onset
from immunoreset.therapy.recipients import Recipients

FLU_CY = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"
PEOPLE = sample("cart", 12, seed=18)
READ = ("car_t_per_ul", "cd20_positive_per_ul", "long_lived_plasma_normal", "igg", "short_lived_plasma_normal")


@cache
def course(
    regimen: str, changed: tuple[tuple[str, float], ...] = (), more: tuple[str, ...] = (), chance: bool = False
) -> Solution:
    """Courses to day 120 of the twelve, with some of their numbers changed."""
    people = PEOPLE.with_values(dict(changed), beyond_bounds=True)
    arm = prepare(people, Regimen.parse(regimen), start=-7.0, stop=120.0, chance=chance)
    outputs = {name: arm.patient.output(name).read for name in (*READ, *more)}
    found = simulate(arm.patient.model, **arm.arguments(), outputs=outputs, grid=np.arange(-7.0, 121.0))
    assert not found.failed.any()
    return found


def after(text: str, **changed: float) -> Solution:
    """The same after lymphodepletion; numbers by the name of the module and theirs, joined by two underscores."""
    return course(f"{FLU_CY}; {text}", tuple((name.replace("__", "."), value) for name, value in changed.items()))


def on(found: Solution, name: str, day: float) -> np.ndarray:
    return found.outputs[name][:, np.searchsorted(found.days, day)]


def kept(found: Solution, name: str, day: float = 120.0) -> np.ndarray:
    """What is left of a quantity, as a share of day -7."""
    return on(found, name, day) / on(found, name, -7.0)


def days_without(found: Solution) -> np.ndarray:
    """Days with fewer than one B cell per uL."""
    return np.sum(found.outputs["cd20_positive_per_ul"] < 1.0, axis=1)


STANDARD = "cd19-car-t 1e6 cells/kg on day 0"


def test_cells_against_bcma_kill_long_lived_plasma_cells_and_so_igg_falls_below_what_cd19_does():
    standard, found = after(STANDARD), after("bcma-car-t 1e6 cells/kg on day 0")
    assert np.all(kept(standard, "long_lived_plasma_normal") > 0.95) and np.all(kept(found, "long_lived_plasma_normal") < 0.6)
    assert np.all(on(found, "igg", 120) < 0.8 * on(standard, "igg", 120))
    spared = after("bcma-car-t 1e6 cells/kg on day 0", bcma_car_t__sees_long_lived=0.0)
    np.testing.assert_allclose(kept(spared, "long_lived_plasma_normal"), kept(standard, "long_lived_plasma_normal"), rtol=0.02)


def test_cells_against_bcma_see_naive_b_cells_less_and_memory_more():
    found = course(f"{FLU_CY}; bcma-car-t 1e6 cells/kg on day 0", (), ("on.kill_b_tissue", "on.kill_memory_tissue"))
    naive, more = (on(found, f"on.{word}", 14) for word in ("kill_b_tissue", "kill_memory_tissue"))
    np.testing.assert_allclose((naive + more) / naive, 0.4 / 0.15, rtol=1e-9)
    assert np.all(days_without(found) < days_without(after(STANDARD)))


def test_places_of_long_lived_plasma_cells_that_killing_emptied_are_filled_again():
    text = f"{FLU_CY}; bcma-car-t 1e6 cells/kg on day 0"
    watched = ("emptied_niche",)
    found = course(text, (), watched)
    whole = on(found, "long_lived_plasma_normal", 120) + on(found, "emptied_niche", 120)
    np.testing.assert_allclose(whole, on(found, "long_lived_plasma_normal", -7), rtol=0.03)
    unfilled = course(text, (("plasma_cells.niche_refill", 0.0),), watched)
    assert np.all(on(unfilled, "long_lived_plasma_normal", 120) < on(found, "long_lived_plasma_normal", 120))


@pytest.mark.parametrize("product", ["ccar 3e6", "gc012f 2e5"])
def test_compound_cells_do_to_b_cells_what_cd19_does_and_to_plasma_cells_what_bcma_does(product: str):
    found = after(f"{product} cells/kg on day 0")
    assert np.all(kept(found, "long_lived_plasma_normal") < 0.6)
    assert np.all(days_without(found) > 0.7 * days_without(after(STANDARD)))
    spared = after(f"{product} cells/kg on day 0", bcma_car_t__sees_long_lived=0.0)  # one number for both
    assert np.all(kept(spared, "long_lived_plasma_normal") > 0.95)


def test_two_products_on_one_day_do_both():
    found = after("cd19-car-t 5e5 cells/kg on day 0; bcma-car-t 5e5 cells/kg on day 0")
    assert np.all(kept(found, "long_lived_plasma_normal") < 0.8)
    assert np.all(days_without(found) > 0.8 * days_without(after(STANDARD)))


def test_the_host_rejects_cells_of_a_donor_and_edited_ones_hardly():
    edited, unedited = (
        after("tyu19 1e6 cells/kg on day 0"),
        after("donor-unedited 1e6 cells/kg on day 0", donor_unedited__gvhd_chance=0),
    )
    assert np.median(on(unedited, "car_t_per_ul", 60) / on(edited, "car_t_per_ul", 60)) < 0.01
    none = dict.fromkeys(("response_kill", "response_memory_kill", "cross_recognition", "gvhd_chance"), 0.0)
    tolerated = after(
        "donor-unedited 1e6 cells/kg on day 0", **{f"donor_unedited__{name}": value for name, value in none.items()}
    )
    assert np.median(on(unedited, "car_t_per_ul", 60) / on(tolerated, "car_t_per_ul", 60)) < 0.01
    late = [np.median(found.days[np.argmax(found.outputs["car_t_per_ul"], axis=1)]) for found in (edited, after(STANDARD))]
    assert late[0] > late[1]


def test_graft_versus_host_disease_comes_to_three_in_ten_about_three_weeks_after_the_infusion():
    numbers = PEOPLE.theta.values_for([DRUGS["donor-unedited"].module], {})
    begins = onset(2.0, Recipients(numbers, np.arange(4000), seed=3))
    assert np.mean(np.isfinite(begins)) == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))
    assert np.nanmedian(begins) == pytest.approx(23, abs=1.5)
    spared = onset(2.0, Recipients({**numbers, "donor_unedited.gvhd_chance": 0.0}, np.arange(4000), seed=3))
    assert not np.any(np.isfinite(spared))


def test_treatment_of_graft_versus_host_disease_costs_cells_of_the_product():
    sick = {"gvhd_chance": 1.0, "gvhd_onset": 7.0, "gvhd_onset_spread": 0.0}
    text = f"{FLU_CY}; donor-unedited 1e6 cells/kg on day 0"
    found, harmless = (
        course(text, tuple((f"donor_unedited.{name}", value) for name, value in {**sick, "gvhd_loss": loss}.items()), (), True)
        for loss in (0.1, 0.0)
    )
    assert np.all(on(found, "car_t_per_ul", 17) < 0.8 * on(harmless, "car_t_per_ul", 17))


@pytest.mark.parametrize(
    ("product", "module"), [("ft819 9e8", "ft819"), ("ipsc-nk 1e9", "ipsc_nk"), ("gdt-cd20 1e9", "gdt_cd20")]
)
def test_cells_off_the_shelf_have_no_memory_and_b_cells_come_back_earlier_than_after_a_patients_own(product: str, module: str):
    text = f"{FLU_CY}; {product} cells on day 0"
    found = course(text, (), (f"{module}.memory_tissue",))
    assert not np.any(found.outputs[f"{module}.memory_tissue"])
    assert np.median(days_without(found)) < 0.9 * np.median(days_without(after(STANDARD)))
    remembering = course(text, ((f"{module}.memory_formation", 0.02),), (f"{module}.memory_tissue",))
    assert np.all(on(remembering, f"{module}.memory_tissue", 20) > 0)


def test_cells_against_cd20_spare_plasmablasts_at_equal_killing_of_b_cells():
    watched = ("on.kill_plasmablasts", "on.kill_b_tissue")
    for text, share in (("gdt-cd20 1e9 cells on day 0", 0.05), ("cd19-car-t 1e6 cells/kg on day 0", 0.7)):
        found = course(f"{FLU_CY}; {text}", (), watched)
        np.testing.assert_allclose(on(found, watched[0], 10) / on(found, watched[1], 10), share, rtol=1e-9)


def test_cells_with_mrna_do_not_expand_and_are_gone_in_days_while_long_lived_plasma_cells_become_fewer():
    text = "descartes-08 52.5e6 cells/kg every 7 days from 0 x 6"
    found, untreated = course(text, (), ("seen.car_t",)), course("no treatment")
    given = 52.5 * PEOPLE.parameters["body.weight"]
    assert np.all(found.outputs["seen.car_t"].max(axis=1) < 1.2 * given) and np.all(on(found, "seen.car_t", 60) < 1e-4 * given)
    assert np.all(on(found, "long_lived_plasma_normal", 50) < 0.99 * on(untreated, "long_lived_plasma_normal", 50)) and np.all(
        kept(found, "cd20_positive_per_ul", 90) > 0.5
    )
    harmless = course(text, (("descartes_08.kill_max", 0.0),))
    np.testing.assert_allclose(
        on(harmless, "long_lived_plasma_normal", 90), on(untreated, "long_lived_plasma_normal", 90), rtol=1e-3
    )


def test_a_product_that_needs_no_conditioning_brings_no_warning():
    assert not Regimen.parse("descartes-08 52.5e6 cells/kg every 7 days from 0 x 6").warnings()
    assert len(Regimen.parse("ipsc-nk 1e9 cells on days 0 7 14").warnings()) == 2


def test_particles_make_cells_within_hours_that_are_gone_in_days_and_each_dose_does_the_same():
    text, watched = "lnp-cd19 2 mg on days 0 30", ("lnp_cd19.transfected", "on.kill_b_tissue")
    arm = prepare(PEOPLE, Regimen.parse(text), start=-7.0, stop=40.0, chance=False)
    outputs = {name: arm.patient.output(name).read for name in watched}
    hourly = np.arange(0.0, 40.0, 1 / 24)
    share = simulate(arm.patient.model, **arm.arguments(), outputs=outputs, grid=hourly).outputs[watched[0]]
    peak = hourly[np.argmax(share[:, hourly < 5], axis=1)]
    assert 4 / 24 <= np.median(peak) <= 14 / 24, "reported: peak at 6 hours"
    first, second = (share[:, (hourly >= day) & (hourly < day + 5)].max(axis=1) for day in (0, 30))
    np.testing.assert_allclose(first, second, rtol=0.01)
    assert np.all(share[:, hourly < 5].max(axis=1) > 0.1) and np.median(share[:, np.searchsorted(hourly, 4)] / first) < 0.05
    found, untreated = course(text, (), watched), course("no treatment")
    lost = 1 - kept(found, "cd20_positive_per_ul", 3.0) / kept(untreated, "cd20_positive_per_ul", 3.0)
    assert np.all(lost > 0.1) and np.median(lost) > 0.5
    none = course(text, (("lnp_cd19.most_transfected", 0.0),), watched)
    np.testing.assert_allclose(kept(none, "cd20_positive_per_ul"), kept(untreated, "cd20_positive_per_ul"), rtol=1e-3)
    assert Regimen.parse(text).infusion_days == (0.0, 30.0) and not Regimen.parse(text).warnings()


def test_a_later_part_of_a_split_dose_is_given_on_its_day_held_through_cytokine_release_and_then_given_up():
    parts = "cd19-car-t 1e5 cells/kg on day 0; cd19-car-t 9e5 cells/kg on day 1 if no CRS"
    watched = ("car_t.first_wave",)

    def second(*cut: float) -> np.ndarray:
        changed = tuple((f"crs.cut_{grade}", value) for grade, value in enumerate(cut, start=1))
        found = course(f"{FLU_CY}; {parts}", changed, watched)
        return found.events_named("cd19-car-t infusion, part 2")["day"]

    assert np.all(second(50.0) == 1.0) and len(second(50.0)) == len(PEOPLE.ids), "nobody has fever"
    assert not len(second(1e-6)), "everybody has it always"
    whole = course(f"{FLU_CY}; cd19-car-t 1e5 cells/kg on day 0; cd19-car-t 9e5 cells/kg on day 1", (), watched)
    waited = course(f"{FLU_CY}; {parts}", (("crs.cut_1", 50.0),), watched)
    np.testing.assert_allclose(on(waited, "car_t_per_ul", 30), on(whole, "car_t_per_ul", 30), rtol=1e-3)
