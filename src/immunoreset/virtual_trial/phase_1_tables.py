"""Tables of simulated phase 1 trials: true rates by dose, operating characteristics, and the virtual patients."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from immunoreset.report.trial_figures import Estimate
from immunoreset.trial.outcome_sources import ObservedOutcomes
from immunoreset.virtual_trial.phase_1 import Phase1Result, Scenario
from immunoreset.virtual_trial.potential_outcomes import PotentialTable
from immunoreset.virtual_trial.presented import Row, wilson, words


def true_rates(result: Phase1Result) -> dict[str, Estimate]:
    """Rates by dose of the virtual patients, with 95 % intervals."""
    table, benefit = result.table, result.benefit
    if table is None or benefit is None:
        return {}
    whole = ~table.failed.any(axis=1)
    number = int(whole.sum())
    once = {name: table.once[name][whole] for name in ("dlt", "crs", "icans")}
    document = result.document
    day = "" if document.benefit.outcome == "depleted" else f", day {document.benefit.day:g}"
    flags: dict[str, NDArray] = {
        "dose-limiting toxicity": once["dlt"] == 1,
        "CRS of any grade": once["crs"] >= 1,
        "CRS of grade 3 or more": once["crs"] >= 3,
        "ICANS of any grade": once["icans"] >= 1,
        "ICANS of grade 3 or more": once["icans"] >= 3,
        words(document.benefit.outcome) + day: benefit[whole] == 1,
    }
    return {name: wilson(flag.mean(axis=0), number) for name, flag in flags.items()}


def _given_rates(scenario: Scenario) -> dict[str, Estimate]:
    toxic, effective = scenario.source.rates()
    found = {f"{scenario.name}: toxicity": Estimate(toxic, toxic, toxic)}
    if effective.any():
        found[f"{scenario.name}: benefit"] = Estimate(effective, effective, effective)
    return found


def all_rates(result: Phase1Result) -> dict[str, Estimate]:
    """Rates by dose of the patients, or as given; with 95 % intervals where they come from patients."""
    if result.table is not None:
        return true_rates(result)
    found: dict[str, Estimate] = {}
    for scenario in result.scenarios:
        found |= _given_rates(scenario)
        if isinstance(scenario.source, ObservedOutcomes):
            number = np.bincount(np.asarray(scenario.source.dose), minlength=scenario.source.doses + 1)[1:]
            parts = {
                name: [wilson(rate, int(n)) for rate, n in zip(one.rate, number, strict=True)] for name, one in found.items()
            }
            found = {name: Estimate(*(np.array(part) for part in zip(*each, strict=True))) for name, each in parts.items()}
    return found


def true_rows(result: Phase1Result) -> list[Row]:
    """One row per event and dose."""
    return [
        {
            "event": name,
            "dose": place,
            "name": dose,
            "rate": float(one.rate[place - 1]),
            "low": float(one.low[place - 1]),
            "high": float(one.high[place - 1]),
        }
        for name, one in all_rates(result).items()
        for place, dose in enumerate(result.doses, start=1)
    ]


def tidy_rows(result: Phase1Result) -> list[Row]:
    """One row per scenario, design, measure and dose; dose 0 is no dose, or the trial as a whole."""
    rows: list[Row] = []
    knows = {scenario.name: getattr(scenario.source, "knows_benefit", True) for scenario in result.scenarios}
    for one in result.found:
        made = one.characteristics
        measures: list[tuple[str, int, float, float]] = [
            ("selected", dose, *pair)
            for dose, pair in enumerate(zip(made.selected.tolist(), made.selected_error.tolist(), strict=True))
        ]
        for name, means, errors in (("patients", made.treated, made.treated_error), ("toxicities", made.toxic, made.toxic_error)):
            measures += [
                (name, dose, *pair) for dose, pair in enumerate(zip(means.tolist(), errors.tolist(), strict=True), start=1)
            ]
        responses = made.effective.tolist() if knows[one.scenario] else []
        measures += [("responses", dose, value, float("nan")) for dose, value in enumerate(responses, start=1)]
        measures.append(("overdose risk", 0, made.overdose_risk, made.overdose_risk_error))
        measures.append(("stopped early", 0, made.stopped, made.stopped_error))
        measures.append(("months", 0, *one.months))
        for name, dose, value, error in measures:
            rows.append(
                {
                    "scenario": one.scenario,
                    "design": one.design,
                    "trials": made.trials,
                    "measure": name,
                    "dose": dose,
                    "value": value,
                    "standard error": error,
                }
            )
    return rows


def summary_of(result: Phase1Result, scenario: Scenario) -> dict[str, object]:
    """The operating characteristics in one scenario, as numbers."""
    return {
        "true toxicity": scenario.source.rates()[0],
        "true benefit": scenario.source.rates()[1] if getattr(scenario.source, "knows_benefit", True) else None,
        "designs": {
            one.design: {
                "trials": one.characteristics.trials,
                "selected (none, then by dose)": one.characteristics.selected,
                "patients": one.characteristics.treated,
                "toxicities": one.characteristics.toxic,
                "overdose risk": one.characteristics.overdose_risk,
                "stopped early": one.characteristics.stopped,
                "months": one.months[0],
            }
            for one in result.of(scenario.name)
        },
    }


def patient_rows(table: PotentialTable, benefit: NDArray | None) -> list[Row]:
    """One row per virtual patient and dose."""
    columns = {name: table.once[name] for name in ("dlt", "dlt_day", "crs", "crs_day", "icans", "icans_day", "depleted")}
    if benefit is not None:
        columns["benefit"] = benefit
    plain = {name: values.tolist() for name, values in columns.items()}
    return [
        {"patient": int(table.ids[row]), "arm": arm, "failed": bool(table.failed[row, place])}
        | {name: values[row][place] for name, values in plain.items()}
        for row in range(table.patients)
        for place, arm in enumerate(table.arms)
    ]
