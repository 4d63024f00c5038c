"""What is shown of simulated phase 3 trials: power, type I error, where they stop, and the protocol card."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from immunoreset.report.svg import inline_svg
from immunoreset.report.trial_figures import draw_stops
from immunoreset.report.trial_page import Card, Section, Table
from immunoreset.report.words import MINUS
from immunoreset.virtual_trial.endpoint import Response
from immunoreset.virtual_trial.presented import Presented, Row, mean, percent
from immunoreset.virtual_trial.randomised_document import Phase3
from immunoreset.virtual_trial.randomised_result import RandomisedResult
from immunoreset.virtual_trial.randomised_trials import Phase3Result
from immunoreset.virtual_trial.randomised_words import assumptions_of, comparison_text, facts_of_arms, truth_section
from immunoreset.virtual_trial.single_arm_trials import DAYS_OF_MONTH

Floats = NDArray[np.float64]


def present_phase_3(result: Phase3Result) -> Presented:
    """The parts of the page, the tables and the summary."""
    document = result.document
    both = [(name, "", one) for name, one in result.found.items()] + [(name, "none", one) for name, one in result.null.items()]
    rows: list[Row] = [{"design": name, **row} for name, _, one in both for row in one.rows()]
    looks: list[Row] = [{"design": name, "null": one.null, **row} for name, _, one in both for row in one.look_rows()]
    sections = [truth_section(document, result.observed), _characteristics(result)]
    sections.append(_looks(result))
    return Presented(
        facts=[
            *facts_of_arms(document),
            (
                "Trials",
                f"{document.repeats:,} of each design, of at most {document.patients} patients, "
                f"{document.ratio[0]}:{document.ratio[1]}",
            ),
        ],
        sections=sections,
        tables={"operating_characteristics": rows, "looks": looks},
        summary={
            "designs": {name: one.rows()[0] for name, one in result.found.items()},
            "no effect": {name: one.rows()[0] for name, one in result.null.items()},
        },
        assumptions=assumptions_of(document, result.observed),
        cards=[_card(document, name, one) for name, one in result.found.items()],
        meanings={
            "operating_characteristics": "one row per design, with and without effect",
            "looks": "one row per design and look: bounds, and share of trials that end there",
        },
    )


def _characteristics(result: Phase3Result) -> Section:
    head = ["Design", "", "claims, %", "patients", "enrolled", "months", "estimate", "bias", "coverage, %"]
    rows = [head]
    for name, one in result.found.items():
        rows.append([name, "with effect", *_cells(one)])
        if name in result.null:
            rows.append(["", "no effect", *_cells(result.null[name])])
    if not any(np.isfinite(one.duration).any() for one in result.found.values()):
        rows = [[cell for place, cell in enumerate(row) if place not in (4, 5)] for row in rows]
    note = (
        f"{result.document.repeats:,} trials each; in brackets: Monte Carlo standard error. With effect, claims are the "
        "power; without, the type I error. "
        "Estimate: treatment minus control when the trial stops; its interval is not adjusted for looks. No effect: both "
        "arms have the outcomes of control."
    )
    return Section("What the designs do", tables=[Table(rows, note, wide=True)], new_page=True)


def _cells(one: RandomisedResult) -> list[str]:
    scale = 100.0 if isinstance(one.trial.endpoint, Response) else 1.0
    months = one.duration / DAYS_OF_MONTH
    row = one.rows()[0]
    return [
        percent(one.power, one.power_error),
        mean(one.expected_patients),
        mean(one.expected_enrolled),
        mean(float(months.mean()), float(months.std() / np.sqrt(one.trials))),
        _signed(scale * one.estimate) + (" %" if scale == 100 else ""),
        _signed(scale * one.bias),
        percent(one.coverage, float(row["coverage, standard error"])),
    ]


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", MINUS)


def _looks(result: Phase3Result) -> Section:
    grid = []
    for heading, each in (("with effect", result.found), ("no effect", result.null)):
        for name, one in each.items():
            rows = one.look_rows()
            parts = {
                "claim": np.array([float(row["stop for efficacy"]) for row in rows]),
                "no claim": np.array([float(row["stop without claim"]) for row in rows]),
            }
            looks = [f"{float(row['patients']):g}" for row in rows]
            figure = draw_stops(looks, parts, label="patients followed up", title=f"{name}, {heading}")
            grid.append(inline_svg(figure, f"Where trials of {name} end, {heading}"))
    return Section("Where the trials end", grid=grid, grid_caption="Share of trials that end at each look.")


def _card(document: Phase3, name: str, one: RandomisedResult) -> Card:
    rows = one.look_rows()
    table = [
        ["Look", *(f"{float(row['look']):g}" for row in rows)],
        ["Patients followed up", *(f"{float(row['patients']):g}" for row in rows)],
        ["Claim if z ≥", *(f"{float(row['critical z']):.3f}" for row in rows)],
        ["Alpha spent", *(f"{float(row['alpha spent']):.5f}" for row in rows)],
    ]
    if one.plan.futility:
        bounds = [float(row["futility z"]) for row in rows]
        cells = ["–" if np.isnan(bound) else f"{bound:.3f}".replace("-", MINUS) for bound in bounds]
        table.append(["Futile if z <", *cells])
    return Card(name, comparison_text(document, one.trial), boundaries=Table(table), boundaries_title="Looks")
