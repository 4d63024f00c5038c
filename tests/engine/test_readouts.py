"""Read-outs equal closed forms between grid points and steps, inside windows and at jumps."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy.integrate import trapezoid

from immunoreset.engine import (
    Area,
    FirstAbove,
    FirstBelow,
    Maximum,
    Minimum,
    Model,
    Readout,
    Scheduled,
    TimeBelow,
    TimeOfMaximum,
    TimeOfMinimum,
    bolus,
    simulate,
)
from immunoreset.engine.arithmetic import log10

PI = np.pi


class Wave(NamedTuple):
    sine: Any
    cosine: Any


class Speed(NamedTuple):
    speed: Any


class Drug(NamedTuple):
    gut: Any
    blood: Any


class Kinetics(NamedTuple):
    absorption: Any
    elimination: Any


WAVE = Model(lambda t, s, p: Wave(p.speed * s.cosine, -p.speed * s.sine), Wave, Speed)
DRUG = Model(
    lambda t, s, p: Drug(-p.absorption * s.gut, p.absorption * s.gut - p.elimination * s.blood), Drug, Kinetics
)  # fmt: skip


def wave(stop: float = 10.0, *, rtol: float = 1e-9, events: tuple[Any, ...] = (), **readouts: Readout) -> dict[str, float]:
    """Read-outs of sin t from day 0."""
    found = simulate(
        WAVE,
        parameters={"speed": 1.0},
        initial={"sine": 0.0, "cosine": 1.0},
        start=0.0,
        stop=stop,
        events=events,
        outputs={"sine": lambda t, s, p: s.sine, "square": lambda t, s, p: s.sine**2, "day": lambda t, s, p: t},
        readouts=readouts,
        rtol=rtol,
        atol=rtol,
    )
    return {name: float(value[0]) for name, value in found.readouts.items()}


def test_extremes_of_a_sine_are_found_between_the_steps() -> None:
    found = wave(
        5.0,
        highest=Maximum("sine"),
        highest_day=TimeOfMaximum("sine"),
        lowest=Minimum("sine"),
        lowest_day=TimeOfMinimum("sine"),
    )
    assert found["highest"] == pytest.approx(1, abs=2e-9) and found["lowest"] == pytest.approx(-1, abs=2e-9)
    assert found["highest_day"] == pytest.approx(PI / 2, abs=2e-5)
    assert found["lowest_day"] == pytest.approx(1.5 * PI, abs=2e-5)


def test_crossings_of_a_sine_are_found_between_the_steps() -> None:
    found = wave(
        up=FirstAbove("sine", 0.6),
        down=FirstBelow("sine", 0.6),
        up_later=FirstAbove("sine", 0.6, after=2.0),
        down_later=FirstBelow("sine", 0.6, after=4.0),
        never=FirstAbove("sine", 1.1),
        never_down=FirstBelow("sine", -1.1),
        never_in_window=FirstAbove("sine", 0.6, after=2.0, stop=6.0),
        through_zero=FirstBelow("sine", 0.0),
    )
    up = np.arcsin(0.6)
    assert found["up"] == pytest.approx(up, abs=1e-8) and found["down"] == pytest.approx(PI - up, abs=1e-8)
    assert found["up_later"] == pytest.approx(2 * PI + up, abs=1e-8)
    assert found["down_later"] == pytest.approx(3 * PI - up, abs=1e-8)
    assert found["through_zero"] == pytest.approx(PI, abs=1e-8)
    assert np.isnan([found["never"], found["never_down"], found["never_in_window"]]).all()


def test_area_and_time_below_of_a_sine_are_exact() -> None:
    found = wave(
        area=Area("sine", 1.0, 4.0),
        whole=Area("sine"),
        square=Area("square", 0.0, 2 * PI),
        days=Area("day", 2.0, 7.0),
        below=TimeBelow("sine", 0.5),
        below_window=TimeBelow("sine", -0.3, 4.0, 9.0),
        always=TimeBelow("sine", 3.0, 2.0, 7.5),
        never=TimeBelow("sine", -3.0),
    )
    assert found["area"] == pytest.approx(np.cos(1) - np.cos(4), rel=1e-8)
    assert found["whole"] == pytest.approx(1 - np.cos(10), rel=1e-8)
    assert found["square"] == pytest.approx(PI, rel=1e-7) and found["days"] == pytest.approx(22.5, rel=1e-12)
    above = (PI - 2 * np.arcsin(0.5)) * 2
    assert found["below"] == pytest.approx(10 - above, abs=1e-7)
    assert found["below_window"] == pytest.approx(2 * PI - np.arcsin(0.3) - 4.0, abs=1e-7)
    assert found["always"] == pytest.approx(5.5, rel=1e-12) and found["never"] == 0.0


def test_windows_include_their_edges_and_nothing_outside() -> None:
    found = wave(
        falling=Maximum("sine", 2.0, 4.0),
        falling_day=TimeOfMaximum("sine", 2.0, 4.0),
        rising=Maximum("sine", 0.0, 1.0),
        lowest=Minimum("sine", 2.0, 4.0),
        lowest_day=TimeOfMinimum("sine", 2.0, 4.0),
        inner=Maximum("sine", 6.5, 8.5),
        beyond=Maximum("sine", 20.0, 30.0),
        beyond_area=Area("sine", 20.0, 30.0),
    )
    assert found["falling"] == pytest.approx(np.sin(2), abs=1e-8) and found["falling_day"] == 2.0
    assert found["rising"] == pytest.approx(np.sin(1), abs=1e-8)
    assert found["lowest"] == pytest.approx(np.sin(4), abs=1e-8) and found["lowest_day"] == 4.0
    assert found["inner"] == pytest.approx(1, abs=1e-8)
    assert np.isnan(found["beyond"]) and found["beyond_area"] == 0.0


@pytest.mark.parametrize(("rtol", "level"), [(1e-4, 0.9), (1e-4, 0.99), (1e-6, 0.999), (1e-6, 0.9999)])
def test_a_peak_just_above_a_level_is_seen_by_all_readouts(rtol: float, level: float) -> None:
    _check_peak_above(rtol, level)


@pytest.mark.parametrize(("rtol", "level"), [(1e-4, 0.999), (1e-6, 0.99999), (1e-6, 0.999999)])
def test_a_peak_above_a_level_within_a_quarter_of_a_step_is_seen_by_all_readouts(rtol: float, level: float) -> None:
    _check_peak_above(rtol, level)


def _check_peak_above(rtol: float, level: float) -> None:
    found = wave(
        3.0,
        rtol=rtol,
        up=FirstAbove("sine", level),
        down=FirstBelow("sine", level),
        below=TimeBelow("sine", level),
        highest=Maximum("sine"),
    )
    assert found["highest"] > level
    up = np.arcsin(level)
    allowed = 5 * rtol / np.cos(up)
    assert found["up"] == pytest.approx(up, abs=allowed) and found["down"] == pytest.approx(PI - up, abs=allowed)
    assert found["below"] == pytest.approx(3 - (PI - 2 * up), abs=2 * allowed)


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-9])
def test_peak_of_an_absorbed_drug_matches_the_sum_of_exponentials_for_each_patient(rtol: float) -> None:
    absorption, elimination = np.array([0.5, 3.0, 40.0, 400.0]), np.array([0.1, 0.3, 0.02, 0.9])
    found = simulate(
        DRUG,
        parameters={"absorption": absorption, "elimination": elimination},
        initial={"gut": 100.0, "blood": 0.0},
        start=0.0,
        stop=60.0,
        outputs={"blood": lambda t, s, p: s.blood, "log": lambda t, s, p: log10(s.blood + 1)},
        readouts={
            "peak": Maximum("blood"),
            "day": TimeOfMaximum("blood"),
            "up": FirstAbove("blood", 20.0),
            "down": FirstBelow("blood", 20.0),
            "area": Area("blood"),
            "log": Maximum("log"),
        },
        rtol=rtol,
        atol=1e-3 * rtol,
    ).readouts

    def curve(t: Any) -> Any:
        return 100 * absorption / (absorption - elimination) * (np.exp(-elimination * t) - np.exp(-absorption * t))

    day = np.log(absorption / elimination) / (absorption - elimination)
    assert found["peak"] == pytest.approx(curve(day), rel=5 * rtol)
    assert found["log"] == pytest.approx(np.log10(curve(day) + 1), rel=5 * rtol)
    assert found["day"] == pytest.approx(day, rel=5 * np.sqrt(rtol))
    gone = 100 * absorption / (absorption - elimination)
    area = gone * ((1 - np.exp(-60 * elimination)) / elimination - (1 - np.exp(-60 * absorption)) / absorption)
    assert found["area"] == pytest.approx(area, rel=20 * rtol)
    for name in ("up", "down"):
        reached = np.isfinite(found[name])
        assert curve(np.nan_to_num(found[name]))[reached] == pytest.approx(20.0, rel=50 * rtol)
        beyond = curve(60.0) > 20.0
        assert np.array_equal(reached, ~beyond if name == "down" else np.full(4, True))


def test_a_dose_counts_for_extremes_and_crossings_on_its_day() -> None:
    found = simulate(
        DRUG,
        parameters={"absorption": 1.0, "elimination": 1.0},
        initial={"gut": 0.0, "blood": 2.0},
        start=0.0,
        stop=10.0,
        events=[bolus("blood", 4.0, 7.0), Scheduled("wash", 6.0, lambda t, s, p, v: {"blood": 0.01 * s.blood})],
        outputs={"blood": lambda t, s, p: s.blood},
        readouts={
            "highest": Maximum("blood"),
            "highest_day": TimeOfMaximum("blood"),
            "lowest_before": Minimum("blood", 0.0, 5.0),
            "lowest_before_day": TimeOfMinimum("blood", 0.0, 5.0),
            "up": FirstAbove("blood", 5.0),
            "down": FirstBelow("blood", 0.5, after=5.0),
            "from_dose": Maximum("blood", start=4.0),
            "until_dose": Maximum("blood", 3.0, 4.0),
            "area": Area("blood"),
            "below": TimeBelow("blood", 1.0),
        },
        rtol=1e-9,
    )
    got = {name: float(value[0]) for name, value in found.readouts.items()}
    left = 2 * np.exp(-4)
    peak = left + 7
    assert (got["highest"], got["highest_day"]) == (pytest.approx(peak), 4.0)
    assert (got["lowest_before"], got["lowest_before_day"]) == (pytest.approx(left), 4.0)
    assert (got["up"], got["down"]) == (4.0, 6.0)
    assert got["from_dose"] == pytest.approx(peak) and got["until_dose"] == pytest.approx(peak)
    after_wash = 0.01 * peak * np.exp(-2)
    area = 2 * (1 - np.exp(-4)) + peak * (1 - np.exp(-2)) + after_wash * (1 - np.exp(-4))
    assert got["area"] == pytest.approx(area, rel=1e-8)
    assert got["below"] == pytest.approx(4 - np.log(2) + max(0.0, 2 - np.log(peak)) + 4, rel=1e-7)


def test_a_dose_on_the_first_day_counts_as_on_any_other_day() -> None:
    def of_day(day: float) -> dict[str, float]:
        found = simulate(
            DRUG,
            parameters={"absorption": 1.0, "elimination": 1.0},
            initial={"gut": 0.0, "blood": 1.0},
            start=day,
            stop=10.0 + day,
            events=[bolus("blood", day, 7.0)],
            outputs={"blood": lambda t, s, p: s.blood},
            readouts={"up": FirstAbove("blood", 5.0), "low": Minimum("blood", stop=day + 1.0), "high": Maximum("blood")},
        )
        return {name: float(value[0]) for name, value in found.readouts.items()}

    assert of_day(0.0) == {"up": 0.0, "low": 1.0, "high": 8.0} and of_day(-35.0) == {"up": -35.0, "low": 1.0, "high": 8.0}


def test_readouts_are_those_of_a_fine_grid_in_a_forced_system() -> None:
    random = np.random.default_rng(7)
    days, amounts = np.sort(random.uniform(0, 20, (6, 5)), axis=1), random.uniform(1, 9, (6, 5))
    grid = np.linspace(0, 20, 20_001)
    options: dict[str, Any] = {
        "parameters": {"absorption": random.uniform(0.5, 3, 6), "elimination": random.uniform(0.2, 2, 6)},
        "initial": {"gut": 5.0, "blood": 0.0},
        "start": 0.0,
        "stop": 20.0,
        "events": [bolus("gut", days, amounts)],
        "outputs": {"blood": lambda t, s, p: s.blood},
        "rtol": 1e-9,
    }
    curve = simulate(DRUG, grid=grid, **options).outputs["blood"]
    found = simulate(
        DRUG,
        readouts={"high": Maximum("blood", 3.0), "low": Minimum("blood", 3.0, 18.0), "below": TimeBelow("blood", 1.5),
                  "area": Area("blood", 2.0, 17.0), "up": FirstAbove("blood", 1.5, after=4.0)},
        **options,
    ).readouts  # fmt: skip
    later = grid >= 3
    assert found["high"] == pytest.approx(curve[:, later].max(axis=1), rel=1e-6)
    assert found["low"] == pytest.approx(curve[:, later & (grid <= 18)].min(axis=1), rel=5e-3)
    assert found["below"] == pytest.approx((curve < 1.5).mean(axis=1) * 20, abs=0.02)
    window = (grid >= 2) & (grid <= 17)
    assert found["area"] == pytest.approx(trapezoid(curve[:, window], grid[window], axis=1), rel=1e-5)
    for i in range(6):
        rises = np.flatnonzero((grid[1:] > 4) & (curve[i, :-1] < 1.5) & (curve[i, 1:] >= 1.5))
        expected = grid[rises[0] + 1] if rises.size else np.nan
        assert found["up"][i] == pytest.approx(expected, abs=1.1e-3, nan_ok=True)
