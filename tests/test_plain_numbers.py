"""Settings that are numbers are taken in any spelling and refused by name in every class alike."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.blrm import BLRM
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.efftox import THALL_2014, Contour, EffTox
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.mtpi import MTPI, TPI
from immunoreset.trial.dose_finding.toxicity_curves import Empiric, Logistic, LogisticGamma, TwoParameterLogistic
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.outcome_sources import ObservedOutcomes, PotentialOutcomes, RateTable
from immunoreset.trial.outcomes import Outcomes, Patients
from immunoreset.trial.phase2.beta_mixture import BetaMixture
from immunoreset.trial.phase2.map_prior import Heterogeneity, map_prior
from immunoreset.trial.phase2.predictive_probability import PredictiveProbability
from immunoreset.trial.randomisation.arms import Arms
from immunoreset.trial.randomisation.permuted_blocks import complete_randomisation
from immunoreset.trial.rules.doses import CloseTooToxic
from immunoreset.trial.rules.stopping import StopWhenTooToxic

NAN, INF = float("nan"), float("inf")
BASE = BOIN(3, 0.3)
SEEN = Outcomes.read("1NNT", doses=3)
WITH_PRIOR = {
    "mTPI": lambda prior: MTPI(3, 0.3, prior=prior),
    "TPI": lambda prior: TPI(3, 0.3, prior=prior),
    "Keyboard": lambda prior: Keyboard(3, 0.3, prior=prior),
    "BOIN12": lambda prior: BOIN12(3, prior=prior),
    "close": lambda prior: CloseTooToxic(BASE, 0.3, prior=prior),
    "stop": lambda prior: StopWhenTooToxic(BASE, 0.3, prior=prior),
    "predictive": lambda prior: PredictiveProbability(30, 10, 0.2, 0.95, 0.05, prior=prior),
}


@pytest.mark.parametrize("name", WITH_PRIOR)
@pytest.mark.parametrize("prior", [[1, 2], np.array([1, 2]), (np.int64(1), np.int64(2))], ids=["list", "array", "numpy"])
def test_a_prior_may_be_a_list_or_an_array(name, prior):
    made = WITH_PRIOR[name](prior)
    assert made == WITH_PRIOR[name]((1.0, 2.0)) and made.prior == (1.0, 2.0)
    if name != "predictive":
        assert made.decide(SEEN).dose.tolist() == WITH_PRIOR[name]((1.0, 2.0)).decide(SEEN).dose.tolist()


@pytest.mark.parametrize("name", WITH_PRIOR)
@pytest.mark.parametrize(
    "prior", [(np.int64(-1), np.int64(-1)), np.array([-1.0, 1.0]), ("1", "1"), "11", 1.0, (), (1.0, 1.0, 1.0), (True, True)]
)
def test_an_impossible_prior_is_refused_in_any_spelling(name, prior):
    with pytest.raises(InvalidValue, match="prior"):
        WITH_PRIOR[name](prior)


def test_a_skeleton_and_doses_may_be_lists():
    assert CRM([0.1, 0.2, 0.3], 0.3).decide(SEEN).dose.tolist() == CRM((0.1, 0.2, 0.3), 0.3).decide(SEEN).dose.tolist()
    listed = BLRM(np.array([1, 2, 4]), 2, [TwoParameterLogistic([-2, 0], np.array([1, 1]))], weights=[1])
    assert listed == BLRM((1.0, 2.0, 4.0), 2.0, (TwoParameterLogistic(),))
    assert listed.decide(SEEN).dose.tolist() == [2]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: BOIN(3, "0.3"), "target 0.3: give a number"),
        (lambda: BOIN(3, True), "target"),
        (lambda: GroupSequential(alpha="0.025"), "alpha"),
        (lambda: Empiric(mean=NAN), "mean"),
        (lambda: Logistic(intercept=INF), "intercept"),
        (lambda: Logistic(mean=NAN), "mean"),
        (lambda: LogisticGamma(intercept=NAN), "intercept"),
        (lambda: TwoParameterLogistic((NAN, 0.0)), "means"),
        (lambda: TwoParameterLogistic((0.0, 0.0), (1.0,)), "two"),
        (lambda: BLRM((1.0, 2.0), 1.0, TwoParameterLogistic(), weights=(NAN,)), "weights"),
        (lambda: BLRM((1.0, 2.0), 1.0, TwoParameterLogistic(), losses=(1.0, 2.0)), "losses"),
        (lambda: BLRM((1.0, 2.0), 1.0, TwoParameterLogistic(), losses=(NAN, 0.0, 1.0, 2.0)), "losses"),
        (lambda: BLRM((1.0, 2.0), 1.0, TwoParameterLogistic(), losses=(-1.0, 0.0, 1.0, 2.0)), "losses"),
        (lambda: _efftox(prior=THALL_2014._replace(mean=(NAN,) * 6)), "six finite means"),
        (lambda: _efftox(power=60), "power 60"),
        (lambda: BetaMixture((1.0,), ("1",), (1.0,)), "a 1"),
        (lambda: Heterogeneity(mu_mean=NAN), "mu"),
        (lambda: map_prior((2.5, 2), (10, 10)), "responses 2.5"),
        (lambda: map_prior((1, 2), (10, 10), components=2.5), "components 2.5"),
        (lambda: Arms(("a", "")), "name"),
        (lambda: Arms(("a", None)), "name"),
        (lambda: complete_randomisation(Arms(("a", "b")), 4, seed=2.5), "seed 2.5"),
        (lambda: complete_randomisation(Arms(("a", "b")), 4, seed="x"), "seed x"),
        (lambda: PotentialOutcomes([[NAN, 1.0]]), "toxicity nan"),
        (lambda: PotentialOutcomes([[0, 2]]), "toxicity 2"),
        (lambda: ObservedOutcomes([1, 2], [1, 0], [None, 1]), "benefit"),
        (lambda: ObservedOutcomes([1.5], [1]), "dose 1.5"),
        (lambda: RateTable(("0.1",)), "toxic"),
        (lambda: Outcomes.from_patients(Patients([[1.5]], [[0]], [[1]], [[1.0]]), doses=2), "dose of a patient 1.5"),
        (lambda: Outcomes.from_patients(Patients([[NAN]], [[0]], [[1]], [[1.0]]), doses=2), "dose of a patient nan"),
    ],
)  # fmt: skip
def test_a_setting_that_is_no_number_or_cannot_be_is_refused_in_one_line(make, says):
    with pytest.raises(InvalidValue, match=says) as caught:
        make()
    assert "\n" not in str(caught.value)


def _efftox(**changes):
    settings = {"amounts": (1, 2, 4), "prior": THALL_2014, "contour": Contour(0.5, 0.65, (0.7, 0.25))}
    return EffTox(**(settings | {"effective_limit": 0.5, "toxic_limit": 0.3} | changes))


@pytest.mark.parametrize("between", [(0.50001, 0.649), (0.6, 0.64999999999), (0.7, 0.25), (1 - 1e-15, 1e-300)])
def test_a_contour_goes_through_its_three_pairs_however_near_a_corner(between):
    contour = Contour(0.5, 0.65, between)
    assert contour.desirability(*between) == pytest.approx(0, abs=1e-6)
    assert contour.desirability(0.5, 0) == pytest.approx(0) and contour.desirability(1, 0.65) == pytest.approx(0)
