"""Organs follow inflammation and immune complexes, each at its own pace, from where they were at entry and back to it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.disease.lupus import organs
from immunoreset.disease.lupus.organs import ORGANS
from immunoreset.engine import Solution

Held = Callable[..., Solution]
DAYS = np.array([0.0, 1.0, 7.0, 30.0, 90.0, 365.0])
STATED_HALF_LIVES = {  # days, as the notes of the numbers say
    "joints": 7, "skin": 17, "mucosa": 7, "hair": 58, "serosa": 9, "nerves": 23, "vessels": 14, "constitution": 3, "blood": 12,
}  # fmt: skip
TYPICAL = typical()
AT_ENTRY = {"inflammation": 1.0, "immune_complexes": 1.0}


def number(name: str) -> float:
    return float(TYPICAL[f"organs.{name}"])


def test_organs_rest_where_inflammation_and_complexes_are_as_at_entry(held: Held) -> None:
    for name, curve in held(organs.MODULE, DAYS, AT_ENTRY).outputs.items():
        assert np.all(np.abs(curve - 1) <= 1e-12), name


@pytest.mark.parametrize("organ", ORGANS)
def test_each_organ_comes_to_rest_at_its_own_pace(organ: str, held: Held) -> None:
    """Without inflammation it falls by half in ln 2 over its pace; that is the half-life which its number states."""
    found = held(organs.MODULE, DAYS, AT_ENTRY | {"inflammation": 0.0}).outputs[organ][0]
    np.testing.assert_allclose(found, np.exp(-number(f"pace_{organ}") * DAYS), rtol=1e-8, atol=1e-11)
    assert np.log(2) / number(f"pace_{organ}") == pytest.approx(STATED_HALF_LIVES[organ], abs=0.5)


@pytest.mark.parametrize("organ", ORGANS)
@pytest.mark.parametrize(("inflammation", "complexes"), [(1.0, 0.0), (0.5, 0.2), (2.0, 3.0)])
def test_a_share_of_each_organ_needs_immune_complexes(organ: str, inflammation: float, complexes: float, held: Held) -> None:
    share, pace = number(f"complexes_{organ}"), number(f"pace_{organ}")
    target = inflammation * (1 - share * (1 - complexes))
    found = held(organs.MODULE, DAYS, {"inflammation": inflammation, "immune_complexes": complexes}).outputs[organ][0]
    np.testing.assert_allclose(found, target + (1 - target) * np.exp(-pace * DAYS), rtol=1e-8)


def test_fever_needs_no_complexes_and_vessels_and_blood_need_them_most() -> None:
    shares = {organ: number(f"complexes_{organ}") for organ in ORGANS}
    assert shares["constitution"] == 0 and shares["vessels"] == shares["blood"] == max(shares.values())


def test_fatigue_follows_constitutional_activity_to_what_stays_whatever_the_disease_does(held: Held) -> None:
    """Two lags in series: closed form of constitution falling as exp(-c t), and fatigue after it at pace f."""
    days = np.linspace(0.0, 400.0, 9)
    found = held(organs.MODULE, days, AT_ENTRY | {"inflammation": 0.0}).outputs["fatigue"][0]
    stays, fast, slow = number("fatigue_without_activity"), number("pace_constitution"), number("pace_fatigue")
    follows = (fast * np.exp(-slow * days) - slow * np.exp(-fast * days)) / (fast - slow)
    np.testing.assert_allclose(found, stays + (1 - stays) * follows, rtol=1e-8)
    assert found[-1] == pytest.approx(stays, rel=1e-4) and stays > 0.1


def test_no_organ_acts_on_the_disease() -> None:
    """What organs show is read; only blood cells, which have counts of their own, hear the activity against them."""
    p = STANDARD_PATIENT.build(TYPICAL)
    s = STANDARD_PATIENT.initial(p)
    moved = s._replace(organs=type(s.organs)(*[7.0] * len(s.organs)))
    before, after = (STANDARD_PATIENT.derivative(0.0, state, p) for state in (s, moved))
    unlike = {name for name in type(s)._fields if getattr(before, name) != getattr(after, name)}
    assert unlike == {"organs", "platelets", "red_cells"}
