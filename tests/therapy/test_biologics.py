"""Engagers, antibodies and therapies by IgG: each does what defines it, and nothing of it once that number is zero."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from immunoreset.engine import Solution, simulate
from immunoreset.patient.course import prepare
from immunoreset.population import sample
from immunoreset.therapy import Regimen, standard

PATIENTS, SEED = 8, 11
COHORT = sample("cart", PATIENTS, seed=SEED)
READ = (
    "cd20_positive_per_ul", "lymph_node_fraction", "anti_dsdna", "igg", "iga_percent", "il6", "inflammation", "baff",
    "vaccine_antibody_percent", "naive_b_tissue", "long_lived_plasma_normal", "short_lived_plasma_normal", "host_lymphocytes",
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
