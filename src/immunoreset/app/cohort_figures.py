"""What the Cohort page draws: endpoints by visit, times to an event, waterfall, swimmer plot, bands."""

from __future__ import annotations

import math
import re
from dataclasses import asdict
from typing import Any

import numpy as np

from immunoreset.app.answers import number, numbers
from immunoreset.evidence import bands
from immunoreset.report.panels import panels_of
from immunoreset.results import ArmResult, StudyResult
from immunoreset.trial.analysis.kaplan_meier import kaplan_meier, median_time

TIMES = {
    "b_cells_undetectable_day": "without clearance of B cells from blood",
    "b_cell_return_day": "without return of B cells to blood",
    "car_t_cleared_day": "with CAR-T cells in blood",
}
SWIMMERS = 60
BARS = 400
CURVE_POINTS = 120
_VISIT = re.compile(r"^(.+)_day(\d+)$")


def figures_of(result: StudyResult) -> dict[str, Any]:
    """All figures, by name and arm."""
    stop = float(result.days[-1])
    arms = result.arms.items()
    return {
        "days": numbers(result.days),
        "failed": result.failed,
        "about": [{"name": name, **asdict(outcome)} for name, outcome in result.about.items()],
        "endpoints": [row for name, arm in arms for row in endpoint_rows(name, arm)],
        "times": [row for name, arm in arms for row in times_of(name, arm, stop)],
        "waterfall": {name: waterfall(arm) for name, arm in arms},
        "swimmers": {name: swimmers(arm, result.days) for name, arm in arms},
        "bands": {name: _bands(arm) for name, arm in arms},
    }


def endpoint_rows(arm: str, found: ArmResult) -> list[dict[str, Any]]:
    """Each yes or no by visit, with its exact 95 % interval; each score with its median and 5 to 95 % range."""
    rows = []
    for name, values in found.outcomes.values.items():
        visit = _VISIT.match(name)
        known = values[np.isfinite(values)]
        if visit is None or not len(known):
            continue
        about = found.about[name]
        if about.share:
            low, high = bands.fraction(int(known.sum()), len(known))
            value = float(known.mean())
        else:
            low, value, high = np.quantile(known, [0.05, 0.5, 0.95])
        rows.append(
            {
                "arm": arm,
                "endpoint": visit[1],
                "label": re.sub(rf"(,? (at|by) day {visit[2]})$", "", about.label),
                "unit": about.unit,
                "day": int(visit[2]),
                "share": about.share,
                "value": number(value),
                "low": number(low),
                "high": number(high),
                "twins": len(known),
                "without_value": len(values) - len(known),
            }
        )
    return rows


def times_of(arm: str, found: ArmResult, stop: float) -> list[dict[str, Any]]:
    """Kaplan-Meier curves with 95 % intervals; who had no event is followed to the last day. Failed twins are left out."""
    rows = []
    alive = ~found.outcomes.failed
    for name, label in TIMES.items():
        days = found.outcomes.values.get(name, np.empty(0))[alive] if name in found.outcomes.values else np.empty(0)
        if not np.isfinite(days).any():
            continue
        event = np.isfinite(days)
        time = np.where(event, np.maximum(days, 0.0), stop)
        at = np.unique(np.concatenate([[0.0], np.quantile(time, np.linspace(0, 1, CURVE_POINTS)), [stop]]))
        curve = kaplan_meier(time, event, days=at)
        median = float(median_time(time, event))
        rows.append(
            {
                "arm": arm,
                "outcome": name,
                "label": label,
                "days": numbers(at),
                "share": numbers(curve.survival),
                "low": numbers(curve.lower),
                "high": numbers(curve.upper),
                "at_risk": numbers(curve.at_risk),
                "median": number(median),
                "twins": len(time),
                "events": int(event.sum()),
            }
        )
    return rows


def waterfall(found: ArmResult) -> dict[str, Any] | None:
    """Change of the first score of the disease from entry to day 180, worst first; with many twins evenly spaced ones of them.

    None where the patients have no such score.
    """
    values = found.outcomes.values
    entries = (name for name in values if name.endswith("_entry"))
    pairs = ((name, name.removesuffix("_entry") + "_day180") for name in entries)
    entry, later = next((pair for pair in pairs if pair[1] in values), ("", ""))
    if not entry:
        return None
    change = values[later] - values[entry]
    change = np.sort(change[np.isfinite(change)])[::-1]
    if len(change) > BARS:
        change = change[np.linspace(0, len(change) - 1, BARS).round().astype(int)]
    about = found.about[later]
    return {"label": f"{about.label} less entry", "unit": about.unit, "changes": numbers(change)}


def swimmers(found: ArmResult, days: np.ndarray) -> list[dict[str, Any]]:
    """The first twins, each with spans of days: CAR-T in blood, no B cells, and in lupus SLEDAI-2K of 0."""
    outcomes, score, lanes = found.outcomes, found.trajectories.get("sledai_2k"), []
    for row in np.flatnonzero(~outcomes.failed)[:SWIMMERS]:
        value = {name: float(outcomes.values[name][row]) for name in TIMES if name in outcomes.values}
        gone, back = value["b_cells_undetectable_day"], value["b_cell_return_day"]
        last = float(days[-1])
        quiet = [] if score is None else stretches(score[row] == 0, days)
        spans = [("SLEDAI-2K of 0", first, end) for first, end in quiet]
        if math.isfinite(gone):
            spans.append(("no B cells", gone, back if math.isfinite(back) and back > gone else last))
        if math.isfinite(value["car_t_cleared_day"]):
            spans.append(("CAR-T in blood", 0.0, value["car_t_cleared_day"]))
        lanes.append(
            {
                "patient": str(found.patient_of_twin[row]),
                "twin": int(outcomes.twin[row]) + 1,
                "spans": [{"what": what, "from": number(first), "to": number(end)} for what, first, end in spans],
                "relapse_free": _answer(outcomes.values.get("remission_day540"), int(row)),
            }
        )
    return lanes


def _answer(values: np.ndarray | None, row: int) -> bool | None:
    return None if values is None or not np.isfinite(values[row]) else bool(values[row])


def stretches(holds: np.ndarray, days: np.ndarray) -> list[tuple[float, float]]:
    """First and last day of each stretch in which something holds.

    >>> stretches(np.array([False, True, True, False, True]), np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
    [(1.0, 2.0), (4.0, 4.0)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(int)))
    return [(float(days[first]), float(days[end - 1])) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _bands(found: ArmResult) -> dict[str, Any]:
    """Quantiles by day of what the panels show."""
    shown = [panel.output for panel in panels_of(*found.diseases) if panel.output in found.trajectories]
    return {output: numbers(found.quantiles(output)) for output in shown}
