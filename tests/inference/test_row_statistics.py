"""Statistics of simulated patients, against their definitions, and their sampling variance against replicates."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.inference.row_statistics import influence, statistic

RNG = np.random.default_rng(5)
SKEWED = np.exp(0.6 * RNG.standard_normal((4000, 64)))
YES = (RNG.random((4000, 64)) < 0.2).astype(float)
EVENTS = RNG.poisson(RNG.gamma(2.0, 0.5, (4000, 64))).astype(float)
CASES = {
    "share": (YES, {}),
    "free": (YES, {}),
    "mean": (SKEWED, {}),
    "sd": (RNG.standard_normal((4000, 64)), {}),
    "median": (SKEWED, {}),
    "geometric mean": (SKEWED, {}),
    "rate": (EVENTS, {"exposure": 0.5}),
    "difference": (SKEWED, {"against": 0.5 * SKEWED + YES}),
}


@pytest.mark.parametrize("kind", CASES)
def test_variance_is_that_between_replicates(kind):
    values, more = CASES[kind]
    found = statistic(values, kind, **more)
    assert found.value.shape == found.variance.shape == (4000,)
    assert found.variance.mean() == pytest.approx(found.value.var(), rel=0.25 if kind == "median" else 0.1)


def test_each_statistic_is_what_it_is_called():
    x = SKEWED[0]
    assert statistic(YES[0], "share").value == pytest.approx(np.log((YES[0].sum() + 0.5) / (64 - YES[0].sum() + 0.5)))
    assert statistic(x, "mean").value == pytest.approx(x.mean())
    assert statistic(x, "sd").value == pytest.approx(np.log(x.std(ddof=1)))
    assert statistic(x, "median").value == pytest.approx(np.median(x))
    assert statistic(x[:63], "median", log=True).value == pytest.approx(np.log(np.median(x[:63])))
    assert statistic(x, "geometric mean").value == pytest.approx(np.log(x).mean())
    assert statistic(EVENTS[0], "rate", exposure=2.0).value == pytest.approx(np.log((EVENTS[0].sum() + 0.5) / 128))
    assert statistic(x, "difference", against=YES[0]).value == pytest.approx((x - YES[0]).mean())


def test_many_thetas_at_once_give_the_bytes_of_each_alone():
    for kind, (values, more) in CASES.items():
        together = statistic(values, kind, **more)
        alone = [
            statistic(v, kind, **{k: a[i] if k == "against" else a for k, a in more.items()}) for i, v in enumerate(values[:7])
        ]
        assert together.value[:7].tolist() == [float(one.value) for one in alone]


@pytest.mark.parametrize("kind", [kind for kind in CASES if kind != "difference"])
def test_outcome_that_too_few_have_is_invalid_and_a_missing_one_is_left_out(kind):
    values = np.vstack([CASES[kind][0][:3], np.full(64, np.nan)])
    values[1, 4:] = np.nan
    found = statistic(values, kind)
    assert np.isfinite(found.value).tolist() == [True, False, True, False]
    assert found.patients.tolist() == [64, 4, 64, 0]
    values[0, 40:] = np.nan
    assert statistic(values, kind).value[0] == pytest.approx(statistic(values[0, :40], kind).value)


def test_patients_whom_it_has_not_happened_to_yet_make_the_median_later_or_invalid():
    days = np.array([[10, 20, 30, 40, 50, np.nan, np.nan], [10, 20, 30, *[np.nan] * 4], [10, 20, 30, 40, 50, 60, 70.0]])
    assert statistic(days, "median").value[0] == 30
    late = statistic(days, "median", late=True).value
    assert late[0] == 40 and np.isnan(late[1]) and late[2] == 40


def test_logarithm_of_nothing_is_invalid():
    values = np.vstack([SKEWED[0], np.where(np.arange(64) == 3, 0.0, SKEWED[0])])
    assert np.isfinite(statistic(values, "geometric mean").value).tolist() == [True, False]
    assert np.isfinite(statistic(np.ones(64), "sd").value) == np.False_


def test_unknown_statistic_is_refused():
    with pytest.raises(InvalidValue, match="no statistic 'mode'"):
        statistic(SKEWED, "mode")
    with pytest.raises(InvalidValue, match="no statistic 'difference' of one arm"):
        statistic(SKEWED, "difference")


@pytest.mark.parametrize("pair", [("mean", "sd"), ("mean", "median"), ("share", "mean"), ("geometric mean", "median")])
def test_influences_correlate_as_statistics_do(pair):
    x = SKEWED
    data = {"mean": x, "sd": x, "median": x, "geometric mean": x, "share": (x > 1.8).astype(float)}
    values = [statistic(data[kind], kind).value for kind in pair]
    adds = [influence(data[kind].reshape(-1), kind) for kind in pair]
    assert np.corrcoef(*adds)[0, 1] == pytest.approx(np.corrcoef(*values)[0, 1], abs=0.06)
