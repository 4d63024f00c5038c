"""What cannot be solved is said patient by patient; what cannot be asked is said at once; Ctrl-C ends a run."""

from __future__ import annotations

import _thread
import itertools
import re
import threading
import time
from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import (
    Extinction,
    Hazard,
    Infusion,
    Maximum,
    Model,
    Rule,
    Scheduled,
    Shock,
    Solution,
    bolus,
    set_parameter,
    simulate,
)
from immunoreset.errors import ImmunoresetError, InvalidValue, UnknownName


class Growth(NamedTuple):
    cells: Any
    drug: Any


class Rates(NamedTuple):
    growth: Any
    explosion: Any
    decay: Any


MODEL = Model(
    lambda t, s, p: Growth(p.growth * s.cells + p.explosion * s.cells**2 - s.drug * s.cells, -p.decay * s.drug), Growth, Rates
)
CELLS = {"cells": lambda t, s, p: s.cells, "drug": lambda t, s, p: s.drug}
HEALTHY = {"growth": -0.3, "explosion": 0.0, "decay": 1.0}


def run(parameters: dict[str, Any] | None = None, **options: Any) -> Solution:
    settings: dict[str, Any] = {"initial": {"cells": 1.0, "drug": 0.5}, "start": 0.0, "stop": 10.0}
    return simulate(MODEL, parameters=HEALTHY | (parameters or {}), **(settings | options))


def with_one_ill(name: str, value: float, count: int = 21, row: int = 10) -> dict[str, np.ndarray]:
    """Healthy patients, each a little different, with one in the middle who is not."""
    parameters = {key: np.full(count, number) for key, number in HEALTHY.items()}
    parameters["growth"] = np.linspace(-0.5, 0.2, count)
    parameters[name] = parameters[name].copy()
    parameters[name][row] = value
    return parameters


OPTIONS: dict[str, Any] = {
    "outputs": CELLS,
    "grid": np.linspace(0, 10, 11),
    "readouts": {"peak": Maximum("cells")},
    "events": [bolus("drug", 4.0, 1.0)],
}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("growth", np.nan, "infinite or not a number"),
        ("growth", np.inf, "infinite or not a number"),
        ("decay", np.nan, "infinite or not a number"),
        ("explosion", 1.0, "infinite or not a number|below rounding"),
    ],
)
def test_a_patient_who_cannot_be_solved_is_reported_and_the_others_are_unharmed(name: str, value: float, message: str) -> None:
    ill = with_one_ill(name, value)
    found = run(ill, **OPTIONS)
    others = np.arange(21) != 10
    assert found.failed.tolist() == (~others).tolist()
    assert re.search(message, found.message(10)) and found.message(3) == "done"
    assert found.failures() == {found.message(10): 1}
    assert np.isnan(found.readouts["peak"][10]) and np.isnan(found.final["cells"][10])
    without = run({key: values[others] for key, values in ill.items()}, patients=np.arange(21)[others], **OPTIONS)
    for key in CELLS:
        assert np.array_equal(found.outputs[key][others], without.outputs[key])
        assert np.array_equal(found.final[key][others], without.final[key])
    assert np.array_equal(found.readouts["peak"][others], without.readouts["peak"])
    assert np.array_equal(found.steps[others], without.steps)


def test_a_curve_ends_where_the_blow_up_is() -> None:
    """y' = y^2 from 1 is infinite on day 1."""
    found = run({"growth": 0.0, "explosion": 1.0}, initial={"cells": 1.0, "drug": 0.0}, outputs=CELLS, grid=np.linspace(0, 2, 21))
    curve, days = found.outputs["cells"][0], np.linspace(0, 2, 21)
    assert found.status.tolist() != [0]
    assert curve[:10] == pytest.approx(1 / (1 - days[:10]), rel=1e-4)
    assert np.isnan(curve[11:]).all()


def test_the_limit_of_steps_is_reported() -> None:
    found = run({"growth": np.array([-0.3, -0.3])}, max_steps=5, rtol=1e-9)
    assert found.failed.all() and found.message(0).startswith("stopped at the limit of steps")
    assert (found.steps + found.rejected_steps).tolist() == [5, 5]


def test_a_lane_after_a_failure_serves_the_next_patient_well() -> None:
    """More ill patients than lanes, spread among healthy ones."""
    growth = np.where(np.arange(60) % 2 == 0, np.nan, -0.3)
    found = run({"growth": growth}, chunk=64, threads=1)
    assert found.failed.tolist() == np.isnan(growth).tolist()
    assert np.array_equal(found.final["cells"][1::2], np.broadcast_to(run({"growth": np.array([-0.3])}).final["cells"], 30))


def test_nobody_gives_empty_results() -> None:
    found = run({"growth": np.empty(0)}, **OPTIONS)
    assert found.outputs["cells"].shape == (0, 11) and found.status.size == 0 and found.events.size == 0
    assert found.failures() == {}


class Wheel(NamedTuple):
    sine: Any
    cosine: Any


class Speed(NamedTuple):
    speed: Any


WHEEL = Model(lambda t, s, p: Wheel(p.speed * s.cosine, -p.speed * s.sine), Wheel, Speed)


def spin(days: float, count: int, **options: Any) -> Solution:
    return simulate(
        WHEEL,
        parameters={"speed": np.linspace(1, 2, count)},
        initial={"sine": 0.0, "cosine": 1.0},
        start=0.0,
        stop=days,
        max_steps=10**12,
        **options,
    )


def test_ctrl_c_ends_a_run_within_a_second_and_leaves_no_thread() -> None:
    spin(1.0, 16, threads=2)  # compiled beforehand
    before = threading.active_count()
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.perf_counter())
        _thread.interrupt_main()

    timer = threading.Timer(0.3, press)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        spin(1e9, 64, threads=2, chunk=8)
    assert time.perf_counter() - pressed[0] < 1.0
    timer.join()
    assert threading.active_count() == before


def test_an_interruption_in_the_progress_report_ends_the_run() -> None:
    before = threading.active_count()
    reports: list[tuple[int, int]] = []

    def stop_at_once(done: int, total: int) -> None:
        reports.append((done, total))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(
            WHEEL,
            parameters={"speed": np.where(np.arange(64) < 8, 1.0, 1e9)},
            initial={"sine": 0.0, "cosine": 1.0},
            start=0.0,
            stop=100.0,
            max_steps=10**12,
            threads=2,
            chunk=8,
            progress=stop_at_once,
        )
    assert reports == [(8, 64)] and threading.active_count() == before
    assert not run().failed.any(), "the engine works on afterwards"


def test_progress_counts_every_patient_once() -> None:
    reports: list[tuple[int, int]] = []
    run({"growth": np.linspace(-1, 0, 45)}, chunk=8, threads=2, progress=lambda *report: reports.append(report))
    assert reports[-1] == (45, 45) and all(total == 45 for _, total in reports)
    assert all(earlier[0] < later[0] for earlier, later in itertools.pairwise(reports))


UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "parameter": ({"parameters": {**HEALTHY, "grwth": 1.0}}, "no parameter 'grwth'; did you mean 'growth'?"),
    "initial state": ({"initial": {"cells": 1.0, "drug": 0.0, "cels": 1.0}}, "no state 'cels'; did you mean 'cells'?"),
    "tolerance": ({"atol": {"drg": 1e-9}}, "no state 'drg'; did you mean 'drug'?"),
    "output of a read-out": ({"outputs": CELLS, "readouts": {"peak": Maximum("cell")}}, "'cell'; did you mean 'cells'?"),
    "infused state": ({"events": [Infusion("durg", 1.0, 1.0, 1.0)]}, "no state 'durg'; did you mean 'drug'?"),
    "shocked state": ({"events": [Shock("cellz", 1.0, lambda p: p.growth, "shock")]}, "no state 'cellz'; did you mean 'cells'?"),
    "extinct state": ({"events": [Extinction("gone", ("cellz",), 1.0)]}, "no state 'cellz'; did you mean 'cells'?"),
    "set parameter": ({"events": [set_parameter("decai", 1.0, 2.0)]}, "'decai'; did you mean 'decay'?"),
    "written name": (
        {"events": [Scheduled("act", 1.0, lambda t, s, p, v: {"druk": v})]},
        "no state or parameter 'druk'; did you mean 'drug'?",
    ),
    "bolus": ({"events": [bolus("durg", 1.0, 1.0)]}, "no state or parameter 'durg'; did you mean 'drug'?"),
}


def simulate_with(options: dict[str, Any]) -> Solution:
    return simulate(
        MODEL, **({"parameters": HEALTHY, "initial": {"cells": 1.0, "drug": 0.0}, "start": 0.0, "stop": 5.0} | options)
    )


@pytest.mark.parametrize("what", list(UNKNOWN))
def test_a_name_that_does_not_exist_gets_the_nearest_one_that_does(what: str) -> None:
    options, message = UNKNOWN[what]
    with pytest.raises(UnknownName) as error:
        simulate_with(options)
    assert message in str(error.value) and "\n" not in str(error.value)


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "missing parameter": ({"parameters": {"growth": 1.0}}, "no value for parameter 'explosion' and 1 more"),
    "missing state": ({"initial": {"cells": 1.0}}, "no initial value for state 'drug'"),
    "text for a number": ({"parameters": HEALTHY | {"growth": "fast"}}, "parameter 'growth' is 'fast'; give a number"),
    "a table of parameters": ({"parameters": HEALTHY | {"growth": np.ones((2, 2))}}, "'growth' has shape (2, 2)"),
    "lengths": ({"parameters": HEALTHY | {"growth": np.ones(3)}, "patients": [1, 2]}, "different numbers of patients: [2, 3]"),
    "rtol 0": ({"rtol": 0.0}, "rtol is 0.0; give a number between 1e-13 and 1"),
    "rtol nan": ({"rtol": np.nan}, "rtol is nan"),
    "rtol 1": ({"rtol": 1.0}, "rtol is 1.0"),
    "atol": ({"atol": 0.0}, "absolute tolerances must be 1e-30 or more"),
    "atol of a state": ({"atol": {"drug": 1e-31}}, "absolute tolerances must be 1e-30 or more"),
    "backwards": ({"start": 5.0}, "from day 5.0 to 5.0 is empty"),
    "endless": ({"stop": np.inf}, "empty or endless"),
    "nan start": ({"start": np.nan}, "empty or endless"),
    "grid order": ({"outputs": CELLS, "grid": [1.0, 3.0, 2.0]}, "grid days must ascend"),
    "grid twice": ({"outputs": CELLS, "grid": [1.0, 1.0]}, "grid days must ascend"),
    "grid before": ({"outputs": CELLS, "grid": [-1.0, 1.0]}, "lie within day 0"),
    "grid after": ({"outputs": CELLS, "grid": [1.0, 5.5]}, "lie within day 0"),
    "grid nan": ({"outputs": CELLS, "grid": [1.0, np.nan]}, "grid days must ascend"),
    "no event": ({"events": ["hello"]}, "'hello' is no event"),
    "half a patient": ({"patients": [2.5]}, "patient ids must be whole numbers"),
    "chunk 0": ({"chunk": 0}, "chunk is 0"),
    "day as text": ({"events": [bolus("drug", "x", 1.0)]}, "'x' is not a number"),
    "nothing extinct": ({"events": [Extinction("gone", (), 1.0)]}, "extinction 'gone' names no states"),
    "rule without end": (
        {"events": [Rule("look", lambda t, s, p: t, lambda t, s, p, v: {}, at_most=float("inf"))]},  # type: ignore[arg-type]
        "'look': at_most is inf",
    ),
    "rule from no day": (
        {"events": [Rule("look", lambda t, s, p: t, lambda t, s, p, v: {}, start=-np.inf)]},
        "rule 'look' needs a first day",
    ),
    "rule every": ({"events": [Rule("look", lambda t, s, p: t, lambda t, s, p, v: {}, every=0.0)]}, "rule 'look'"),
}


@pytest.mark.parametrize("what", list(INVALID))
def test_an_impossible_request_is_refused_in_one_line(what: str) -> None:
    options, message = INVALID[what]
    with pytest.raises(InvalidValue) as error:
        simulate_with(options)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_tolerances_may_be_whole_numbers_arrays_of_numpy_or_by_state() -> None:
    assert simulate_with({"atol": 1}).solver["atol"] == 1
    assert simulate_with({"atol": np.float64(1e-8)}).solver["atol"] == 1e-8
    assert simulate_with({"atol": {"drug": 1e-3}}).solver["atol"] == {"drug": 1e-3}


def test_a_model_that_branches_is_refused_when_it_is_solved() -> None:
    model = Model(lambda t, s, p: Growth(max(s.cells, 1.0), s.drug), Growth, Rates)
    with pytest.raises(ImmunoresetError, match="branches on a value"):
        simulate(model, parameters=HEALTHY, initial={"cells": 1.0, "drug": 1.0}, start=0.0, stop=1.0)


def test_a_hazard_without_work_does_not_fail_anybody() -> None:
    found = run({"growth": np.array([0.1, 0.2])}, events=[Hazard("nothing", lambda t, s, p: 0.0)])
    assert not found.failed.any() and found.events.size == 0
