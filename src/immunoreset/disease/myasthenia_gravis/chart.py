"""What a neurologist finds of myasthenia gravis: MG-ADL, QMG and MG Composite; whether an answer holds; crises."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.endpoints.other_diseases.myasthenia import highest_total
from immunoreset.engine import random
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import Outcome, Panel

# Points of the other scores for each point of MG-ADL, and where the QMG begins (assumed)
QMG_PER_POINT, LEAST_QMG, MGC_PER_POINT = 1.6, 1.0, 1.7
FEWEST_QMG = 5  # points from which manifestations are more than minimal, as RINOMAX has it (recalled)
WEEKS = np.arange(7.0, 57.0, 7.0)
HELD_FOR, BEGUN_BY = 28.0, 28.0  # days: a response of ADAPT holds four weeks and begins by week 4
CRISIS_DAYS = (360, 720)
HELD = "mgadl_held"


def mg_adl(look: Look) -> Floats:
    """MG-ADL as the end plate has it, without what a trial makes patients say and without noise."""
    return np.minimum(look.number("end_plate.mg_adl") * look.state("end_plate_failure"), highest_total("MG-ADL"))


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit."""
    felt = np.maximum(mg_adl(look) - look.expectation(look.number("end_plate.expectation")), 0.0)
    sd = look.number("end_plate.noise")
    qmg, composite = QMG_PER_POINT * felt + LEAST_QMG, MGC_PER_POINT * felt
    return {
        "MGADL": Item(look.shifted("MGADL", felt, sd)),
        "QMG": Item(look.shifted("QMG", qmg, QMG_PER_POINT * sd)),
        "MGC": Item(look.shifted("MGC", composite, MGC_PER_POINT * sd)),
    }


def read(course: Course) -> dict[str, Floats]:
    """Whether a response of MG-ADL held, and whether a crisis came, where the simulated days allow."""
    found = {f"crisis_day{day}": crisis(course, day) for day in CRISIS_DAYS if day <= course.days[-1]}
    return found | ({HELD: held(course)} if WEEKS[-1] <= course.days[-1] else {})


def held(course: Course) -> Floats:
    """Whether MG-ADL was 2 points or more below entry at every weekly visit of four weeks that began by week 4, (n,)."""
    answers = SCORING.visits(course, WEEKS)["mgadl_response"]
    spans = [(first <= WEEKS) & (first + HELD_FOR >= WEEKS) for first in WEEKS[WEEKS <= BEGUN_BY]]
    return np.where(
        np.isnan(answers).any(axis=1), np.nan, np.any([(answers[:, span] == 1).all(axis=1) for span in spans], axis=0)
    )


def crisis(course: Course, day: float) -> Floats:
    """Whether a first crisis came by a day, (n,); the same chance falls to a patient under every treatment."""
    spared = -np.log(random.uniform(course.seed, "myasthenic crisis", course.ids_of())[:, 0])
    hazard = course.on(day, "crisis_hazard")
    return np.where(np.isnan(hazard), np.nan, hazard >= spared)


SCORING = Scoring(
    chart=chart,
    curves=lambda look: {"mg_adl": mg_adl(look)},
    scores=(
        Score("mgadl", "MG-ADL", "points", change=True),
        Score("mgadl_response", "MG-ADL response (2 points)", share=True),
        Score("mg_minimal", "MG-ADL of 0 or 1", share=True),
        Score("qmg", "QMG", "points", change=True),
        Score("qmg_minimal", "QMG of 4 or less (minimal manifestations)", share=True, of="qmg", below=FEWEST_QMG),
        Score("mgc", "MG Composite", "points", change=True),
        Score("mgc_response_5", "MG Composite response (5 points)", share=True),
    ),
    outcomes={
        HELD: Outcome("MG-ADL response held for four weeks, begun by week 4", share=True),
        **{f"crisis_day{day}": Outcome(f"Myasthenic crisis by day {day}", share=True) for day in CRISIS_DAYS},
    },
    read=read,
)
PANELS = (
    Panel("mg_adl", "MG-ADL", "points of 24", line=1, line_meaning="minimal symptoms: 0 or 1"),
    Panel("end_plate_failure", "Failure of the end plate", "× entry"),
    Panel("autoantibody_percent", "Autoantibody", "% of entry"),
    Panel("crisis_hazard", "Crises expected since entry", "crises"),
)
