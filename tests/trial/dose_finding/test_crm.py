"""The CRM: published estimates, maximum likelihood, restrictions and stopping."""

import numpy as np
import pytest
from scipy.optimize import minimize

from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.trial.decision import Why
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.toxicity_curves import Empiric, Logistic, LogisticGamma, TwoParameterLogistic
from immunoreset.trial.outcome_sources import RateTable
from immunoreset.trial.outcomes import Outcomes
from immunoreset.trial.rules.doses import NoSkipping
from immunoreset.trial.scenarios import simulate_trials

SKELETON = (0.05, 0.1, 0.25, 0.4, 0.6)
MODELS = [Empiric(), Logistic(), LogisticGamma(3.0, 1.0, 1.0), TwoParameterLogistic()]


def test_estimates_are_those_of_the_example_of_dfcrm():
    """Help page of `crm` in the R package dfcrm 0.2-2.1: ten patients, target 0.2."""
    crm = CRM((0.05, 0.1, 0.2, 0.35, 0.5, 0.7), 0.2, stop_confidence=None)
    seen = Outcomes.read("3N 4N 4T 3N 3N 4T 3T 2N 2N 2N", doses=6)
    fit = crm.fit(seen)
    np.testing.assert_allclose([fit.parameters[0, 0], fit.variance[0, 0]], [-0.2121715, 0.1575955], atol=1e-6)
    assert crm.decide(seen).dose.tolist() == [2]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_estimates_rise_with_dose_and_with_each_toxicity(model):
    crm = CRM(SKELETON, 0.25, model, estimate="mean")
    fewer, more = (
        crm.fit(Outcomes.from_counts([3, 6, 3, 0, 0], [0, 1, 1, 0, 0])),
        crm.fit(Outcomes.from_counts([3, 6, 3, 0, 0], [0, 2, 1, 0, 0])),
    )
    assert (np.diff(fewer.toxic[0]) > 0).all() and (more.toxic > fewer.toxic).all()
    assert (more.above_target >= fewer.above_target).all() and (np.diff(fewer.above_target[0]) >= -1e-12).all()


@pytest.mark.parametrize("model", MODELS[:2], ids=lambda model: type(model).__name__)
def test_without_patients_the_estimate_is_the_skeleton(model):
    fit = CRM(SKELETON, 0.25, model).fit(Outcomes.none(doses=5))
    np.testing.assert_allclose(fit.toxic[0], SKELETON, rtol=1e-9)


@pytest.mark.parametrize("model", [Empiric(), Logistic(), TwoParameterLogistic()], ids=lambda model: type(model).__name__)
def test_maximum_likelihood_equals_a_general_optimiser(model):
    crm = CRM(SKELETON, 0.25, model, method="ml")
    seen = Outcomes.from_counts([6, 9, 9, 6, 3], [1, 1, 3, 2, 2])
    fit = crm.fit(seen)
    doses = np.array(crm.scaled)

    def loss(parameters):
        log_toxic, log_safe = model.log_rates(doses, parameters[None, :])
        return -(seen.toxic * log_toxic + (seen.treated - seen.toxic) * log_safe).sum()

    rival = minimize(loss, np.zeros(fit.parameters.shape[1]), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-14})
    np.testing.assert_allclose(fit.parameters[0], rival.x, atol=2e-6)


def test_maximum_likelihood_goes_by_single_steps_until_both_outcomes_are_seen():
    crm = CRM(SKELETON, 0.25, method="ml", stop_confidence=None)
    now = crm.decide(Outcomes.read(["1NNN", "1NNN 2NNN", "2TTT"], doses=5))
    assert now.dose.tolist() == [2, 3, 1]
    assert crm.decide(Outcomes.read("1NNN 2NNN 3NNT", doses=5)).dose.tolist() != [4]


def test_maximum_likelihood_finds_the_shares_when_the_model_fits_them():
    fit = CRM((0.1, 0.3), 0.3, TwoParameterLogistic(), method="ml").fit(Outcomes.from_counts([10, 10], [1, 3]))
    np.testing.assert_allclose(fit.toxic[0], [0.1, 0.3], atol=1e-6)


def test_a_coherent_crm_never_goes_up_straight_after_toxicity():
    runs = simulate_trials(
        CRM(SKELETON, 0.25, coherent=True, stop_confidence=None),
        RateTable((0.1, 0.2, 0.3, 0.4, 0.5)),
        trials=200,
        seed=4,
        cohort=1,
        max_cohorts=20,
    )
    assert runs.outcomes.patients is not None
    dose, toxic = runs.outcomes.patients.dose.astype(int), runs.outcomes.patients.outcome == 1
    assert (dose[:, 1:][toxic[:, :-1]] <= dose[:, :-1][toxic[:, :-1]]).all()


def test_a_coherent_crm_asks_for_the_latest_cohort():
    with pytest.raises(InvalidValue, match="one by one"):
        CRM(SKELETON, 0.25, coherent=True).decide(Outcomes.from_counts([3, 0, 0, 0, 0], [1, 0, 0, 0, 0]))


def test_no_skipping_restrains_a_crm_that_would_jump():
    crm = CRM(SKELETON, 0.25)
    seen = Outcomes.read("1NNN", doses=5)
    assert crm.decide(seen).dose[0] > 2 and NoSkipping(crm).decide(seen).dose.tolist() == [2]


def test_stops_when_the_lowest_dose_is_too_toxic_and_says_so():
    now = CRM(SKELETON, 0.25, stop_confidence=0.9).decide(Outcomes.read(["1TTT", "1NNT"], doses=5))
    assert now.stop.tolist() == [True, False] and now.recommended[0] == 0 and now.why[0] == Why.TOO_TOXIC
    assert not CRM(SKELETON, 0.25, stop_confidence=None).decide(Outcomes.read("1TTT", doses=5)).stop[0]


def test_the_recommended_dose_converges_to_the_right_one_as_patients_accumulate():
    runs = simulate_trials(
        NoSkipping(CRM(SKELETON, 0.25)), RateTable((0.02, 0.05, 0.1, 0.25, 0.6)), trials=200, seed=9, max_cohorts=60
    )
    assert (runs.recommended == 4).mean() > 0.95


def test_posterior_mean_and_variance_recover_a_simulated_slope():
    """With 2,000 patients the power model returns the slope that made the data."""
    slope, patients = 0.4, np.full(5, 400)
    rates = np.array(SKELETON) ** np.exp(slope)
    fit = CRM(SKELETON, 0.25).fit(Outcomes.from_counts(patients, np.round(patients * rates).astype(int)))
    assert abs(fit.parameters[0, 0] - slope) < 0.01


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"target": 30}, "target 30"),
        ({"start": 6}, "first dose 6"),
        ({"stop_confidence": 1.5}, "stop_confidence"),
        ({"model": Logistic(0.0)}, "intercept 0"),
    ],
)
def test_impossible_settings_are_refused(change, message):
    with pytest.raises(InvalidValue, match=message):
        CRM(**{"skeleton": SKELETON, "target": 0.25, **change})


@pytest.mark.parametrize("change", [{"method": "mle"}, {"estimate": "median"}])
def test_unknown_options_are_refused(change):
    with pytest.raises(UnknownName, match="CRM"):
        CRM(SKELETON, 0.25, **change)


def test_outcomes_of_other_doses_are_refused():
    with pytest.raises(InvalidValue, match="4 doses for a model of 5"):
        CRM(SKELETON, 0.25).decide(Outcomes.read("1NNN", doses=4))
