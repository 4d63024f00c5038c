"""The section of a report that says how sure its numbers are: what varies between patients apart from what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from immunoreset.report.figures import draw_unsure
from immunoreset.report.keys import Key, keys_of_unsure
from immunoreset.report.panels import panels_of, side_by_side
from immunoreset.report.uncertainty_words import Row, explained, headings, rows_of
from immunoreset.report.words import arm_in_words
from immunoreset.results import ArmResult, StudyResult


@dataclass(frozen=True)
class UnsureArm:
    """The drawings and the table of one arm."""

    name: str
    twins: int
    panels: list[str]
    headings: Row
    rows: list[Row]


@dataclass(frozen=True)
class Unsure:
    """What the section shows."""

    words: str
    notes: list[str]
    keys: list[Key]
    arms: list[UnsureArm]


def unsure_of(result: StudyResult) -> Unsure | None:
    """The section of a study; None where no numbers were drawn."""
    numbers = result.numbers
    if numbers is None:
        return None
    prior = " (prior)" if numbers.is_prior else ""
    keys = keys_of_unsure(f"middle 90 % of the median, from what is not known of the numbers{prior}")
    named = [Key(key.drawing, f"{key.meaning} of the patients") for key in keys[:3]]
    arms = []
    for name, arm in result.arms.items():
        if arm.spread is not None:
            head = headings(numbers, arm.spread.trial_size)
            arms.append(UnsureArm(arm_in_words(name), arm.twins, _panels(result, name, arm), head, rows_of(arm)))
    return Unsure(numbers.words, explained(numbers), [*named, keys[3]], arms)


def _panels(result: StudyResult, name: str, arm: ArmResult) -> list[str]:
    spread = arm.spread
    if spread is None:
        return []
    with_cells = bool(np.isfinite(arm.outcomes.values["car_t_peak_day"]).any())
    shown = side_by_side(*arm.diseases, with_cells=with_cells)
    return [
        draw_unsure(
            result.days,
            arm.quantiles(panel.output),
            spread.band(panel.output),
            panel,
            f"{panel.title} over time in the {arm_in_words(name)} arm: patients, and what is not known of the numbers",
        )
        for panel in panels_of(*arm.diseases)
        if panel.output in shown and panel.output in spread.curves
    ]
