"""What the pages show of each disease: whom it strikes, how it is treated, what is drawn and judged, what is known and missed."""

from __future__ import annotations

import math
from dataclasses import asdict
from functools import cache
from typing import Any

from immunoreset.catalogue import built_in
from immunoreset.catalogue.standard import patient_with
from immunoreset.disease.disease import Disease
from immunoreset.disease.facts import Facts
from immunoreset.disease.families.autoimmune import autoreactive_loop
from immunoreset.disease.families.autoimmune.loop_map import unstable_root
from immunoreset.outcomes import outcomes_of
from immunoreset.patient.course import refusal
from immunoreset.patient.outcome import Panel
from immunoreset.population import mackensen_2022
from immunoreset.population.changed import typical_values
from immunoreset.population.twins import TWINS_OF
from immunoreset.report.panels import OF_B_CELLS, OF_SAFETY
from immunoreset.report.words import number
from immunoreset.therapy import Regimen
from immunoreset.therapy.standard import STANDARD

OF_EVERYBODY = ("age", "sex", "weight_kg")
"""Facts that are read of a patient with any disease."""
KEY_DAY = 180
KEY_SAFETY = ("crs_any", "crs_grade2_plus", "b_cell_return_day")


@cache
def described(disease: Disease) -> dict[str, Any]:
    """A disease as the pages have it; the first population is the one that is taken if none is named."""
    outcomes = outcomes_of(disease)
    return {
        "name": disease.name,
        "title": disease.title,
        "populations": [{"name": group.name, "title": group.title} for group in disease.populations],
        "known": disease.known,
        "missed": disease.missed,
        "facts": [*OF_EVERYBODY, *disease.facts],
        "published_patients": [asdict(facts) for facts in published_patients(disease)],
        "standard_treatments": [{"name": name, "text": text} for name, text in STANDARD.items() if takes(disease, text)],
        "refuses": {
            name: why for name, why in disease.refuses.items() if name in built_in().drugs and not takes(disease, example(name))
        },
        "panels": [asdict(panel) for panel in panels_drawn(disease) if not panel.by_organ],
        "organ_panels": [asdict(panel) for panel in disease.organ_panels],
        "measured_panels": [asdict(panel) for panel in disease.panels if panel.by_organ],
        "outcomes": [{"name": name, **asdict(outcome)} for name, outcome in outcomes.items()],
        "key_outcomes": [name for name in (key_outcome(disease), *KEY_SAFETY) if name in outcomes],
    }


def published_patients(disease: Disease) -> list[Facts]:
    """The published patients who have this disease."""
    return mackensen_2022() if built_in().population(TWINS_OF)[0] is disease else []


def example(drug: str) -> str:
    """How a drug is given if nothing else is said."""
    return f"{drug} {built_in().drugs[drug].example}"


def takes(disease: Disease, text: str) -> bool:
    """Whether a patient with the disease can be given a regimen; a rule of care, which has no day of its own, always."""
    items = Regimen.parse(text, built_in().drugs).items
    return not any(refusal(disease, item) for item in items)


def key_outcome(disease: Disease) -> str:
    """What is told first of a disease: its first yes or no at half a year; empty if it has none."""
    found = (name for name, about in disease.outcomes.items() if about.share and name.endswith(f"_day{KEY_DAY}"))
    return next(found, "")


@cache
def panels_drawn(disease: Disease) -> tuple[Panel, ...]:
    """What is drawn of a patient over time: cells, where there is one the loop of autoreactive cells, the disease, safety."""
    loop = (_autoreactive_cells(disease),) if autoreactive_loop.MODULE in disease.modules else ()
    return (*OF_B_CELLS, *loop, *disease.panels, *OF_SAFETY)


def _autoreactive_cells(disease: Disease) -> Panel:
    """Autoreactive cells in tissue, with the level below which the loop of the typical patient stays off."""
    patient = patient_with(disease.name)
    values = built_in().theta.values_for(patient.modules, typical_values(disease, built_in()))
    level = float(unstable_root(patient.build(values).autoreactive_loop))
    there = math.isfinite(level)
    return Panel(
        "autoreactive_tissue_fraction",
        "Autoreactive B cells",
        "× active disease",
        log=True,
        floor=1e-4,
        line=level if there else None,
        line_meaning=f"threshold: {number(level)}" if there else "",
    )
