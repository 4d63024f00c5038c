"""MMRM against SAS, least squares, a mixed model of statsmodels, and its laws."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from statsmodels.regression.mixed_linear_model import MixedLM

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.analysis.means import ancova
from immunoreset.trial.analysis.mmrm import contrast, mmrm
from immunoreset.trial.analysis.reml import fit_unstructured

# artificial trial of the R package mmrm (Apache-2.0), with 263 of 800 values missing; results of SAS from its design folder
FEV = Path(__file__).parent / "data" / "fev.csv"
ARM = np.repeat([1, 0], 30)


def fev_trial():
    with FEV.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    outcome = np.array([[float(row[f"visit{visit}"] or "nan") for visit in range(1, 5)] for row in rows])
    treated = np.array([row["arm"] == "TRT" for row in rows], dtype=float)
    female = np.array([row["sex"] == "Female" for row in rows], dtype=float)
    return outcome, treated, female


def columns(*parts):
    return np.stack([np.broadcast_to(part[:, None], (len(part), 4)) for part in parts], axis=-1)


def repeated(seed, missing=0.0, patients=60):
    rng = np.random.default_rng(seed)
    baseline = rng.normal(5, 2, patients)
    outcome = baseline[:, None] + rng.normal(size=(patients, 3)) @ np.array([[1, 0.5, 0.3], [0, 1, 0.6], [0, 0, 1.5]])
    outcome[rng.random(outcome.shape) < missing] = np.nan
    return outcome, baseline


def test_covariance_and_likelihood_match_sas():
    # PROC MIXED, arm and sex, type=un, REML: sas_coef_ci_reml_un.txt; SAS stops a little short of the maximum
    outcome, treated, female = fev_trial()
    fit = fit_unstructured(outcome, columns(np.ones(200), treated, female))
    assert fit.converged and fit.minus_two_log_likelihood == pytest.approx(3666.96698281, abs=1e-4)
    assert fit.minus_two_log_likelihood <= 3666.96698281
    lower = [fit.covariance[row, column] for row in range(4) for column in range(row + 1)]
    expected = [108.64, 45.5282, 40.1475, -2.4314, 0.8698, 24.7713, -46.7566, -13.0626, 18.9219, 152.49]
    assert np.allclose(lower, expected, rtol=1e-3, atol=0.01)
    assert np.allclose(fit.coefficients, [41.0762, 3.8265, -0.1404], atol=6e-4)
    assert np.allclose(np.sqrt(np.diag(fit.variance)), [0.5504, 0.6421, 0.6434], atol=6e-5)
    assert contrast(fit, [0, 1, 0], method="satterthwaite")[2] == pytest.approx(161, abs=0.5)


def test_kenward_roger_matches_sas():
    # PROC MIXED, arm only, ddfm=kr, type=un: kr_us.csv
    outcome, treated, _ = fev_trial()
    found = contrast(fit_unstructured(outcome, columns(np.ones(200), treated)), [0, 1])
    assert found == pytest.approx((3.81972492174648, 0.66124382270307, 160.733266403768), rel=5e-4)


def test_without_missing_visits_every_visit_is_its_analysis_of_covariance():
    outcome, baseline = repeated(1)
    found, alone = mmrm(outcome, ARM, covariates=[baseline]).differences, ancova(outcome.T, ARM, covariates=[baseline])
    for one, other in zip(found, alone, strict=True):
        assert np.allclose(one, other, rtol=1e-7)


def test_the_fit_is_the_maximum_that_a_general_optimiser_finds():
    outcome, _ = repeated(2, missing=0.25, patients=40)
    arm = np.arange(40) % 2
    kept = np.isfinite(outcome).any(axis=1)
    matrix = np.concatenate([np.eye(3)[None] * np.ones((40, 1, 1)), np.eye(3)[None] * arm[:, None, None]], axis=-1)
    fit = fit_unstructured(outcome[kept], matrix[kept])
    rows = [(matrix[i][seen], outcome[i][seen], seen) for i in np.flatnonzero(kept) for seen in [np.isfinite(outcome[i])]]

    def objective(entries):
        root = np.zeros((3, 3))
        root[np.tril_indices(3)] = entries
        covariance = root @ root.T
        normal, right, total = np.zeros((6, 6)), np.zeros(6), 0.0
        for x, y, seen in rows:
            part = covariance[np.ix_(seen, seen)]
            weight = np.linalg.inv(part)
            normal, right = normal + x.T @ weight @ x, right + x.T @ weight @ y
            total += np.linalg.slogdet(part)[1] + y @ weight @ y + len(y) * np.log(2 * np.pi)
        return total - right @ np.linalg.solve(normal, right) + np.linalg.slogdet(normal)[1] - 6 * np.log(2 * np.pi)

    start = np.linalg.cholesky(fit.covariance)[np.tril_indices(3)]
    assert objective(start) == pytest.approx(fit.minus_two_log_likelihood, abs=1e-8)
    best = minimize(objective, start + 0.1, method="BFGS")
    assert fit.minus_two_log_likelihood <= best.fun + 1e-6


def test_two_exchangeable_visits_agree_with_a_random_intercept_of_statsmodels():
    rng = np.random.default_rng(3)
    patients = 80
    first = rng.normal(size=(patients, 1))
    outcome = first + rng.normal(size=(patients, 2))
    outcome = np.concatenate([outcome, outcome[:, ::-1]])  # every patient and its mirror: the two visits have one variance
    matrix = np.ones((2 * patients, 2, 1))
    fit = fit_unstructured(outcome, matrix)
    reference = MixedLM(outcome.ravel(), np.ones((4 * patients, 1)), groups=np.repeat(np.arange(2 * patients), 2)).fit()
    assert fit.coefficients[0] == pytest.approx(reference.fe_params[0], rel=1e-5)
    assert fit.covariance[0, 1] == pytest.approx(float(reference.cov_re[0, 0]), rel=1e-3)
    assert fit.covariance[0, 0] == pytest.approx(float(reference.cov_re[0, 0]) + reference.scale, rel=1e-3)


def test_swapping_arms_and_shuffling_patients():
    outcome, baseline = repeated(4, missing=0.2)
    order = np.random.default_rng(5).permutation(60)
    one = mmrm(outcome, ARM, covariates=[baseline]).differences
    swapped = mmrm(outcome, 1 - ARM, covariates=[baseline]).differences
    shuffled = mmrm(outcome[order], ARM[order], covariates=[baseline[order]]).differences
    assert np.allclose(one.estimate, -swapped.estimate, atol=1e-6) and np.allclose(one.freedom, swapped.freedom, rtol=1e-5)
    assert np.allclose(one.estimate, shuffled.estimate, atol=1e-6) and np.allclose(one.p, shuffled.p, atol=1e-6)


def test_type_i_error_of_small_trials_with_missing_visits():
    p = np.array([mmrm(repeated(seed, missing=0.3, patients=24)[0], np.arange(24) % 2).differences.p[2] for seed in range(200)])
    assert abs((p < 0.05).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 200)


def test_patients_never_seen_are_counted_and_strata_allowed():
    outcome, _ = repeated(6)
    outcome[[0, 40]] = np.nan
    found = mmrm(outcome, ARM, stratum=np.arange(60) % 3)
    assert (found.patients, found.left_out, found.converged) == (58, 2, True)


def test_bad_input_is_refused():
    outcome, _ = repeated(7)
    with pytest.raises(InvalidValue, match="patients by visits"):
        mmrm(outcome[:, 0], ARM)
    never = outcome.copy()
    never[ARM == 0, 2] = np.nan
    with pytest.raises(InvalidValue, match="nobody in the control arm is seen at visit 3"):
        mmrm(never, ARM)
    apart = outcome.copy()
    apart[::2, 0], apart[1::2, 2] = np.nan, np.nan
    with pytest.raises(InvalidValue, match="visits 1 and 3 are seen together"):
        mmrm(apart, ARM)
    with pytest.raises(InvalidValue, match="repeat one another"):
        mmrm(outcome, ARM, covariates=[ARM])
    with pytest.raises(UnknownName, match="no method 'kenward'"):
        mmrm(outcome, ARM, method="kenward")
