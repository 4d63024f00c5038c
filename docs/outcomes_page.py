"""The lists of docs/outcomes.md: outcomes of a study, quantities over time, and what visits of a trial show, from the code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from immunoreset.catalogue import built_in
from immunoreset.disease.lupus import LUPUS
from immunoreset.followed import followed
from immunoreset.outcomes import OF_CELLS, OF_SAFETY
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST
from immunoreset.patient.outcome import Outcome
from immunoreset.therapy import standard

PAGE = Path(__file__).resolve().parent / "outcomes.md"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown."""
    heads = list(heads)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def kind(outcome: Outcome) -> str:
    """What its values are."""
    return "yes or no" if outcome.share else outcome.unit or "number"


def after_death(name: str, outcome: Outcome) -> str:
    """What an outcome is of a twin who has died before it is read."""
    if name.startswith("death"):
        return ""
    if name.startswith(("eskd_year", "relapse_year")):
        return "no, where it had not come before"
    if name == "returning_b_cells_naive_percent":
        return "missing"
    if outcome.on is not None:
        return "no" if outcome.share and not outcome.of_living else "missing"
    return "has not happened" if outcome.unit == "day" else ""


def outcomes() -> str:
    """Every outcome, those of lupus between those of cells and those of safety."""
    listed = {**OF_CELLS, **LUPUS.outcomes, **OF_SAFETY}
    rows = ([f"`{name}`", one.label, kind(one), after_death(name, one)] for name, one in listed.items())
    return table(("name", "what it is", "values", "in who has died before"), rows)


def quantities() -> str:
    """What every study keeps over time of a patient with lupus who is given CAR-T cells, by name."""
    outputs = compose(*HOST, *LUPUS.modules, *standard("car-t").modules({}, built_in().theta)).outputs
    names = [name for name in followed(LUPUS) if name in outputs]
    return table(("name", "what it is", "unit"), ([f"`{name}`", outputs[name].label, outputs[name].unit] for name in names))


def others() -> str:
    """The outcomes and quantities of every other disease, those of one score in one row."""
    sections = []
    for disease in built_in().diseases.values():
        if disease is LUPUS or not disease.outcomes:
            continue
        rows: dict[tuple[str, str], list[str]] = {}
        for name, one in disease.outcomes.items():
            what = re.sub(r" (at|by) (day \d+|entry)(?=,|$)", "", one.label)
            rows.setdefault((what, kind(one)), []).append(f"`{name}`")
        scored = table(("names", "what it is", "values"), ([", ".join(names), *what] for what, names in rows.items()))
        outputs = compose(*HOST, *disease.modules).outputs
        kept = [name for name in disease.followed if name not in followed(LUPUS)]
        curves = ", ".join(f"`{name}` ({outputs[name].label}, {outputs[name].unit})" for name in kept)
        title = f"### {disease.title[0].upper()}{disease.title[1:]}"
        sections.append(f"{title}\n\n{scored}\nKept over time besides: {curves}.\n")
    return "\n".join(sections)


def parts() -> dict[str, str]:
    """Each list by its mark in the page."""
    return {"outcomes": outcomes(), "quantities": quantities(), "others": others()}
