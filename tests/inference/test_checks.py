"""Checks of a posterior, on an engine whose truth is known: patients who differ, counts, and skewed amounts."""

from dataclasses import replace

import numpy as np
import pytest

from immunoreset.inference.checks import (
    QUICK,
    Calibrated,
    effective_rows,
    influence,
    misfit,
    rank,
    rests_on,
    simulation_based,
    study_left_out,
    with_discrepancy,
)
from immunoreset.inference.dependence import correlation
from immunoreset.inference.emulator import anchored, checked, fit
from immunoreset.inference.laws import Law
from immunoreset.inference.likelihood import Likelihood
from immunoreset.inference.predictive import contraction, inside, reach
from immunoreset.inference.row_statistics import influence as adds
from immunoreset.inference.row_statistics import statistic
from immunoreset.inference.slice_sampler import sample
from immunoreset.inference.targets import Target

UNKNOWNS, OUTCOMES, N = 8, 12, 24
KINDS = ("share", "share", "mean", "geometric mean", "share", "sd") * 2
SCALES = {"share": "logit", "mean": "as it is", "geometric mean": "log", "sd": "log"}
COHORTS = tuple("shared" if row < 4 else f"cohort {row}" for row in range(OUTCOMES))
LAYOUT = np.random.default_rng(20)
SLOPES = LAYOUT.standard_normal((OUTCOMES, UNKNOWNS)) * (LAYOUT.random((OUTCOMES, UNKNOWNS)) < 0.5) * 0.6
LOADS = LAYOUT.standard_normal((OUTCOMES, 5)) * 0.6
CUTS = LAYOUT.uniform(-0.8, 0.8, OUTCOMES)


def engine(z, patients):
    """Outcomes (T, R, P) at z (T, K) of patients with five traits (P, 5): shares by a cut, amounts with a long tail."""
    bent = z + 0.1 * (z * z - 1)
    lever = (bent @ SLOPES.T)[:, :, None] + (LOADS @ patients.T)[None]
    out = np.empty_like(lever)
    for row, kind in enumerate(KINDS):
        x = lever[:, row]
        if kind == "share":
            out[:, row] = x > CUTS[row]
        elif kind == "sd":
            out[:, row] = np.exp(0.3 * (bent @ SLOPES[row]))[:, None] * (LOADS @ patients.T)[row]
        else:
            out[:, row] = np.exp(0.6 * x)
    return out


def statistics(z, patients):
    found = [statistic(values, kind) for values, kind in zip(np.moveaxis(engine(z, patients), 1, 0), KINDS, strict=True)]
    return np.stack([one.value for one in found], axis=1), np.stack([one.variance for one in found], axis=1)


def published(z, rng):
    """Each cohort of 24 patients as a paper would count it: counts of shares, means with their SD."""
    patients = {cohort: rng.standard_normal((N, 5)) for cohort in COHORTS}
    laws = []
    for row, kind in enumerate(KINDS):
        values = engine(z[None], patients[COHORTS[row]])[0, row]
        logs = np.log(values) if kind == "geometric mean" else values
        laws.append(
            Law("binomial", values.sum(), N)
            if kind == "share"
            else Law("chi-square", np.log(values.std(ddof=1)), 1.0, N - 1)
            if kind == "sd"
            else Law("student", logs.mean(), logs.std(ddof=1) / N**0.5, N - 1)
        )
    return laws


def targets(laws):
    return tuple(
        Target(
            f"row {i}", KINDS[i], SCALES[KINDS[i]], law, (COHORTS[i],), (N,), COHORTS[i], f"study {i % 4}", f"family {i}", "arm"
        )
        for i, law in enumerate(laws)
    )


@pytest.fixture(scope="module")
def problem():
    """The likelihood of the engine at z = 0: design, anchor, check points, correlation, as a calibration makes them."""
    rng = np.random.default_rng(21)
    few, many, other = (rng.standard_normal((n, 5)) for n in (128, 4096, 1024))
    z = rng.standard_normal((512, UNKNOWNS))
    center = np.zeros((1, UNKNOWNS))
    emulator = anchored(fit(z, statistics(z, few)[0]), statistics(center, few)[0][0], statistics(center, many)[0][0])
    points = rng.standard_normal((16, UNKNOWNS))
    emulator = checked(emulator, points, *statistics(points, other))
    rows = targets(published(center[0], rng))
    influences = [{COHORTS[i]: adds(engine(center, many)[0, i], kind)} for i, kind in enumerate(KINDS)]
    rho = correlation(rows, influences, lambda one, another: False)
    return Likelihood.of(rows, emulator, correlation=rho, emulator=emulator.variance)


@pytest.fixture(scope="module")
def posterior(problem):
    return sample(problem, UNKNOWNS, seed=4)


def test_intervals_hold_truths_of_the_engine_as_often_as_they_say(problem):
    rng = np.random.default_rng(22)
    ranks = []
    for i in range(50):
        truth = rng.standard_normal(UNKNOWNS)
        seen = replace(problem, targets=targets(published(truth, rng)))
        ranks.append(rank(QUICK(seen, UNKNOWNS, seed=i).thinned(199), truth))
    found = Calibrated.of(np.array(ranks))
    assert found.ranks.shape == (50, 8)
    assert 0.86 <= found.inside_90 <= 0.94
    assert 0.44 <= found.inside_50 <= 0.56
    assert found.p > 0.01


def test_ranks_are_even_when_data_come_from_the_likelihood_itself(problem):
    found = simulation_based(problem, UNKNOWNS, seed=5, n=32)
    assert found.p > 0.01 and 0.86 <= found.inside_90 <= 0.94


def test_ranks_are_uneven_when_errors_are_taken_for_half_of_what_they_are(problem):
    truths = np.random.default_rng(6).standard_normal((16, UNKNOWNS))
    data = problem.draw(problem.mean(truths), np.random.default_rng(7))

    def narrow(z, seen):
        return 4 * seen(z)

    ranks = []
    for i, own in enumerate(data):
        seen = problem.observed(own)
        ranks.append(rank(QUICK(lambda z, seen=seen: narrow(z, seen), UNKNOWNS, seed=i).thinned(199), truths[i]))
    found = Calibrated.of(np.array(ranks))
    assert found.p < 0.01 and found.inside_90 < 0.86


def test_row_of_a_truth_outside_the_prior_is_named_by_the_gate(problem):
    mu = problem.mean(np.random.default_rng(8).standard_normal((2000, UNKNOWNS)))
    rng = np.random.default_rng(9)
    assert reach(problem, mu, rng) == ()
    far = [target.law.seen(target.law.value + 12) if i == 3 else target.law for i, target in enumerate(problem.targets)]
    outside = replace(problem, targets=targets(far))
    assert reach(outside, mu, rng) == ("row 3",)
    mu[:, 5] = np.nan
    assert reach(problem, mu, rng) == ("row 5",)


def test_rows_inside_come_with_the_number_expected(problem, posterior):
    found, rows = inside(problem, problem.mean(posterior.thinned(4000)), np.random.default_rng(10))
    assert str(found) == f"{rows.inside.sum()} of 12; {found.low} to {found.high} expected"
    assert found.low >= 9 and found.high == 12 and found.inside >= found.low


def test_contraction_is_that_of_a_linear_model():
    likelihood = Likelihood.of(targets([Law("normal", 0.0, 0.5)] * 2), lambda z: z[:, :2])
    found = contraction(sample(likelihood, 3, seed=1).z)
    np.testing.assert_allclose(found, [0.8, 0.8, 0.0], atol=0.03)  # 1 - 0.25 / 1.25


def test_study_left_out_is_predicted_by_the_others_and_a_strange_one_is_seen(problem):
    honest = study_left_out(problem, "study 1", UNKNOWNS, seed=11)
    assert honest.rows.names == ("row 1", "row 5", "row 9")
    assert (np.abs(honest.rows.z) < 3).all()
    strange = [target.law.seen(target.law.value + 3) if i == 3 else target.law for i, target in enumerate(problem.targets)]
    found = study_left_out(replace(problem, targets=targets(strange)), "study 3", UNKNOWNS, seed=11)
    assert found.rows.z[0] > 3 and found.rows.tail[0] < 0.01
    assert study_left_out(problem.keep([3]), "study 3", UNKNOWNS, seed=11) is None


def test_influence_of_a_row_is_that_of_sampling_without_it(problem, posterior):
    moved = influence(problem, posterior, seed=12)
    assert moved.shape == (12, 8)
    row, unknown = np.unravel_index(np.abs(moved).argmax(), moved.shape)
    without = sample(problem.keep([place for place in range(12) if place != row]), UNKNOWNS, seed=13).z
    expected = (without.mean(axis=0) - posterior.z.mean(axis=0)) / posterior.z.std(axis=0)
    np.testing.assert_allclose(moved[row], expected, atol=0.1)
    assert f"row {row}" in rests_on(moved, problem)[unknown]


def test_rows_of_one_patient_group_are_worth_fewer():
    laws = [Law("normal", 0.0, 1.0)] * 4
    alone = Likelihood.of(targets(laws), lambda z: z)
    assert effective_rows(alone) == pytest.approx(4)
    assert effective_rows(replace(alone, correlation=np.ones((4, 4)))) == pytest.approx(1)
    assert effective_rows(replace(alone, correlation=0.5 + 0.5 * np.eye(4))) == pytest.approx(16 / (4 + 12 * 0.25))


def test_discrepancy_comes_only_where_model_and_data_disagree(problem, posterior):
    assert misfit(problem, posterior.thinned(2000)) < 1.3
    assert with_discrepancy(problem, posterior, seed=14).factor == 0
    laws = [Law("normal", value, 0.05) for value in (1.0, -1.0, 0.8, -0.7)]
    torn = Likelihood.of(targets(laws), lambda z: np.repeat(z[:, :1], 4, axis=1) * 0.3)
    found = with_discrepancy(torn, sample(torn, 2, seed=15), seed=15)
    assert found.before > 100 and found.factor > 1 and found.after <= 1.3
    assert found.by_row["row 0"] == pytest.approx(found.factor * 0.3)
    assert found.sample.z[:, 0].std() > 1.5 * sample(torn, 2, seed=15).z[:, 0].std()
