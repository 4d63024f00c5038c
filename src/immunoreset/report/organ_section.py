"""The section of a report that says how active the disease is organ by organ, with kidney function and blood counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.report.figures import draw_arms, draw_one_arm, draw_shares
from immunoreset.report.keys import Key, keys_of_arms, keys_of_one_arm
from immunoreset.report.panels import panels_with_organs
from immunoreset.report.words import arm_in_words
from immunoreset.results import ArmResult, StudyResult


@dataclass(frozen=True)
class Organs:
    """What the section shows: the share of patients in whom each organ shows, and the course of what is measured.

    `arms` are those of patients who have organs, as (name, number of twins).
    """

    arms: list[tuple[str, int]]
    arm_keys: list[Key]
    shares: list[str]
    course_keys: list[Key]
    courses: list[str]


def organs_of(result: StudyResult) -> Organs | None:
    """The section of a study; None where no disease of its patients has organs, or nothing was kept of them."""
    shares = {name: shares_of(arm) for name, arm in result.arms.items()}
    titles = dict.fromkeys(title for found in shares.values() for title in found)
    keys = dict(zip(result.arms, keys_of_arms(map(arm_in_words, result.arms)), strict=True))
    drawn = []
    for title in titles:
        by_place = {place: found[title] for place, found in enumerate(shares.values()) if title in found}
        drawn.append(
            draw_shares(result.days, by_place, title, f"{title}: share of patients in whom it shows, over time in each arm")
        )
    measured, courses = _courses(result)
    if not drawn and not courses:
        return None
    with_organs = [name for name, found in shares.items() if found]
    return Organs(
        [(arm_in_words(name), result.arms[name].twins) for name in with_organs],
        [keys[name] for name in with_organs],
        drawn,
        keys_of_one_arm(()) if len(result.arms) == 1 else [keys[name] for name in measured],
        courses,
    )


def shares_of(arm: ArmResult) -> dict[str, np.ndarray]:
    """Percent of the twins that did not fail in whom each organ shows, by title, on the stored days."""
    alive = ~arm.outcomes.failed
    if not alive.any():
        return {}
    seen = {title: there for disease in arm.diseases for title, there in disease.organs_shown(arm.trajectories).items()}
    return {title: 100 * there[alive].mean(axis=0) for title, there in seen.items()}


def _courses(result: StudyResult) -> tuple[list[str], list[str]]:
    """The arms that have panels that stand with the organs, and these: of one with the middle 90 %, of several side by side."""
    panels = panels_with_organs(*result.diseases)
    arms = {
        name: {panel.output: arm.quantiles(panel.output) for panel in panels if panel.output in arm.trajectories}
        for name, arm in result.arms.items()
    }
    shown = [panel for panel in panels if any(panel.output in found for found in arms.values())]
    measured = [name for name, found in arms.items() if found]
    if len(arms) > 1:
        return measured, [draw_arms(result.days, arms, panel, f"{panel.title} over time in each arm") for panel in shown]
    name, alone = next(iter(arms.items()))
    return measured, [
        draw_one_arm(result.days, alone, panel, (), (), f"{panel.title} over time in the {arm_in_words(name)} arm")
        for panel in shown
    ]
