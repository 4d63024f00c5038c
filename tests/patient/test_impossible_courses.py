"""A course that the engine solved and nobody can have is a failure with its reason, and never judged."""

from types import SimpleNamespace

import numpy as np
import pytest

from immunoreset.engine import Solution
from immunoreset.patient.course import course_of
from immunoreset.study import run
from immunoreset.study_document import Study

NAN = np.nan
IMPOSSIBLE = {
    "flare.sd": 1.0,
    "organs.weight_other": 0.8,
    "organs.proteinuria_baseline": 0.3,
    "organs.proteinuria_floor": 0.5,
    "nephritis.structural_share": 0.0,
}


def judged(proteinuria, *, name="proteinuria", final=(1.0, 1.0, NAN), peak=(1.0, 2.0, NAN)):
    """What is made of the solved courses of three patients, the third of whom the engine could not solve."""
    solution = Solution(
        patients=np.arange(3),
        days=np.arange(2.0),
        outputs={name: np.array(proteinuria, dtype=float)},
        readouts={"peak": np.array(peak)},
        final={"nephritis.proteinuria": np.array(final)},
        status=np.array([0, 0, 2]),
        steps=np.zeros(3, dtype=int),
        rejected_steps=np.zeros(3, dtype=int),
        events=np.empty(0),
        event_names=(),
        solver={},
    )
    course, _, reasons = course_of(
        SimpleNamespace(numbers={}, ids=np.arange(3), seed=0), SimpleNamespace(parameters={}), solution
    )
    return course, reasons


@pytest.mark.parametrize(
    "why",
    [
        {"proteinuria": [[1, 1], [1, -0.1], [1, NAN]]},
        {"proteinuria": [[1, 1], [1, 1], [1, NAN]], "final": (1.0, -0.1, NAN)},
        {"proteinuria": [[1, 1], [1, 1], [1, NAN]], "peak": (1.0, np.inf, NAN)},
    ],
    ids=["curve", "state", "read-out"],
)
def test_impossible_course_fails_beside_one_that_could_not_be_solved(why):
    course, reasons = judged(**why)
    assert course.failed.tolist() == [False, True, True] and sum(reasons.values()) == 2 and len(reasons) == 2
    np.testing.assert_array_equal(course.curves["proteinuria"], [[1, 1], [NAN, NAN], [NAN, NAN]])
    np.testing.assert_array_equal(course.readouts["peak"], [1, NAN, NAN])


def test_rounding_below_zero_is_zero_and_no_failure():
    course, reasons = judged([[1, 1], [1, -1e-9], [1, NAN]])
    assert course.failed.tolist() == [False, False, True] and sum(reasons.values()) == 1
    np.testing.assert_array_equal(course.curves["proteinuria"][:2], [[1, 1], [1, 0]])


@pytest.mark.parametrize("name", ["car_t_per_ul", "whatever"])
def test_no_curve_is_below_zero_by_rounding_and_one_that_truly_is_stays(name):
    course, reasons = judged([[50, -1e-12], [50, -4e-5], [1, NAN]], name=name, peak=(-1e-13, -0.5, NAN))
    np.testing.assert_array_equal(course.curves[name][:2], [[50, 0], [50, 0]])
    np.testing.assert_array_equal(course.readouts["peak"][:2], [0, -0.5])
    signal, reasons = judged([[0.5, -3e-5], [-4, -1e-13], [1, NAN]], name=name)
    np.testing.assert_array_equal(signal.curves[name][:2], [[0.5, -3e-5], [-4, -1e-13]])
    assert sum(reasons.values()) == 1


def test_study_with_impossible_patients_counts_them_and_judges_the_others():
    """Old names of parameters, as a study of an earlier version has them."""
    patients = {"population": "cart", "n": 200, "parameters": IMPOSSIBLE}
    study = {"title": "impossible", "stop": 400, "patients": patients, "arms": {"a": "no treatment"}}
    arm = run(Study.model_validate(study)).arm("a")
    failed = arm.outcomes.failed
    assert 0 < failed.sum() < 200 and sum(arm.failures.values()) == failed.sum()
    assert all("fell below zero" in why for why in arm.failures)
    for name, values in arm.outcomes.values.items():
        assert np.isnan(values[failed]).all(), name
    assert np.isfinite(arm.outcomes.values["sledai_day90"][~failed]).all()
    assert np.isnan(arm.trajectories["proteinuria"][failed]).all() and (arm.trajectories["proteinuria"][~failed] >= 0).all()
