"""EffTox against the published example, and its integrals against finer points."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, xlogy
from scipy.stats import norm

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding import efftox_points
from immunoreset.trial.dose_finding.efftox import THALL_2014, Contour, EffTox, EffToxPrior
from immunoreset.trial.dose_finding.quasi_monte_carlo import heavy_points, logistic_peak
from immunoreset.trial.outcomes import Outcomes

AMOUNTS = (1.0, 2.0, 4.0, 6.6, 10.0)
TRADE_OFF = Contour(0.5, 0.65, (0.7, 0.25))
DESIGN = EffTox(AMOUNTS, THALL_2014, TRADE_OFF, 0.5, 0.3)


@pytest.mark.parametrize(
    ("line", "effective", "toxic", "desirability", "useful", "tolerable"),
    [
        (
            "1NNN 2ENN",
            [0.05, 0.26, 0.72, 0.86, 0.91],
            [0.01, 0.01, 0.02, 0.06, 0.12],
            [-0.91, -0.47, 0.42, 0.64, 0.64],
            [0.01, 0.13, 0.80, 0.91, 0.94],
            [1.00, 1.00, 0.98, 0.93, 0.86],
        ),
        (
            "1NNN 2ENN 3ETB",
            [0.06, 0.24, 0.71, 0.89, 0.94],
            [0.02, 0.06, 0.41, 0.77, 0.87],
            [-0.92, -0.63, -0.24, -0.41, -0.47],
            [0.01, 0.07, 0.85, 0.97, 0.98],
            [1.00, 0.98, 0.36, 0.08, 0.05],
        ),
    ],
)
def test_posteriors_are_those_of_the_md_anderson_program(line, effective, toxic, desirability, useful, tolerable):
    """Example of Thall 2014; output of the program as quoted, to two digits, in the tests of the R package trialr."""
    fit = DESIGN.fit(Outcomes.read(line, doses=5))
    found = (fit.effective, fit.toxic, fit.desirability, fit.useful, fit.tolerable)
    for own, quoted in zip(found, (effective, toxic, desirability, useful, tolerable), strict=True):
        np.testing.assert_allclose(own[0], quoted, atol=0.015)


def test_contour_passes_through_its_three_pairs_and_falls_away_from_them():
    assert TRADE_OFF.power == pytest.approx(0.977, abs=5e-4)
    np.testing.assert_allclose(TRADE_OFF.desirability([0.5, 1.0, 0.7], [0.0, 0.65, 0.25]), 0, atol=1e-10)
    assert float(TRADE_OFF.desirability(1.0, 0.0)) == 1
    benefit, harm = np.linspace(0, 1, 21), np.linspace(0, 1, 21)
    worth = TRADE_OFF.desirability(benefit[:, None], harm[None, :])
    assert (np.diff(worth, axis=0) > 0).all() and (np.diff(worth, axis=1) < 0).all()


def test_error_of_the_points_is_as_stated():
    lines = [
        "",
        "1NNN",
        "1NNN 2ENN 3ETB",
        "1NEN 2NBT",
        "1NNN 2NEN 3EEB 4EEB 4EBT 3EEN 3ENB 3EEE",
        "1NNN 2NNN 3NNN 4NNN 5NNN 5NNN",
    ]
    seen = Outcomes.read(lines, doses=5)
    usual, fine = DESIGN.fit(seen), EffTox(AMOUNTS, THALL_2014, TRADE_OFF, 0.5, 0.3, power=16).fit(seen)
    for own, exact in zip(usual[:4], fine[:4], strict=True):
        np.testing.assert_allclose(own, exact, atol=0.005)
    assert (usual.share > 0.2).all()


def plain_averages(design: EffTox, seen: Outcomes) -> tuple[np.ndarray, ...]:
    """Posterior means of one trial, written out with arrays of points, as `fit` has them."""
    points, log_density = heavy_points(design.power, 6)
    mean, sd, x = np.array(design.prior.mean), np.array(design.prior.sd), np.array(design.scaled)
    covariates = np.stack([np.ones_like(x), x, x**2], axis=1)
    values = []
    for design_matrix, events, some in ((covariates[:, :2], seen.toxic, slice(0, 2)), (covariates, seen.effective, slice(2, 5))):
        peak, root = logistic_peak(design_matrix, seen.treated, events, mean=mean[some], sd=sd[some])
        values.append(peak[0] + points[:, some] @ root[0].T)
    values = np.concatenate([*values, mean[5] + sd[5] * points[:, 5:]], axis=1)
    harm, benefit = expit(values[:, :2] @ covariates[:, :2].T), expit(values[:, 2:5] @ covariates.T)
    joint = harm * benefit * (1 + np.tanh(values[:, 5:] / 2) * (1 - harm) * (1 - benefit))
    both = seen.both[0]
    counts = (both, seen.toxic[0] - both, seen.effective[0] - both, (seen.treated - seen.toxic - seen.effective)[0] + both)
    chances = (joint, harm - joint, benefit - joint, 1 - harm - benefit + joint)
    height = norm.logpdf(values, mean, sd).sum(axis=1) - log_density
    height += sum(xlogy(number, chance).sum(axis=1) for number, chance in zip(counts, chances, strict=True))
    if design.rising:
        height = np.where(values[:, 1] > 0, height, -np.inf)
    weight = np.exp(height - height.max())
    weight /= weight.sum()
    within = (benefit > design.effective_limit, harm < design.toxic_limit)
    return *(weight @ part for part in (benefit, harm, *within)), 1 / (weight**2).sum() / len(weight)


@pytest.mark.parametrize("line", ["", "1NNN 2ENN 3ETB", "1TTT 1TTB", "1NNN 2EEE 3EEB 4TBB 5TTT 4EBN 3NNE 3EEE"])
@pytest.mark.parametrize("rising", [False, True])
def test_compiled_sums_are_the_plain_sums_over_the_points(line, rising):
    design, seen = replace(DESIGN, rising=rising), Outcomes.read(line, doses=5)
    fit = design.fit(seen)
    found = (fit.effective[0], fit.toxic[0], fit.useful[0], fit.tolerable[0], fit.share[0])
    for own, plain in zip(found, plain_averages(design, seen), strict=True):
        np.testing.assert_allclose(own, plain, rtol=1e-9, atol=1e-13)


def test_a_trial_has_the_same_bits_alone_and_among_others():
    lines = ["", "1NNN 2ENN 3ETB", "1NNN", "1TTT 1TTB", "1NNN 2ENN 3ETB"]
    together = DESIGN.fit(Outcomes.read(lines, doses=5))
    for number, line in enumerate(lines):
        alone = DESIGN.fit(Outcomes.read(line, doses=5))
        assert all(np.array_equal(one[0], many[number]) for one, many in zip(alone, together, strict=True))


def test_sums_run_once_for_each_distinct_history(monkeypatch):
    summed, original = [], efftox_points.averages

    def spy(fixed, doses, seen, *rest):
        summed.append(len(seen))
        return original(fixed, doses, seen, *rest)

    monkeypatch.setattr(efftox_points, "averages", spy)
    DESIGN.fit(Outcomes.read(["1NNN 2ENN", "2NEN 1NNN", "1NNN 2EEN", "1NNN 2ENN"], doses=5))
    assert summed == [2]


def test_benefit_and_toxicity_part_when_their_association_is_fixed_at_none():
    """Without association the two curves are logistic regressions of their own, with posteriors by brute force."""
    prior = EffToxPrior((-1.0, 1.0, 0.0, 1.0, 0.0, 0.0), (1.0, 1.0, 1.0, 1.0, 0.001, 0.001))
    design = EffTox((1.0, 2.0, 4.0), prior, TRADE_OFF, 0.5, 0.3, power=15)
    seen = Outcomes.from_counts([3, 6, 6], [0, 1, 3], [1, 3, 5], both=[0, 1, 2])
    fit, doses = design.fit(seen), np.array(design.scaled)
    grid = np.linspace(-6, 6, 241)
    level, slope = np.meshgrid(grid, grid)
    for own, events, centre in ((fit.toxic, seen.toxic, (-1, 1)), (fit.effective, seen.effective, (0, 1))):
        odds = level[..., None] + slope[..., None] * doses
        height = (events[0] * odds - seen.treated[0] * np.logaddexp(0, odds)).sum(axis=-1)
        weight = np.exp(height - ((level - centre[0]) ** 2 + (slope - centre[1]) ** 2) / 2)
        exact = (weight[..., None] / (1 + np.exp(-odds))).sum(axis=(0, 1)) / weight.sum()
        np.testing.assert_allclose(own[0], exact, atol=1e-3)


def test_no_untried_dose_is_skipped_and_closed_doses_stay_closed():
    seen = Outcomes.read(["1NNN", "1NNN 2ENN", "1TTT 2TTT 3TTT 4TTT"], doses=5)
    now = DESIGN.decide(seen)
    assert (now.dose <= seen.highest_tried + 1).all()
    assert now.stop.tolist() == [False, False, True] and now.recommended[2] == 0


def test_rising_toxicity_refuses_to_climb_after_a_toxic_lowest_dose():
    seen = Outcomes.read("1TTT", doses=5)
    strict = EffTox(AMOUNTS, THALL_2014, TRADE_OFF, 0.5, 0.3, rising=True)
    assert strict.decide(seen).stop[0] and not DESIGN.decide(seen).stop[0]
    assert (np.diff(strict.fit(seen).toxic[0]) > 0).all()


def test_peak_of_a_logistic_regression_equals_a_general_optimiser():
    doses = np.array([-1.0, 0.0, 1.0])
    covariates = np.stack([np.ones(3), doses, doses**2], axis=1)
    mean, sd = np.array([-8.0, 1.5, 0.0]), np.array([3.5, 3.5, 0.2])
    patients, events = np.array([[3, 9, 6], [3, 3, 0]]), np.array([[0, 2, 6], [0, 0, 0]])
    peak, root = logistic_peak(covariates, patients, events, mean=mean, sd=sd)
    for trial in range(2):

        def loss(at, trial=trial):
            odds = covariates @ at
            fit = events[trial] * odds - patients[trial] * np.logaddexp(0, odds)
            return -fit.sum() + (((at - mean) / sd) ** 2).sum() / 2

        rival = minimize(loss, mean, method="BFGS", options={"gtol": 1e-9})
        np.testing.assert_allclose(peak[trial], rival.x, atol=1e-5)
        covariance = root[trial] @ root[trial].T
        assert (np.diag(covariance) <= sd**2 + 1e-12).all()


def test_points_have_the_moments_of_their_density():
    points, log_density = heavy_points(14, 6)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose((points**2).mean(axis=0), 5 / 3, rtol=0.02)
    normal = np.exp(-(points**2).sum(axis=1) / 2 - 3 * np.log(2 * np.pi) - log_density)
    assert normal.mean() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("between", [(0.4, 0.25), (0.7, 0.7), (1.0, 0.25), (0.7, 0.0)])
def test_a_contour_needs_a_pair_between_the_ends(between):
    with pytest.raises(InvalidValue, match="contour pair"):
        Contour(0.5, 0.65, between)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amounts": (1.0, 1.0)}, "doses 1, 1"),
        ({"toxic_limit": 1.0}, "toxic_limit 1"),
        ({"prior": EffToxPrior((0.0,) * 6, (0.0,) * 6)}, "six standard deviations"),
        ({"start": 9}, "first dose 9"),
    ],
)
def test_impossible_settings_are_refused(change, message):
    settings = {"amounts": AMOUNTS, "prior": THALL_2014, "contour": TRADE_OFF, "effective_limit": 0.5, "toxic_limit": 0.3}
    with pytest.raises(InvalidValue, match=message):
        EffTox(**{**settings, **change})


def test_a_silly_number_of_points_is_refused():
    with pytest.raises(InvalidValue, match="power 40"):
        heavy_points(40, 6)
