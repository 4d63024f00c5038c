"""What is shown of simulated phase 2 trials: true rates, operating characteristics, where they end, and protocol cards."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from immunoreset.report.svg import inline_svg
from immunoreset.report.trial_figures import Estimate, draw_rates, draw_stops
from immunoreset.report.trial_page import Card, Drawing, Section, Table
from immunoreset.virtual_trial.presented import ONCE, RESEARCH, Presented, mean, percent, wilson, words
from immunoreset.virtual_trial.single_arm import Harm
from immunoreset.virtual_trial.single_arm_trials import DAYS_OF_MONTH, Phase2Result


def present_phase_2(result: Phase2Result) -> Presented:
    """The parts of the page, the tables and the summary."""
    document = result.document
    rows = [{"design": name, **row} for name, one in result.found.items() for row in one.rows()]
    looks = [{"design": name, **row} for name, one in result.found.items() for row in one.look_rows()]
    bounds = [
        {"design": name, "patients": look, "stop if responses at most": low, "claim if responses at least": high}
        for name, plan in result.plans.items()
        for look, low, high in zip(plan.stopping.looks, plan.stopping.stop_le, plan.stopping.upper, strict=True)
    ]
    facts = [
        ("Patients", document.population.in_words),
        ("Treatment", document.treatment),
        ("Endpoint", f"{words(document.endpoint.measure)} on day {document.endpoint.day:g}"),
        ("Trials", f"{document.repeats:,} of each design"),
    ]
    if document.safety is not None:
        facts.append(("Safety rule", _safety_text(result)))
    return Presented(
        facts=facts,
        sections=[_truth(result), _characteristics(result), _looks(result)],
        tables={"operating_characteristics": rows, "looks": looks, "stopping_table": bounds},
        summary={"designs": {name: one.rows()[0] for name, one in result.found.items()}},
        assumptions=_assumptions(result),
        cards=[_card(result, name) for name in result.plans],
        meanings={
            "operating_characteristics": "one row per design, with standard errors and exact counterparts",
            "looks": "one row per design and look: share of trials that end there",
            "stopping_table": "responses at which each look stops",
        },
    )


def _truth(result: Phase2Result) -> Section:
    """Rates of the virtual patients, and of what the trial sees of them."""
    document, table = result.document, result.observed.table
    whole = ~table.failed[:, 0]
    number = int(whole.sum())
    one = next(iter(result.found.values()))
    rates = {
        f"{words(document.endpoint.measure)}, day {document.endpoint.day:g}": float(
            (table.visit(document.endpoint.measure, document.endpoint.day)[whole, 0] == 1).mean()
        ),
        "the same, as the trial counts it": one.rate,
        "dose-limiting toxicity": float((table.once["dlt"][whole, 0] == 1).mean()),
        "CRS of grade 3 or more": float((table.once["crs"][whole, 0] >= 3).mean()),
        "ICANS of grade 3 or more": float((table.once["icans"][whole, 0] >= 3).mean()),
    }
    found = {name: wilson(np.array([rate]), number) for name, rate in rates.items()}
    rows = [["Share of patients", "%", "95 % interval"]]
    rows += [[name, percent(part.rate[0]), f"{percent(part.low[0])}–{percent(part.high[0])}"] for name, part in found.items()]
    names = list(found)
    together = {
        "": Estimate(*(np.concatenate([getattr(part, end) for part in found.values()]) for end in ("rate", "low", "high")))
    }
    figure = draw_rates([_broken(name) for name in names], together, label="", joined=False)
    note = (
        f"n = {number:,}. As the trial counts it: missed visits, drop-out and rescue are non-response. 95 % intervals (Wilson)."
    )
    return Section(
        "What happens to the patients", tables=[Table(rows, note)], drawings=[Drawing(inline_svg(figure, "True rates"))]
    )


def _broken(name: str) -> str:
    """A name on several lines, to stand below an axis."""
    lines = [""]
    for word in name.split():
        lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < 15 else [*lines, word]
    return "\n".join(lines)


def _characteristics(result: Phase2Result) -> Section:
    timed = any(np.isfinite(one.duration).any() for one in result.found.values())
    head = ["Design", "", "go, %", "no go, %", "stop for safety, %", "early stop, %", "patients", *(["months"] if timed else [])]
    rows = [head]
    for name, one in result.found.items():
        row = one.rows()[0]
        months = one.duration / DAYS_OF_MONTH
        last = [mean(float(months.mean()), float(months.std() / np.sqrt(one.trials)))] if timed else []
        shares = [
            percent(float(row[part]), float(row[f"{part}, standard error"]))
            for part in ("go", "no go", "stop for safety", "early stop")
        ]
        patients = mean(float(row["expected patients"]), float(row["expected patients, standard error"]))
        rows.append([name, "simulated", *shares, patients, *last])
        exact = [percent(float(row[f"{part}, exact"])) for part in ("go", "no go", "stop for safety", "early stop")]
        rows.append(["", "exact", *exact, mean(float(row["expected patients, exact"])), *([""] if timed else [])])
    note = (
        f"{result.document.repeats:,} trials of each design; in brackets: Monte Carlo standard error. Exact: by enumeration, for "
        "independent patients with the same rates. Go: the treatment is called promising."
    )
    return Section("What the designs do", tables=[Table(rows, note, wide=True)], new_page=True)


def _looks(result: Phase2Result) -> Section:
    grid = []
    for name, one in result.found.items():
        rows = one.look_rows()
        parts = {part: np.array([float(row[part]) for row in rows]) for part in ("go", "no go", "stop for safety")}
        figure = draw_stops([f"{float(row['patients']):g}" for row in rows], parts, label="patients followed up", title=name)
        grid.append(inline_svg(figure, f"Where trials of {name} end"))
    return Section("Where the trials end", grid=grid, grid_caption="Share of trials that end at each look.")


def _safety_text(result: Phase2Result) -> str:
    rule = result.document.safety
    if rule is None:
        return "none"
    harm = Harm(rule.harm, rule.at_least)
    table = rule.table()
    stops = ", ".join(f"{least} of {look}" for look, least in zip(table.looks, table.stop_ge, strict=True) if least <= look)
    event = words(harm.name) + (f" of grade {rule.at_least} or more" if rule.at_least > 1 else "")
    return f"stop when P(rate of {event} > {100 * rule.limit:g} %) is above {100 * rule.sure:g} %: at {stops}"


def _card(result: Phase2Result, name: str) -> Card:
    plan, document = result.plans[name], result.document
    table = plan.stopping
    cell: Callable[[int, int], str] = lambda low, look: str(low) if 0 <= low <= look else "never"  # noqa: E731
    rows = [
        ["Patients followed up", *(str(look) for look in table.looks)],
        ["Stop if responses ≤", *(cell(low, look) for low, look in zip(table.stop_le, table.looks, strict=True))],
        ["Claim if responses ≥", *(cell(high, look) for high, look in zip(table.upper, table.looks, strict=True))],
    ]
    text = [
        plan.text,
        f"The endpoint is {words(document.endpoint.measure)} on day {document.endpoint.day:g} after the infusion. Rescue "
        "treatment, drop-out, death "
        "and a missed visit count as non-response (composite strategy).",
    ]
    paths = None
    if document.safety is not None:
        text.append(f"Safety: {_safety_text(result)}.")
        safety = document.safety.table()
        paths = Table(
            [
                ["Patients treated", *map(str, safety.looks)],
                ["Stop if events ≥", *(cell(least, look) for least, look in zip(safety.stop_ge, safety.looks, strict=True))],
            ]
        )
    return Card(
        name,
        text,
        boundaries=Table(rows, "At the last look, more responses than the lower bound are a claim."),
        boundaries_title="Stopping table",
        paths=paths,
        paths_title="Safety rule",
    )


def _assumptions(result: Phase2Result) -> list[str]:
    document = result.document
    seen = document.observation
    failed = int(result.observed.table.failed.sum())
    return [
        RESEARCH,
        ONCE,
        f"Visits are missed with probability {seen.missed:g}; patients drop out at a rate of {seen.drop_out:g} a year; "
        "results are known "
        f"{seen.delay:g} days later.",
        "Dose-limiting toxicity: " + ("as given in the document." if document.dlt is not None else "constructed from "
        "common practice; "
        "no protocol's own words. Organ toxicities other than CRS, ICANS and neutropenia are not modelled."),
        f"{failed} of {result.observed.table.patients:,} simulations failed; they count as missed visits.",
    ]  # fmt: skip
