"""What is shown of power by number of patients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from immunoreset.report.svg import inline_svg
from immunoreset.report.trial_figures import Estimate, draw_power
from immunoreset.report.trial_page import Card, Drawing, Section, Table
from immunoreset.virtual_trial.endpoint import Response
from immunoreset.virtual_trial.presented import Presented, mean, percent
from immunoreset.virtual_trial.randomised_trials import PowerResult
from immunoreset.virtual_trial.randomised_words import assumptions_of, comparison_text, facts_of_arms, truth_section

Floats = NDArray[np.float64]


def present_power(result: PowerResult) -> Presented:
    """The parts of the page, the tables and the summary."""
    document, curves = result.document, result.curves
    rows = [["Treatment", "true effect", f"patients for {100 * curves.wanted:g} % power", "by formula"]]
    scale = isinstance(curves.trial.endpoint, Response)
    for row in curves.needed_rows():
        effect = f"{percent(float(row['true effect']))} %" if scale else mean(float(row["true effect"]))
        rows.append(
            [
                str(row["treatment"]),
                effect,
                *(_needed(float(row[key])) for key in ("patients needed", "patients needed by formula")),
            ]
        )
    estimates = {
        name: Estimate(curves.power[place], curves.lower[place], curves.upper[place])
        for place, name in enumerate(curves.treatments)
    }
    formula = {name: curves.formula[place] for place, name in enumerate(curves.treatments)}
    figure = draw_power(document.totals, estimates, wanted=curves.wanted, formula=formula)
    by_total = [["Treatment", *(f"n = {total}" for total in document.totals)]]
    by_total += [[name, *(percent(share) for share in one.rate)] for name, one in estimates.items()]
    note = (
        f"Power in %, {document.repeats:,} trials each; Monte Carlo standard error at most {50 / np.sqrt(document.repeats):.1f}."
    )
    caption = (
        "Bands: 95 % intervals of the simulation (Wilson). Dotted: normal approximation. Each comparison has the whole alpha."
    )
    section = Section(
        "Power by number of patients",
        tables=[Table(rows, f"Against {document.control}."), Table(by_total, note, wide=True)],
        drawings=[Drawing(inline_svg(figure, "Power by number of patients"), caption)],
        new_page=True,
    )
    return Presented(
        facts=[*facts_of_arms(document), ("Trials", f"{document.repeats:,} for each treatment and number of patients")],
        sections=[truth_section(document, result.observed), section],
        tables={"power": curves.rows(), "patients_needed": curves.needed_rows()},
        summary={"power": curves.rows(), "patients needed": curves.needed_rows()},
        assumptions=assumptions_of(document, result.observed),
        cards=[Card("Comparison with control", comparison_text(document, curves.trial))],
        meanings={"power": "one row per treatment and number of patients", "patients_needed": "one row per treatment"},
    )


def _needed(patients: float) -> str:
    if np.isnan(patients):
        return "–"
    return "not reached" if np.isinf(patients) else f"{np.ceil(patients):.0f}"
