"""What only the arms of one disease have, each disease for itself: its quantities over time and the table of its outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from immunoreset.disease.disease import Disease
from immunoreset.patient.outcome import Outcome
from immunoreset.report.figures import draw_arms
from immunoreset.report.keys import Key, keys_of_arms
from immunoreset.report.outcome_table import outcome_rows
from immunoreset.report.panels import panels_with_organs
from immunoreset.report.words import arm_in_words, capitalised
from immunoreset.results import ArmResult, StudyResult


@dataclass(frozen=True)
class OfDisease:
    """One disease: the arms whose patients have it, as (name, number of twins), panels with a legend, and outcomes."""

    title: str
    arms: list[tuple[str, int]]
    keys: list[Key]
    panels: list[str]
    rows: list[dict[str, Any]]


def of_each_disease(result: StudyResult, arms: Mapping[str, Any]) -> list[OfDisease]:
    """One entry for each disease of a study of several (`arms` are those of its summary); none where all arms share one."""
    if len(result.diseases) < 2:
        return []
    return [found for disease in result.diseases if (found := _of(disease, result, arms)).panels or found.rows]


def shared_outcomes(result: StudyResult) -> dict[str, Outcome]:
    """The outcomes of a study: where its patients have several diseases, those that more than one of them has."""
    if len(result.diseases) < 2:
        return result.about
    return {name: outcome for name, outcome in result.about.items() if len(_diseases_with(result, name)) > 1}


def _diseases_with(result: StudyResult, outcome: str) -> set[Disease]:
    return {disease for arm in result.arms.values() if outcome in arm.outcomes.values for disease in arm.diseases}


def _of(disease: Disease, result: StudyResult, arms: Mapping[str, Any]) -> OfDisease:
    own = {name: arm for name, arm in result.arms.items() if disease in arm.diseases}
    alone = {name: outcome for name, outcome in result.about.items() if _diseases_with(result, name) == {disease}}
    return OfDisease(
        capitalised(disease.title),
        [(arm_in_words(name), arm.twins) for name, arm in own.items()],
        [key for key, name in zip(keys_of_arms(map(arm_in_words, result.arms)), result.arms, strict=True) if name in own],
        _panels(disease, result, own),
        outcome_rows({name: arms[name] for name in own}, alone),
    )


def _panels(disease: Disease, result: StudyResult, own: Mapping[str, ArmResult]) -> list[str]:
    """What the disease shows that no arm of another disease has, and no section of its own."""
    elsewhere = {output for name, arm in result.arms.items() if name not in own for output in arm.trajectories}
    elsewhere |= {panel.output for panel in panels_with_organs(disease)}
    shown = [panel for panel in disease.panels if not panel.by_organ and panel.output not in elsewhere]
    curves: dict[str, dict[str, np.ndarray]] = {name: {} for name in result.arms}  # of all arms, each with its colour on the page
    for name, arm in own.items():
        curves[name] = {panel.output: arm.quantiles(panel.output) for panel in shown if panel.output in arm.trajectories}
    return [
        draw_arms(result.days, curves, panel, f"{panel.title} over time in each arm of {disease.title}")
        for panel in shown
        if any(panel.output in found for found in curves.values())
    ]
