"""Engagers, antibodies and therapies by IgG: each does what defines it, and nothing of it once that number is zero."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from immunoreset.engine import Solution, simulate
from immunoreset.errors import InvalidRegimen
from immunoreset.patient.course import prepare
from immunoreset.population import sample
from immunoreset.therapy import DRUGS, Regimen, standard
from immunoreset.therapy.families.taci_fc import State, TaciFc, bound, free, target

PATIENTS, SEED = 8, 11
COHORT = sample("cart", PATIENTS, seed=SEED)
READ = (
    "cd20_positive_per_ul", "lymph_node_fraction", "anti_dsdna", "igg_percent", "il6", "inflammation", "baff",
    "vaccine_percent", "naive_b_tissue", "long_lived_plasma_normal", "short_lived_plasma_normal", "host_lymphocytes",
    "interferon_gamma", "antibodies.igg", "antibodies.iga", "memory_b_tissue", "follicular_help", "autoreactive_activated",
)  # fmt: skip


@cache
def course(treatment: str, stop: float, *, own: tuple[str, ...] = (), **changed: float) -> Solution:
    """The same patients under a treatment, with numbers changed (two underscores for the dot) and what is read besides."""
    numbers = {name.replace("__", "."): value for name, value in changed.items()}
    cohort = replace(COHORT, parameters={**COHORT.parameters, **numbers})  # zero may be outside the bounds of a number
    arm = prepare(cohort, Regimen.parse(treatment), start=-1.0, stop=stop, chance=False)
    names = [name for name in READ if name in arm.patient.outputs] + list(own)
    grid = np.arange(-1.0, stop + 0.25, 0.25)
    return simulate(arm.patient.model, **arm.arguments(), outputs=arm.readable(names), grid=grid)


def on(day: float, name: str, treatment: str, stop: float, *, own: tuple[str, ...] = (), **how: float) -> np.ndarray:
    """A quantity on a day, (n,)."""
    found = course(treatment, stop, own=own, **how)
    return found.outputs[name][:, int(np.searchsorted(found.days, day))]


def errors(differences: np.ndarray) -> float:
    """The mean of differences between twins, in Monte Carlo errors of it."""
    return float(differences.mean() / (differences.std(ddof=1) / np.sqrt(len(differences))))


TECLISTAMAB = str(standard("teclistamab"))
WITHOUT_STEPS = "teclistamab 1.5 mg/kg on days 0 28"


def test_teclistamab_takes_b_cells_and_long_lived_plasma_cells_through_t_cells() -> None:
    """Without kill, without activation, or without the patient's own lymphocytes it does nothing."""
    for name in ("naive_b_tissue", "long_lived_plasma_normal"):
        left = on(56, name, TECLISTAMAB, 56.0)
        assert errors(on(56, name, "no treatment", 56.0) - left) > 3, name
        for nothing in ({"teclistamab__kill_tissue": 0.0, "teclistamab__kill_blood": 0.0}, {"teclistamab__activation_rate": 0.0}):
            np.testing.assert_allclose(on(56, name, TECLISTAMAB, 56.0, **nothing), on(56, name, "no treatment", 56.0), rtol=5e-3)
    spared = on(56, "long_lived_plasma_normal", TECLISTAMAB, 56.0, teclistamab__antigen_long_lived=0.0)
    assert np.all(spared > 0.98 * on(56, "long_lived_plasma_normal", "no treatment", 56.0))


def test_steps_up_lower_the_peak_of_cytokines_and_not_the_kill() -> None:
    peaks = [course(text, 42.0).outputs["interferon_gamma"].max(axis=1) for text in (TECLISTAMAB, WITHOUT_STEPS)]
    assert errors(peaks[1] - peaks[0]) > 3
    left = [on(42, "naive_b_tissue", text, 42.0) for text in (TECLISTAMAB, WITHOUT_STEPS)]
    assert left[0].mean() < 1.1 * left[1].mean()


def test_refractory_t_cells_release_cytokines_at_the_first_contact_only_and_again_after_a_long_pause() -> None:
    def ratio(second: float, **how: float) -> np.ndarray:
        text = f"blinatumomab 28 ug daily from 0, 0 from 14, 28 from {second}, 0 from {second + 7}"
        found = course(text, second + 10.0, **how)
        rise = found.outputs["interferon_gamma"] - found.outputs["interferon_gamma"][:, :1]
        return rise[:, found.days > second].max(axis=1) / rise[:, found.days < 14].max(axis=1)

    soon, late = ratio(28.0), ratio(150.0)
    assert errors(late - soon) > 3
    assert errors(ratio(28.0, blinatumomab__refractory_rate=0.0) - soon) > 3


def test_blinatumomab_is_at_its_published_level_within_a_day_and_its_effect_ends_with_the_pump() -> None:
    """28 ug a day over 53.3 L a day are 525 pg/mL, Clements 2020."""
    text = str(standard("blinatumomab"))
    plasma = ("blinatumomab.concentration",)
    level = on(20, plasma[0], text, 60.0, own=plasma, blinatumomab__clearance=53.3)
    np.testing.assert_allclose(level, 525.3e-6, rtol=2e-3)  # a little is lost in urine
    b_cells = [on(day, "cd20_positive_per_ul", text, 60.0, own=plasma, blinatumomab__clearance=53.3) for day in (20, 60)]
    assert b_cells[0].mean() < 5 < b_cells[1].mean()


def test_antibodies_against_cd20_take_the_target_of_mosunetuzumab_from_it() -> None:
    text = "mosunetuzumab 5 mg on day 0; mosunetuzumab 45 mg on days 7 14"
    rituximab = "rituximab 1 g on day 0"
    both = f"{rituximab}; {text}"
    released = [
        course(given, 10.0, **how).outputs["interferon_gamma"][:, 5:].max(axis=1)
        for given, how in ((text, {}), (both, {}), (both, {"mosunetuzumab__competition": 0.0}))
    ]
    assert errors(released[0] - released[1]) > 3 and errors(released[2] - released[1]) > 3


@pytest.mark.parametrize("drug", ["teclistamab", "elranatamab", "mosunetuzumab"])
def test_an_engager_after_a_long_pause_is_warned_of(drug: str) -> None:
    dose = "1 mg"
    (said,) = Regimen.parse(f"{drug} {dose} on days 0 7 60").warnings()
    assert said == f"{drug} on day 60 comes 53 days after the dose before: begin again with steps up to the dose"
    assert Regimen.parse(f"{drug} {dose} on days 0 7 30").warnings() == []


def test_rescue_watches_after_each_dose_of_an_engager() -> None:
    text = "teclistamab 1.5 mg/kg on days 20 48; tocilizumab 8 mg/kg if CRS grade >= 2"
    *_, rule = Regimen.parse(text).events(COHORT)
    assert (rule.start, rule.stop) == (20, 48 + 60)


# drug, treatment, what it lowers, on which day, and the numbers without which it does nothing to that
DARATUMUMAB = ("kill_long_lived", "kill_plasmablasts", "inflammation_block")
INEBILIZUMAB = (
    "kill_pre_b", "kill_immature", "kill_blood", "kill_naive_tissue", "kill_naive_follicle", "kill_memory", "kill_autoreactive",
)  # fmt: skip
LOWERS = [
    ("daratumumab", "1800 mg weekly from 0 until 49", "long_lived_plasma_normal", 84, ("kill_lymphocytes", *DARATUMUMAB)),
    ("daratumumab", "1800 mg weekly from 0 until 49", "host_lymphocytes", 56, ("kill_lymphocytes", *DARATUMUMAB)),
    ("inebilizumab", "300 mg on days 0 14", "short_lived_plasma_normal", 28, ("kill_plasmablasts", *INEBILIZUMAB)),
    ("inebilizumab", "300 mg on days 0 14", "naive_b_tissue", 84, INEBILIZUMAB),
    ("ianalumab", "300 mg every 28 days from 0 until 56", "naive_b_tissue", 84, ("receptor_block", "kill_blood", "kill_tissue")),
    ("atacicept", "150 mg weekly from 0 until 77", "short_lived_plasma_normal", 84, ("kill_plasmablasts", "baff_block")),
    ("telitacicept", "160 mg weekly from 0 until 77", "naive_b_tissue", 84, ("baff_block",)),
    ("dapirolizumab", "24 mg/kg every 28 days from 0 until 56", "autoreactive_activated", 84, ("help_block",)),
    ("belimumab", "200 mg SC weekly from 0 until 77", "naive_b_tissue", 84, ("bioavailability",)),
    ("anifrolumab", "120 mg SC weekly from 0 until 77", "inflammation", 84, ("bioavailability",)),
]


@pytest.mark.parametrize(("drug", "dose", "lowered", "day", "by"), LOWERS, ids=lambda value: str(value)[:20])
def test_an_antibody_lowers_what_it_acts_on_and_nothing_without_its_numbers(drug, dose, lowered, day, by) -> None:
    text = f"{drug} {dose}"
    untreated, treated = (on(day, lowered, given, 84.0) for given in ("no treatment", text))
    without = on(day, lowered, text, 84.0, **{f"{drug}__{number}": 0.0 for number in by})
    assert errors(untreated - treated) > 3 and errors(without - treated) > 3
    assert abs((untreated - without).mean()) < 0.1 * (untreated - treated).mean()


def test_inebilizumab_empties_blood_as_in_nmosd_and_takes_plasmablasts_that_rituximab_leaves() -> None:
    """A median of 2.5 B cells/uL at week 4 (0 to 7.6) in N-MOmentum, to which its kill in blood was tuned."""
    text = "inebilizumab 300 mg on days 0 14"
    assert np.median(on(28, "cd20_positive_per_ul", text, 84.0)) < 7.6
    left = [on(28, "short_lived_plasma_normal", given, 84.0) for given in (text, "rituximab 1 g on days 0 14")]
    assert errors(left[1] - left[0]) > 3


def test_belimumab_under_the_skin_reaches_the_published_mean_concentration() -> None:
    """103.9 mg/L at 200 mg weekly: 0.742 x 200 / 7 over 0.204 L a day, Struemper 2018; less what urine takes."""
    plasma = ("belimumab.concentration",)
    found = course("belimumab 200 mg SC weekly from 0 until 301", 308.0, own=plasma)
    level = found.outputs[plasma[0]][:, (found.days >= 301) & (found.days < 308)].mean(axis=1)
    assert np.all(level < 103.9) and level.max() > 0.9 * 103.9


def test_a_dose_under_the_skin_peaks_days_later_and_a_part_of_it_reaches_plasma() -> None:
    """Anifrolumab 300 mg: highest on day 4 to 7, exposure 87 % of that into a vein (Tummala 2018)."""
    plasma = ("anifrolumab.concentration",)
    skin, vein = (course(f"anifrolumab 300 mg {route} on day 0", 160.0, own=plasma).outputs[plasma[0]] for route in ("SC", "IV"))
    np.testing.assert_allclose(skin.sum(axis=1) / vein.sum(axis=1), 0.87, rtol=0.01)
    peak = (skin.argmax(axis=1) - 4) / 4  # four readings a day, from day -1
    assert np.all((peak >= 4) & (peak <= 7))


def test_atacicept_binds_its_targets_as_its_equilibrium_says() -> None:
    """Free drug times free target over bound is the published 19.9 ng/mL."""
    numbers = {f"atacicept.{field}": COHORT.theta.table[f"atacicept.{field}"].value for field in TaciFc._fields}
    my = TaciFc(*numbers.values())
    for amount, gained in ((0.0, 0.0), (1e-6, 0.1), (30.0, 1.0), (150.0, 2.0)):
        me = State(amount, 0.0, gained, 0.0)
        complexes = target(me, my) * bound(me, my)
        assert free(me, my) + complexes == pytest.approx(amount / my.volume, rel=1e-9, abs=1e-15)
        assert free(me, my) * (target(me, my) - complexes) == pytest.approx(my.half_binding * complexes, rel=1e-9, abs=1e-15)


def test_low_igg_under_taci_fc_with_mycophenolate_and_glucocorticoid_is_warned_of() -> None:
    with_both = "atacicept 150 mg weekly from 0 until 70; mycophenolate 1 g twice daily from 0; prednisolone 40 mg daily from 0"
    (said,) = Regimen.parse(with_both).warnings()
    assert "3 g/L" in said and said.startswith("atacicept")
    assert Regimen.parse("atacicept 150 mg weekly from 0 until 70; mycophenolate 1 g twice daily from 0").warnings() == []


def test_igg_of_donors_adds_to_measured_igg_and_speeds_the_loss_of_own_igg_and_autoantibody() -> None:
    """Prototype: 2 g/kg lowers own IgG by 10 % and anti-dsDNA by 9 % at day 28; without competition at FcRn nothing happens."""
    text = "immunoglobulin 2 g/kg on day 0"
    untreated, own = (on(28, "antibodies.igg", given, 35.0) for given in ("no treatment", text))
    assert errors(untreated - own) > 3 and 0.85 < np.median(own / untreated) < 0.95
    titres = [on(28, "anti_dsdna", given, 35.0) for given in ("no treatment", text)]
    assert errors(1 - titres[1] / titres[0]) > 3
    measured = on(1, "igg_percent", text, 35.0)
    assert np.all(measured > 150) and np.all(on(1, "vaccine_percent", text, 35.0) > 120)
    flat = {"antibodies__igg_loss_min": 0.04, "antibodies__igg_loss_max": 0.04}
    np.testing.assert_allclose(
        on(28, "antibodies.igg", text, 35.0, **flat), on(28, "antibodies.igg", "no treatment", 35.0, **flat), rtol=1e-4
    )


def test_immunoglobulin_under_the_skin_brings_less_and_no_peak() -> None:
    vein, skin = (
        course(f"immunoglobulin 0.4 g/kg {route} on day 0", 35.0).outputs["igg_percent"].max(axis=1) for route in ("IV", "SC")
    )
    assert errors(vein - skin) > 3 and np.all(skin > 105)


PLASMA_EXCHANGE = "plasma-exchange on day 0"


def test_a_session_of_plasma_exchange_leaves_the_published_share_of_antibodies_and_of_drugs() -> None:
    """0.565 of IgG, of the autoantibody and of IgA after one; 0.18 after three, of the published 0.18 on alternate days."""
    kept = {"plasma_exchange__remaining": 0.565}
    for name in ("antibodies.igg", "antibodies.iga", "anti_dsdna"):
        after = on(0.25, name, PLASMA_EXCHANGE, 14.0, **kept) / on(0.25, name, "no treatment", 14.0)
        np.testing.assert_allclose(after, 0.565, atol=0.02, err_msg=name)
        nothing = on(0.25, name, PLASMA_EXCHANGE, 14.0, plasma_exchange__remaining=1.0)
        np.testing.assert_allclose(nothing, on(0.25, name, "no treatment", 14.0), rtol=1e-6)
    thrice = on(4.25, "igg_percent", "plasma-exchange on days 0 2 4", 14.0, **kept)
    assert np.all((thrice > 12) & (thrice < 26))  # a fall of 74 to 88 %
    drug = "rituximab 1 g on day 0"
    name = "rituximab.concentration"
    alone, exchanged = (on(2.25, name, text, 14.0, own=(name,), **kept) for text in (drug, f"{drug}; plasma-exchange on day 2"))
    np.testing.assert_allclose(exchanged / alone, 0.58, atol=0.03)  # some comes back from the periphery


def test_imlifidase_cuts_igg_and_antibody_drugs_and_igg_returns_after_a_week() -> None:
    """IgG below 1 % within days and on its way back between day 7 and 14 (product information)."""
    text = "imlifidase 0.25 mg/kg on day 0"
    igg = course(text, 42.0).outputs["igg_percent"]
    assert np.median(igg.min(axis=1)) < 2
    returning = (np.median(igg, axis=0) > 10).nonzero()[0]
    days = course(text, 42.0).days
    assert 7 <= days[returning[days[returning] > 1][0]] <= 14
    nothing = on(1, "igg_percent", text, 42.0, imlifidase__cleavage_max=0.0)
    np.testing.assert_allclose(nothing, on(1, "igg_percent", "no treatment", 42.0), rtol=1e-6)
    both = f"rituximab 1 g on day 0; {text}"
    assert np.all(on(1, "rituximab.concentration", both, 14.0, own=("rituximab.concentration",)) < 5)
    fragment = "dapirolizumab 24 mg/kg on day 0"
    kept = [
        on(1, "dapirolizumab.concentration", g, 14.0, own=("dapirolizumab.concentration",))
        for g in (fragment, f"{fragment}; {text}")
    ]
    np.testing.assert_allclose(*kept, rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "imlifidase 0.25 mg/kg on day 0; immunoglobulin 1 g/kg on day 3",
            "immunoglobulin on day 3 follows imlifidase of day 0: .*4",
        ),
        ("imlifidase 0.25 mg/kg on day 0; immunoglobulin 1 g/kg on day 0", "immunoglobulin on day 0 follows imlifidase of day 0"),
        ("imlifidase 0.25 mg/kg on days 0 365", "imlifidase on day 365 follows imlifidase of day 0: .*give it once"),
        ("imlifidase 0.25 mg/kg on days 0 0", "imlifidase on day 0 follows imlifidase of day 0"),
    ],
)
def test_what_must_not_follow_imlifidase_is_refused(text: str, says: str) -> None:
    with pytest.raises(InvalidRegimen, match=says):
        Regimen.parse(text).events(COHORT)
    for allowed in ("immunoglobulin 1 g/kg on day 4", "immunoglobulin 1 g/kg on day -1", "rituximab 1 g on day 2"):
        assert Regimen.parse(f"imlifidase 0.25 mg/kg on day 0; {allowed}").events(COHORT)


def test_sessions_on_one_day_are_one_and_each_ends_after_its_hours() -> None:
    (event,) = Regimen.parse("plasma-exchange on days 0 0 2").events(COHORT)
    np.testing.assert_allclose(event.days, [0, 0.125, 2, 2.125])
    np.testing.assert_array_equal(np.ravel(event.value), [1, 0, 1, 0])


def test_numbers_that_every_patient_draws_bring_no_drug_that_is_not_given() -> None:
    assert Regimen.parse("rituximab 1 g on day 0").modules(COHORT.parameters, COHORT.theta) == (DRUGS["rituximab"].module,)
