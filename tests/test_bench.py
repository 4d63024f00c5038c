"""What is measured is what is said, and results are kept only where it was asked for."""

from __future__ import annotations

import numba
import pytest

from immunoreset import bench, bench_peak
from immunoreset.bench_peak import operations_of
from immunoreset.catalogue import Theta, built_in
from immunoreset.engine import Extinction, Rule, Shock, prepare
from immunoreset.errors import InvalidValue
from immunoreset.followed import followed, readouts


def test_the_full_course_has_everything_that_a_study_has_and_the_bare_one_doses_only():
    full, bare = bench._full_arguments(4), bench._arguments(4)
    assert {Rule, Shock, Extinction} <= {type(event) for event in full["events"]}
    assert set(full["outputs"]) == set(followed(built_in().disease("lupus")))
    assert set(full["readouts"]) == set(readouts(Theta.current()))
    assert "readouts" not in bare and not {Rule, Shock, Extinction} & {type(event) for event in bare["events"]}
    assert (full["rtol"], full["start"], full["stop"]) == (bare["rtol"], bare["start"], bare["stop"])


def test_courses_are_measured_in_turn_and_solved(monkeypatch):
    monkeypatch.setattr(bench, "PATIENTS", 8)
    monkeypatch.setattr(bench, "RUNS", 2)
    found = bench.courses()
    assert {name: len(course.processor) for name, course in found.items()} == {"bare": 2, "flares": 2, "full": 2}
    assert found["full"].steps > found["bare"].steps > 100


def test_a_file_that_exists_is_not_written_over(tmp_path):
    file = tmp_path / "speed.json"
    file.write_text("{}")
    with pytest.raises(InvalidValue, match=r"speed.json exists; give another file, or --force"):
        bench.run(stored=file)
    assert file.read_text() == "{}"


def test_operations_of_a_step_are_those_of_its_stages_and_solves():
    text = prepare(**bench._arguments(8), grid=bench.GRID).program.code.text
    step, rates, solve, factor = (operations_of(text, name) for name in ("step", "rates", "solve", "factor"))
    assert bench.operations_per_step() == step > 8 * (rates + solve) + factor > 5000


def test_the_peak_is_that_of_vector_code(monkeypatch):
    monkeypatch.setattr(bench_peak, "ROUNDS", 10)
    kernel = bench_peak._multiply_adds  # compiled anew, since code from a file shows no text
    options = {key: value for key, value in kernel.targetoptions.items() if key not in ("cache", "nopython")}
    monkeypatch.setattr(bench_peak, "_multiply_adds", numba.njit(**options)(kernel.py_func))
    assert bench_peak.peak_operations_per_second() > 0
    assert "x double>" in "".join(bench_peak._multiply_adds.inspect_llvm().values())
