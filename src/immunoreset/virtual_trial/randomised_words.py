"""What the pages of randomised trials share: the arms, the endpoint, the test in words, and what is assumed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from immunoreset.report.svg import inline_svg
from immunoreset.report.trial_figures import draw_rates
from immunoreset.report.trial_page import Drawing, Section, Table
from immunoreset.trial.group_sequential.design import BOUNDARY_KINDS
from immunoreset.virtual_trial.endpoint import Change, Endpoint, Response
from immunoreset.virtual_trial.observation import Observed
from immunoreset.virtual_trial.presented import ONCE, RESEARCH, mean, percent, wilson, words
from immunoreset.virtual_trial.randomised import Factor, Randomised
from immunoreset.virtual_trial.randomised_document import RandomisedDocument
from immunoreset.virtual_trial.tables import build

Floats = NDArray[np.float64]
METHODS = {"blocks": "stratified permuted blocks", "minimisation": "minimisation", "complete": "complete randomisation"}


def facts_of_arms(document: RandomisedDocument) -> list[tuple[str, str]]:
    """Patients, endpoint and arms, as pairs of a label and its value."""
    facts = [
        ("Patients", document.population.in_words),
        ("Endpoint", endpoint_in_words(document)),
    ]
    control = " (control)"
    return facts + [(f"Arm: {name}{control if name == document.control else ''}", given) for name, given in document.arms.items()]


def endpoint_in_words(document: RandomisedDocument) -> str:
    """The primary endpoint as a reader knows it."""
    endpoint = document.read_endpoint()
    if isinstance(endpoint, Response):
        return f"{words(endpoint.measure)} on day {endpoint.day:g}"
    return endpoint.text


def truth_section(document: RandomisedDocument, observed: Observed) -> Section:
    """The endpoint in every arm as the trial counts it, and responses at all visits."""
    endpoint = document.read_endpoint()
    rescue = None if document.rescue is None else build(document.rescue)
    truth = endpoint.read(observed, rescue).truth
    table = observed.table
    rows = [["Arm", endpoint_in_words(document), "CRS ≥ 3, %", "ICANS ≥ 3, %"]]
    binary = isinstance(endpoint, Response)
    means = np.nanmean(truth, axis=0)
    for place, name in enumerate(table.arms):
        value = f"{percent(float(means[place]))} %" if binary else mean(float(means[place]), _error(truth[:, place]))
        severe = [percent(float(np.nanmean(table.once[event][:, place] >= 3))) for event in ("crs", "icans")]
        rows.append([name, value, *severe])
    drawings = []
    if binary:
        one = wilson(means, table.patients)
        figure = draw_rates(list(table.arms), {endpoint_in_words(document): one}, label="arm", joined=False)
        caption = f"n = {table.patients:,} in every arm, as the trial counts it; 95 % intervals (Wilson)."
        drawings = [Drawing(inline_svg(figure, "The endpoint by arm"), caption, "36rem")]
    return Section("What happens in each arm", tables=[Table(rows)], drawings=drawings)


def _error(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.std() / np.sqrt(max(len(known), 1)))


def comparison_text(document: RandomisedDocument, trial: Randomised) -> list[str]:
    """The paragraph for a protocol."""
    plan = trial.plan
    factors = ", ".join(map(_factor, trial.factors)) or "none"
    events = "Rescue treatment, drop-out, death and a missed visit count as non-response (composite strategy)."
    lines = [
        f"Patients are randomised {trial.ratio[0]}:{trial.ratio[1]} to treatment and control by {METHODS[trial.method]}; "
        f"factors: {factors}.",
        f"The primary endpoint, {endpoint_in_words(document)}, is compared by {_test(trial.endpoint)}, "
        f"{'one' if plan.sides == 1 else 'two'}-sided alpha {plan.alpha:g}."
        + (f" {events}" if isinstance(trial.endpoint, Response) else ""),
    ]
    if len(plan.information) > 1:
        shares = ", ".join(f"{rate:.3g}" for rate in plan.information)
        kind = BOUNDARY_KINDS[plan.kind].split(", parameter")[0]
        lines.append(
            f"Looks are taken when shares {shares} of the patients have been followed up to the endpoint; boundary: {kind}."
        )
    if plan.futility is not None:
        lines.append(f"Stopping for futility is {'binding' if plan.futility.binding else 'not binding'}.")
    return lines


def _factor(factor: Factor) -> str:
    name = words(factor.name)
    return name if factor.at_least == 1 else f"{name} of {factor.at_least:g} or more"


def _test(endpoint: Endpoint) -> str:
    """The test of an endpoint, as it is done for every simulated trial."""
    if isinstance(endpoint, Response):
        return "the Cochran-Mantel-Haenszel test"
    if isinstance(endpoint, Change):
        return "analysis of covariance"
    return "the difference of restricted mean times" if endpoint.test == "rmst" else "the stratified log-rank test"


def assumptions_of(document: RandomisedDocument, observed: Observed) -> list[str]:
    """What a reader must know before believing a number."""
    seen = document.observation
    failed = int(observed.table.failed.any(axis=1).sum())
    rescue = (
        "No rescue rule is applied."
        if document.rescue is None
        else "Rescue follows the rule of the document; outcomes after it are not simulated."
    )
    return [
        RESEARCH,
        ONCE,
        f"Visits are missed with probability {seen.missed:g}; patients drop out at a rate of {seen.drop_out:g} a year, "
        "whatever the arm; results are "
        f"known {seen.delay:g} days later.",
        rescue,
        "The size of the effects is the model's; that of CAR-T cells rests on small published series without controls.",
        f"{failed} of {observed.table.patients:,} patients had a failed simulation in some arm; it counts as a missed visit.",
    ]
