"""The likelihood of all rows: what is independent adds up, and what is one fact counts once."""

from dataclasses import replace

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.evidence import evidence
from immunoreset.evidence.cohorts import Cohorts
from immunoreset.evidence.pooling import between_studies
from immunoreset.evidence.rows import Cohort, Statistic
from immunoreset.evidence.rules import used_once
from immunoreset.inference.dependence import between, common_to_study, correlation
from immunoreset.inference.emulator import features
from immunoreset.inference.laws import Law
from immunoreset.inference.likelihood import OWN, Likelihood
from immunoreset.inference.slice_sampler import sample
from immunoreset.inference.targets import Target, blocks, target_of


def target(name, law, *, scale="as it is", cohort=None, study=None, family=None, n=20, kind="mean", **more):
    cohort = cohort or name
    return Target(name, kind, scale, law, (cohort,), (n,), cohort, study or name, family or name, "car-t", **more)


def linear(matrix):
    return lambda z: np.einsum("mk,rk->mr", z, matrix)


def test_independent_rows_add_their_exact_likelihoods():
    laws = [Law("binomial", 8, 8), Law("binomial", 3, 20), Law("student", 0.4, 0.5, 9), Law("normal", -1.0, 0.7)]
    found = Likelihood.of([target(str(i), law) for i, law in enumerate(laws)], lambda z: z)
    z = np.random.default_rng(0).standard_normal((50, 4))
    exact = sum(law.log_likelihood(z[:, i]) for i, law in enumerate(laws))
    np.testing.assert_allclose(found(z) - found(z)[0], exact - exact[0], atol=2e-3)


def test_normal_rows_of_one_cohort_are_multivariate_normal():
    rng = np.random.default_rng(1)
    root = rng.standard_normal((3, 3))
    rho = root @ root.T
    rho /= np.sqrt(np.outer(np.diag(rho), np.diag(rho)))
    sd, value, emulator = np.array([0.5, 2.0, 1.0]), np.array([0.1, -1.0, 0.3]), np.array([0.1, 0.2, 0.0])
    rows = [target(str(i), Law("normal", value[i], sd[i]), cohort="one") for i in range(3)]
    found = Likelihood.of(
        rows, lambda z: z, correlation=rho, emulator=emulator, between=np.full(3, 0.4), discrepancy=np.full(3, 0.3)
    )
    whole = rho * np.outer(sd, sd) + np.diag(emulator + 0.09) + 0.16 * np.eye(3)
    whole = (1 - OWN) * whole + OWN * np.diag(np.diag(whole))
    z = rng.standard_normal((20, 3))
    exact = -0.5 * np.einsum("mr,rs,ms->m", value - z, np.linalg.inv(whole), value - z)
    np.testing.assert_allclose(found(z), exact, rtol=1e-6)


LAWS = [Law("binomial", 4, 25), Law("normal", 1.6, 0.6), Law("binomial", 8, 8), Law("normal", -0.8, 0.5)]


def posterior(rows, matrix, rho, effects=None):
    found = Likelihood.of(rows, linear(matrix), correlation=rho, between=effects)
    return sample(found, matrix.shape[1], seed=3, chains=192).z


def test_paper_told_twice_moves_no_mean_by_a_twentieth_of_an_sd():
    """The same cohort in two publications: correlation 1, and the same study effect."""
    matrix = np.random.default_rng(2).standard_normal((4, 3))
    rows = [target(str(i), law, family="activity") for i, law in enumerate(LAWS)]
    again = [replace(row, name=f"{row.name} again", study=f"{row.study} again") for row in rows]
    once = posterior(rows, matrix, np.eye(4), np.full(4, 0.3))
    twice = posterior([*rows, *again], np.tile(matrix, (2, 1)), np.tile(np.eye(4), (2, 2)), np.full(8, 0.3))
    fooled = posterior([*rows, *again], np.tile(matrix, (2, 1)), np.eye(8), np.full(8, 0.3))
    shift = np.abs(twice.mean(0) - once.mean(0)) / once.std(0)
    assert shift.max() < 0.05
    np.testing.assert_allclose(twice.std(0), once.std(0), rtol=0.04)
    assert (np.abs(fooled.mean(0) - once.mean(0)) / once.std(0)).max() > 0.2  # what the correlation is for


def test_paper_whose_cohort_contains_another_is_used_once():
    found = evidence()
    larger = found.row("pooled-sle-2025/crs-any")
    smaller = replace(
        larger, id="again/crs-any", cohort="again/part", publication="again", statistic=Statistic("share", count=25, of=45)
    )
    part = Cohort("again/part", "some of them", 45)
    whole = replace(found.cohorts.by_id[larger.cohort], contains=(part.id,))
    cohorts = Cohorts({whole.id: whole, part.id: part})
    assert used_once([larger, smaller], cohorts) == {smaller.id: larger}
    assert set(blocks([larger, smaller], cohorts).values()) == {larger.id}


def test_correlation_follows_shared_patients_and_their_numbers():
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((2, 5000))
    y = 0.6 * x + 0.8 * y
    rows = [target("a", LAWS[1], n=40), target("b", LAWS[1], n=10), target("c", LAWS[1], n=40)]
    found = correlation(rows, [{"a": x}, {"b": y}, {"c": x}], lambda one, other: {one, other} == {"a", "b"})
    rho = np.corrcoef(x, y)[0, 1]
    assert found[0, 1] == pytest.approx(rho / 2, abs=0.01)  # 10 of 40 are common: sqrt(10 / 40)
    assert found[0, 2] == found[1, 2] == 0


def test_control_arm_stands_against_the_difference_that_is_taken_from_it():
    rng = np.random.default_rng(4)
    drug, control = rng.standard_normal((2, 5000))
    gain = replace(target("gain", LAWS[1], kind="difference"), cohorts=("drug", "control"), patients=(30, 30))
    rows = [gain, target("control", LAWS[1], n=30)]
    found = correlation(rows, [{"drug": drug, "control": -control}, {"control": control}], lambda one, other: False)
    assert found[0, 1] == pytest.approx(-(0.5**0.5), abs=0.02)


def test_spread_between_three_studies_is_estimated_and_assumed_for_fewer():
    laws = [Law("binomial", count, 50) for count in (5, 20, 40)]
    rows = [target(str(i), law, scale="logit", family="crs", kind="share") for i, law in enumerate(laws)]
    found = between([*rows, target("log", LAWS[1], scale="log"), target("ours", LAWS[1], ours=True)])
    expected = between_studies([row.value for row in rows], [row.sd**2 for row in rows]) ** 0.5
    np.testing.assert_allclose(found, [expected] * 3 + [0.15, 0.0])
    assert expected > 1
    np.testing.assert_allclose(between(rows[:2]), 0.3)
    five_rows = [replace(row, study="one paper") for row in rows]
    np.testing.assert_allclose(between(five_rows), 0.3)
    np.testing.assert_allclose(common_to_study(five_rows, np.full(3, 0.3)), np.full((3, 3), 0.09))


def test_drawn_data_have_the_errors_that_the_likelihood_expects():
    rho = np.array([[1, 0.7, 0], [0.7, 1, 0], [0, 0, 1.0]])
    rows = [
        target("a", Law("normal", 0, 1.0)),
        target("b", Law("normal", 0, 1.0), cohort="a"),
        target("c", Law("binomial", 9, 30)),
    ]
    found = Likelihood.of(rows, lambda z: z, correlation=rho, emulator=np.full(3, 0.2), between=np.full(3, 0.3))
    data = found.on_scale(found.draw(np.tile([0.0, 0.0, -0.8], (20_000, 1)), np.random.default_rng(6)))
    np.testing.assert_allclose(np.corrcoef(data.T), found.whole, atol=0.03)
    np.testing.assert_allclose(data.var(axis=0), np.diag(found.sampling + found.extra), rtol=0.1)


def test_matrices_that_do_not_fit_are_refused():
    rows = [target("a", LAWS[1]), target("b", LAWS[1])]
    with pytest.raises(InvalidValue, match=r"'emulator' needs 2 numbers .* wrong: \['b'\]"):
        Likelihood.of(rows, linear(np.eye(2)), emulator=np.array([0.1, np.nan]))
    with pytest.raises(InvalidValue, match="2 x 2"):
        Likelihood.of(rows, linear(np.eye(2)), correlation=np.array([[1, 0.5], [0.2, 1]]))
    with pytest.raises(InvalidValue, match="one row or more"):
        Likelihood.of([], linear(np.eye(2)))


def test_rows_of_the_evidence_can_be_taken_together():
    rows = [target_of(evidence().row(name)) for name in ("pooled-sle-2025/crs-any", "mueller-2024/b-cell-return-mean")]
    found = Likelihood.of(rows, lambda z: features(z)[:, 1:3] * [1.0, 20.0] + [0.0, 110.0])
    assert found(np.array([[0.2, 0.1]])) > found(np.array([[2.0, -2.0]]))
    assert found.keep([1]).names == ("mueller-2024/b-cell-return-mean",)
