"""What is shown of simulated phase 1 trials: true rates by dose, the scenario table, dose paths and protocol cards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.report.dose_path_figure import draw_paths, steps_of
from immunoreset.report.flow_chart_svg import flow_chart_svg
from immunoreset.report.protocol_card import Plan, statistics_text
from immunoreset.report.svg import inline_svg
from immunoreset.report.trial_figures import draw_bars, draw_rates
from immunoreset.report.trial_page import Card, Drawing, Section, Table
from immunoreset.trial.decision import Design
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.efftox import EffTox
from immunoreset.trial.dose_finding.u_boin import UBOIN
from immunoreset.trial.dose_paths import path_rows
from immunoreset.trial.outcomes import LETTERS, Outcomes
from immunoreset.trial.printing import boundary_rows, decision_rows, flow_chart, inner_design
from immunoreset.virtual_trial.phase_1 import Found, Phase1Result, Scenario, definition_of
from immunoreset.virtual_trial.phase_1_tables import all_rates, patient_rows, summary_of, tidy_rows, true_rows
from immunoreset.virtual_trial.phase_1_words import assumptions_of, facts_of
from immunoreset.virtual_trial.presented import Presented, Row, mean, percent

LETTERS_UP_TO = 18  # patients at a dose in the printed table
COHORTS_AHEAD = 2


def present_phase_1(result: Phase1Result) -> Presented:
    """The parts of the page, the tables and the summary."""
    document = result.document
    found = [_scenario_section(result, scenario) for scenario in result.scenarios]
    sections = [_truth_section(result), *found, _paths_section(result)]
    designs = list(result.designs)
    tables: dict[str, Sequence[Row]] = {"operating_characteristics": tidy_rows(result), "true_rates": true_rows(result)}
    meanings = {
        "operating_characteristics": "one row per scenario, design, measure and dose, with its Monte Carlo standard error",
        "true_rates": "rates by dose with 95 % intervals",
    }
    for name, design in result.designs.items():
        plain = "".join(letter if letter.isalnum() else "-" for letter in name.lower()).strip("-")
        rows = _letters(design, document.cohort * document.max_cohorts)
        if rows:
            tables[f"decision_table_{plain}"] = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
            meanings[f"decision_table_{plain}"] = f"decisions of {name} by toxicities (rows) and patients (columns)"
        paths = _paths(design, document.cohort)
        tables[f"dose_paths_{plain}"] = [{"outcomes": line, "decision": said} for line, said in paths]
        meanings[f"dose_paths_{plain}"] = f"what {name} says after each result of the first cohorts"
    if result.table is not None:
        tables["patients"] = patient_rows(result.table, result.benefit)
        meanings["patients"] = "one row per virtual patient and dose"
    return Presented(
        facts=facts_of(result),
        sections=sections,
        tables=tables,
        summary={"designs": designs, "scenarios": {one.name: summary_of(result, one) for one in result.scenarios}},
        assumptions=assumptions_of(result),
        cards=[_card(result, name, design) for name, design in result.designs.items()],
        meanings=meanings,
    )


def _truth_section(result: Phase1Result) -> Section:
    rates = all_rates(result)
    rows = [["Share of patients, %", *result.doses]]
    exact = all((one.low == one.high).all() for one in rates.values())
    for name, one in rates.items():
        ends = ["" if exact else f" ({percent(low)}–{percent(high)})" for low, high in zip(one.low, one.high, strict=True)]
        rows.append([name, *(percent(rate) + end for rate, end in zip(one.rate, ends, strict=True))])
    number = "" if exact else f"n = {result.scenarios[0].patients:,} patients at every dose; " if result.table is not None else ""
    caption = f"{number}95 % intervals (Wilson)." if not exact else "Rates as given."
    drawing = Drawing(inline_svg(draw_rates(result.doses, rates), "True rates by dose"), caption)
    return Section("What happens at each dose", tables=[Table(rows)], drawings=[drawing])


def _scenario_section(result: Phase1Result, scenario: Scenario) -> Section:
    found = result.of(scenario.name)
    doses = result.doses
    timed = any(np.isfinite(one.months[0]) for one in found)
    head = ["Design", "", *doses, "none", "total", "overdose risk, %", "stopped early, %", *(["months"] if timed else [])]
    rates = scenario.source.rates()[0]
    blanks = [""] * (5 if timed else 4)
    rows = [head, ["True toxicity, %", "", *(percent(rate) for rate in rates), *blanks]]
    for one in found:
        made = one.characteristics
        selected = [percent(*pair) for pair in zip(made.selected, made.selected_error, strict=True)]
        risk, stopped = percent(made.overdose_risk, made.overdose_risk_error), percent(made.stopped, made.stopped_error)
        months = [mean(*one.months)] if timed else []
        rows.append([one.design, "selected, %", *selected[1:], selected[0], "", risk, stopped, *months])
        for name, means, errors in (("patients", made.treated, made.treated_error), ("DLTs", made.toxic, made.toxic_error)):
            cells = [mean(float(value), float(error)) for value, error in zip(means, errors, strict=True)]
            rows.append(["", name, *cells, "", mean(float(means.sum())), *blanks[2:]])
    counts = sorted({one.characteristics.trials for one in found})
    note = f"{' or '.join(f'{count:,}' for count in counts)} trials of each design. In brackets: Monte Carlo standard error."
    drawings = [_selection(result, found), _treated(result, found)]
    title = "What the designs do" if len(result.scenarios) == 1 else f"What the designs do: {scenario.name}"
    return Section(title, tables=[Table(rows, note, wide=True)], drawings=drawings, new_page=True)


def _selection(result: Phase1Result, found: Sequence[Found]) -> Drawing:
    bars = {
        one.design: (np.roll(one.characteristics.selected, -1), np.roll(one.characteristics.selected_error, -1)) for one in found
    }
    figure = draw_bars([*result.doses, "none"], bars, unit="trials selecting, %")
    svg = inline_svg(figure, "Selection by dose and design")
    return Drawing(svg, "Dose recommended at the end; lines: twice the standard error.", "50rem")


def _treated(result: Phase1Result, found: Sequence[Found]) -> Drawing:
    bars = {one.design: (one.characteristics.treated, one.characteristics.treated_error) for one in found}
    figure = draw_bars(result.doses, bars, unit="patients per trial", percent=False)
    svg = inline_svg(figure, "Patients by dose and design")
    return Drawing(svg, "Patients treated at each dose, mean of all trials.", "50rem")


def _paths_section(result: Phase1Result) -> Section:
    grid = []
    for name, design in result.designs.items():
        letters = "EB" if uses_benefit(design) else "NT"
        steps = steps_of(design, result.document.cohort, cohorts=COHORTS_AHEAD, letters=letters)
        grid.append(inline_svg(draw_paths(steps, design.doses, name=name), f"Dose paths of {name}"))
    caption = (
        f"Every result of the first {COHORTS_AHEAD} cohorts: patients with toxicity in the cohort, and the dose of the next one. "
        "Designs that use benefit: with benefit in every patient. Darker: higher dose; grey: the trial stops."
    )
    return Section("Dose paths", grid=grid, grid_caption=caption, new_page=True)


def _paths(design: Design, cohort: int) -> list[tuple[str, str]]:
    """What the design says after the first cohorts; where it uses benefit, after every result of the first one."""
    if not uses_benefit(design):
        return path_rows(design, cohort=cohort, cohorts=COHORTS_AHEAD)
    now = design.decide(Outcomes.none(doses=design.doses))
    size = min(int(now.cohort[0]), cohort) if now.cohort[0] > 0 else cohort
    lines = [f"{int(now.dose[0])}{''.join(drawn)}" for drawn in combinations_with_replacement(LETTERS, size)]
    said = design.decide(Outcomes.read(lines, doses=design.doses))
    return [("", now.explain()), *((line, said.explain(place)) for place, line in enumerate(lines))]


def uses_benefit(design: Design) -> bool:
    """Whether the design asks for benefit besides toxicity."""
    return isinstance(inner_design(design), BOIN12 | UBOIN | EffTox)


def _letters(design: Design, patients: int) -> list[list[str]]:
    """The decision table, where the design is one."""
    try:
        return decision_rows(design, patients)
    except InvalidValue:
        return []


def _card(result: Phase1Result, name: str, design: Design) -> Card:
    document = result.document
    planned = document.cohort * document.max_cohorts
    plan = Plan(
        result.doses, document.target, cohort=document.cohort, planned=planned,
        window_days=definition_of(document).window_days, start=document.start,
    )  # fmt: skip
    shown = min(planned, LETTERS_UP_TO)
    letters = _letters(design, shown)
    boundaries = paths = None
    if letters:
        note = f"For up to {shown} patients at a dose; the CSV goes up to {planned}. NA: never."
        rows = [[cell.replace("<=", "≤").replace(">=", "≥") for cell in row] for row in boundary_rows(design, shown)]
        boundaries = Table(rows, note)
    else:
        rows = [["Outcomes so far", "Next"], *([line or "at first", said] for line, said in _paths(design, document.cohort))]
        paths = Table(
            rows, "A word per cohort: the dose, then a letter for each patient (N neither, T toxicity, E benefit, B both)."
        )
    chart = flow_chart_svg(flow_chart(design), f"Flow chart of {name}")
    text = statistics_text(design, plan)
    return Card(name, text, boundaries=boundaries, letters=letters, chart=chart, paths=paths)
