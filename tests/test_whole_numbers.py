"""Whole numbers in any spelling are taken, everything else is refused by name, in every design and rule alike."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.decision_table import DecisionTable
from immunoreset.trial.dose_finding.i3plus3 import I3Plus3
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.mtpi import MTPI, TPI
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.u_boin import UBOIN
from immunoreset.trial.group_sequential.boundaries import boundaries
from immunoreset.trial.group_sequential.design import GroupSequential
from immunoreset.trial.outcomes import Outcomes, Patients
from immunoreset.trial.rules.doses import AtMostAtDose, CloseTooToxic
from immunoreset.trial.rules.stopping import StopAtN, StopWhenTooToxic

MAKERS = {
    "3+3": ThreePlusThree,
    "BOIN": lambda doses: BOIN(doses, 0.3),
    "mTPI": lambda doses: MTPI(doses, 0.3),
    "TPI": lambda doses: TPI(doses, 0.3),
    "Keyboard": lambda doses: Keyboard(doses, 0.3),
    "i3+3": lambda doses: I3Plus3(doses, 0.3),
    "BOIN12": BOIN12,
    "U-BOIN": UBOIN,
    "table": lambda doses: DecisionTable.read(doses, {3: "E S D DU"}),
}
NEVER = [(0.0, 1.0), (-1.0, -1.0), (float("nan"), 1.0), (1.0, float("inf"))]
BASE = BOIN(3, 0.3)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("three", [np.int64(3), 3.0, np.float64(3), np.array(3)])
def test_a_number_of_doses_is_whole_in_any_spelling(name, three):
    design, plain = MAKERS[name](three), MAKERS[name](3)
    assert design == plain and isinstance(design.doses, int)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("wrong", [2.5, True, "3", None, float("nan"), -1])
def test_anything_else_is_refused_in_one_line(name, wrong):
    with pytest.raises(InvalidValue) as caught:
        MAKERS[name](wrong)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("prior", NEVER)
@pytest.mark.parametrize(
    "make",
    [
        lambda prior: MTPI(3, 0.3, prior=prior),
        lambda prior: TPI(3, 0.3, prior=prior),
        lambda prior: Keyboard(3, 0.3, prior=prior),
        lambda prior: BOIN12(3, prior=prior),
        lambda prior: CloseTooToxic(BASE, 0.3, prior=prior),
        lambda prior: StopWhenTooToxic(BASE, 0.3, prior=prior),
    ],
)
def test_an_impossible_prior_is_refused_by_every_class(make, prior):
    with pytest.raises(InvalidValue, match="beta prior"):
        make(prior)


@pytest.mark.parametrize("looks", [np.int64(3), 3.0])
def test_looks_are_whole_in_any_spelling(looks):
    assert boundaries(GroupSequential(looks=looks)).critical == boundaries(GroupSequential(looks=3)).critical


@pytest.mark.parametrize(("kind", "parameter"), [("asHSD", -800), ("asHSD", 41), ("asKD", 1e6)])
def test_a_parameter_that_overflows_is_refused(kind, parameter):
    with pytest.raises(InvalidValue, match=r"must be from .* to"):
        GroupSequential(kind, parameter=parameter, looks=3)


@pytest.mark.parametrize("gamma", [-40, -4, 0, 1, 40])
def test_gamma_within_its_limits_spends_alpha(gamma):
    assert boundaries(GroupSequential("asHSD", parameter=gamma, looks=3)).alpha_spent[-1] == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Outcomes.from_counts([2.5, 0], [0, 0]), "patients 2.5"),
        (lambda: Outcomes.from_counts([3, 0], [float("nan"), 0]), "toxicities nan"),
        (lambda: Outcomes.from_counts([3, 0], [0, 0, 0]), "one number per dose"),
        (lambda: Outcomes.from_patients(Patients([[1]], [[0]], [[1]], [[-1.0]]), doses=2), "follow-up -1"),
        (lambda: Outcomes.from_patients(Patients([[1]], [[7]], [[1]], [[1.0]]), doses=2), "outcome 7"),
        (lambda: StopAtN(BASE, 2.5), "2.5"),
        (lambda: AtMostAtDose(BASE, 0), "0"),
    ],
)
def test_numbers_that_cannot_be_are_refused(make, says):
    with pytest.raises(InvalidValue, match=says):
        make()
