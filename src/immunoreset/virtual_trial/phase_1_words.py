"""What a phase 1 page says in words: the settings, the definition of toxicity, and what is assumed."""

from __future__ import annotations

from immunoreset.endpoints.toxicity import dlt
from immunoreset.virtual_trial.phase_1 import Phase1Result, definition_of
from immunoreset.virtual_trial.presented import DOSE_RESPONSE, ONCE, RESEARCH, words

MODELLED = ("CRS", "ICANS", "neutropenia")


def facts_of(result: Phase1Result) -> list[tuple[str, str]]:
    """The settings, as pairs of a label and its value."""
    document = result.document
    size = f"of at most {document.max_cohorts} cohorts of {document.cohort}, from dose {document.start}"
    facts = [
        ("Patients", _patients(result)),
        ("Designs", ", ".join(result.designs)),
        ("Trials", f"{document.repeats:,} of each design, {size}"),
        ("Target toxicity rate", f"{100 * document.target:g} %"),
    ]
    facts += [(f"Dose {place}: {name}", given) for place, (name, given) in enumerate(document.doses.items(), start=1)]
    if document.enrolment is not None:
        shown = ", ".join(f"{site.name} ({site.per_month:g} volunteers a month)" for site in document.enrolment.sites)
        facts.append(("Sites", shown))
    return facts


def _patients(result: Phase1Result) -> str:
    document = result.document
    if document.population is not None:
        return document.population.in_words
    if document.outcomes is not None:
        return f"{result.scenarios[0].patients} real patients of {document.outcomes}"
    return "rates by dose, as given"


def assumptions_of(result: Phase1Result) -> list[str]:
    """What a reader must know before believing a number."""
    document, definition = result.document, definition_of(result.document)
    source = "given in the document" if document.dlt is not None else "constructed from common practice, no protocol's own words"
    criteria = "; ".join(one.name for one in definition.criteria)
    lines = [RESEARCH]
    if result.table is not None:
        failed = int(result.table.failed.any(axis=1).sum())
        lines += [
            ONCE,
            f"Dose-limiting toxicity ({source}), beginning within {definition.window_days:g} days of the infusion: {criteria}.",
            *_not_modelled(definition),
            DOSE_RESPONSE,
            _benefit(result),
            f"{failed} of {result.table.patients:,} patients had a failed simulation" + (" and are left out." if failed else "."),
        ]
    lines.append("Overdose risk: share of trials with more than 60 % of the planned patients at doses truly above the target.")
    if document.enrolment is not None:
        trials = min(document.enrolment.repeats, document.repeats)
        lines.append(f"Months are those of {trials:,} trials of each design in calendar time, until the last outcome is known.")
    return lines


def _not_modelled(definition: dlt.Definition) -> list[str]:
    """Toxicities of the definition that the model does not have."""
    others = dict.fromkeys(one.toxicity for one in definition.criteria if one.toxicity not in (*MODELLED, None))
    if not others:
        return []
    return [f"Not modelled, and so never met here: {', '.join(map(str, others))}, death. True rates may be higher for these."]


def _benefit(result: Phase1Result) -> str:
    chosen = result.document.benefit
    day = "" if chosen.outcome == "depleted" else f" on day {chosen.day:g}"
    known = (
        "in calendar time when its day has come" if result.document.enrolment is not None else "when the next cohort is decided"
    )
    return f"Benefit, for designs that use it: {words(chosen.outcome)}{day}; known {known}."
