"""The result of a patient is the same to the last bit for any thread count, chunk and order, and for a patient alone."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from immunoreset.engine import (
    Area,
    Extinction,
    FirstAbove,
    Hazard,
    Infusion,
    Maximum,
    Model,
    Rule,
    Shock,
    Solution,
    TimeOfMaximum,
    bolus,
    set_parameter,
    simulate,
)
from immunoreset.engine.arithmetic import exp, log

COUNT = 53
IDS = np.arange(1000, 1000 + 3 * COUNT, 3)


class Immune(NamedTuple):
    antigen: Any
    cells: Any
    memory: Any
    drive: Any
    drug: Any


class Parameters(NamedTuple):
    growth: Any
    killing: Any
    decay: Any
    sd: Any
    infection: Any


def derivative(t: Any, s: Immune, p: Parameters) -> Immune:
    seen = s.antigen / (1 + s.antigen)
    return Immune(
        s.antigen * (p.growth - p.killing * s.cells) * (1 + 0.1 * exp(-t)),
        seen * s.cells - p.decay * s.cells * (1 + s.drug) + 0.01 * log(2 + s.antigen),
        0.1 * p.decay * s.cells - 0.01 * s.memory,
        -0.1 * s.drive,
        -2 * s.drug,
    )


MODEL = Model(derivative, Immune, Parameters)


def cohort() -> dict[str, np.ndarray]:
    random = np.random.default_rng(11)
    return {
        "growth": random.uniform(0.2, 1.5, COUNT),
        "killing": random.uniform(0.5, 3.0, COUNT),
        "decay": np.exp(random.normal(-1, 0.8, COUNT)),
        "sd": random.uniform(0.1, 0.5, COUNT),
        "infection": random.uniform(0.02, 0.2, COUNT),
        "dose": random.uniform(0.5, 4.0, COUNT),
        "day": np.where(np.arange(COUNT) % 7 == 3, np.nan, random.uniform(0, 30, COUNT)),
    }


def run(rows: Any, **options: Any) -> Solution:
    """The cohort, or some of its rows in any order, with everything that can happen."""
    own = {name: values[rows] for name, values in cohort().items()}
    dose, day = own.pop("dose"), own.pop("day")
    return simulate(
        MODEL,
        parameters=own,
        initial={"antigen": 0.5, "cells": 0.1, "memory": 0.0, "drive": 0.0, "drug": 0.0},
        start=0.0,
        stop=60.0,
        events=[
            bolus("drug", np.stack([day, np.full_like(day, 40.0)], axis=1), dose[:, None]),
            Infusion("drug", day, 1.5, 2 * dose),
            set_parameter("growth", [10.0, 20.0], [0.3, 0.9]),
            Shock("drive", np.arange(7.0, 60.0, 7.0), lambda p: p.sd, "flare"),
            Rule("rescue", lambda t, s, p: s.antigen - 2, lambda t, s, p, v: {"cells": s.cells + v}, value=dose, at_most=3,
                 start=np.nan_to_num(day), lock_out=5.0, delay=0.7),
            Hazard("infection", lambda t, s, p: p.infection * (1 + s.drive**2), lambda t, s, p, v: {"antigen": s.antigen + 0.1}),
            Hazard("fall", lambda t, s, p: p.infection),
            Extinction("cleared", ("antigen",), 1e-3),
        ],
        outputs={"antigen": lambda t, s, p: s.antigen, "cells": lambda t, s, p: log(s.cells + 1) + s.drive},
        grid=np.linspace(0, 60, 31),
        readouts={"peak": Maximum("cells"), "day": TimeOfMaximum("cells"), "up": FirstAbove("antigen", 1.0),
                  "area": Area("cells")},
        patients=IDS[rows],
        seed=3,
        **options,
    )  # fmt: skip


def numbers(found: Solution) -> dict[str, np.ndarray]:
    return {
        **{f"output {name}": values for name, values in found.outputs.items()},
        **{f"readout {name}": values for name, values in found.readouts.items()},
        **{f"final {name}": values for name, values in found.final.items()},
        "status": found.status,
        "steps": found.steps,
        "rejected": found.rejected_steps,
    }


def assert_same(one: Solution, other: Solution, rows: Any = slice(None)) -> None:
    """`other` holds the patients that `one` has in `rows`."""
    theirs = numbers(other)
    for name, values in numbers(one).items():
        assert np.array_equal(values[rows], theirs[name], equal_nan=True), name
    for patient in other.patients:
        events = [found.events[found.events["patient"] == patient] for found in (one, other)]
        assert events[0].tolist() == events[1].tolist(), patient


@pytest.fixture(scope="module")
def everybody() -> Solution:
    return run(slice(None), threads=1, chunk=256)


def test_the_trial_of_this_file_has_everything_happen(everybody: Solution) -> None:
    assert not everybody.failed.any()
    for name in ("drug", "drug (end)", "growth", "flare", "rescue", "infection", "fall", "cleared"):
        assert everybody.events_named(name).size > 5, name
    assert np.isfinite(everybody.readouts["up"]).sum() > 5


@pytest.mark.parametrize("chunk", [8, 20, 256, None])
@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_any_number_of_threads_and_patients_per_block_gives_the_same_bits(
    everybody: Solution, threads: int, chunk: int | None
) -> None:
    found = run(slice(None), threads=threads, chunk=chunk)
    assert_same(everybody, found)
    assert np.array_equal(everybody.events, found.events), "the event table keeps the order of the patients"


def test_a_reversed_or_shuffled_cohort_gives_the_same_bits(everybody: Solution) -> None:
    for order in (np.arange(COUNT)[::-1], np.random.default_rng(1).permutation(COUNT)):
        assert_same(everybody, run(order, threads=2), order)


@pytest.mark.parametrize("row", [0, 3, 17, COUNT - 1])
def test_a_patient_alone_gives_the_same_bits_as_in_the_cohort(everybody: Solution, row: int) -> None:
    assert_same(everybody, run(np.array([row])), np.array([row]))


def test_the_same_run_twice_gives_the_same_bits_and_another_seed_does_not(everybody: Solution) -> None:
    assert_same(everybody, run(slice(None)))
    own = run(np.arange(5))
    assert np.array_equal(own.final["drive"], everybody.final["drive"][:5])
    assert len(np.unique(everybody.final["drive"])) == COUNT


def test_progress_and_stored_days_do_not_change_the_course(everybody: Solution) -> None:
    seen: list[tuple[int, int]] = []
    found = run(slice(None), chunk=8, progress=lambda done, total: seen.append((done, total)))
    assert_same(everybody, found)
    assert seen[-1] == (COUNT, COUNT) and [done for done, _ in seen] == sorted(done for done, _ in seen)
