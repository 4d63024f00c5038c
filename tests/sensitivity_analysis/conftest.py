"""A finished analysis made of invented numbers, for tests of the page and the tables that need no simulation."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.inference.unknowns import live, prior_of
from immunoreset.sensitivity_analysis.design import ends, factors_of, mixed
from immunoreset.sensitivity_analysis.headlines import asked
from immunoreset.sensitivity_analysis.pairs import effects
from immunoreset.sensitivity_analysis.question import Question
from immunoreset.sensitivity_analysis.result import Counts, Sensitivity, Settings
from immunoreset.sensitivity_analysis.screen import points_of, screened, strongest
from immunoreset.study_document import Arm, Patients, Study
from immunoreset.therapy import Regimen, standard

ROWS, PER_ROW, PATIENTS = 64, 8, 64


def question_without_trying(treatment: str = "car-t", population: str = "cart", stop: float = 730.0) -> Question:
    within = built_in()
    disease, _ = within.population(population)
    regimen: Regimen = standard(treatment)
    unknowns = tuple(prior_of(within.theta, name) for name in live(within.theta, population, [regimen], within))
    return Question("treated", population, regimen, within, unknowns, asked(None, disease, stop), {}, 1, -35.0, stop, None, None)


@pytest.fixture(scope="session")
def invented() -> Sensitivity:
    """Headline h is a sum of a few unknowns and of noise between patients; the last one does not vary at all."""
    question = question_without_trying()
    random = np.random.default_rng(1)
    count, headlines = len(question.unknowns), len(question.headlines)
    slopes = np.where(random.random((count, headlines)) < 0.05, random.normal(size=(count, headlines)), 0.0)
    slopes[:, -1] = 0.0

    def simulated(points, patients):
        of_patient = np.random.default_rng(2).normal(size=(1, patients, headlines)) * (np.arange(headlines) < headlines - 1)
        return (points @ slopes)[..., None, :] + of_patient

    screen = screened(simulated(points_of(count), PATIENTS))
    held = {question.unknowns[3].name: "patients draw it by a rule of their own, or it follows from other numbers"}
    names = tuple(one.name for one in question.unknowns if one.name not in held)
    places = [place for place, one in enumerate(question.unknowns) if one.name not in held]
    factors = factors_of(names, tuple(question.unknowns[place].name for place in strongest(screen, places, 24)))
    both = ends(factors, ROWS, seed=1)
    y = simulated(np.concatenate([both, mixed(factors, both)], axis=1) @ np.eye(count)[places], PER_ROW)
    found = effects(y[:, 0], y[:, 1], y[:, 2:], seed=1)
    study = Study(
        title="An invented study <b>with</b> markup & signs",
        patients=Patients(population="cart", n=8),
        arms={"treated": Arm(treatment=str(question.regimen))},
    )
    counts = Counts(
        ROWS, 27 * ROWS * PER_ROW, 27 * ROWS, 31, {"the rate of loss must be above zero": 31}, 0.014, {"step limit": 2}
    )
    return Sensitivity(study, question, Settings(24, PATIENTS, ROWS, PER_ROW, 1), screen, held, factors, found, counts)
