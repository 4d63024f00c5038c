"""The report of a study: one self-contained HTML page that prints well and needs no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from immunoreset.disease.disease import Disease
from immunoreset.evidence import Comparison, published_points
from immunoreset.patient import tolerance
from immunoreset.patient.outcome import Panel
from immunoreset.report.by_disease import of_each_disease, shared_outcomes
from immunoreset.report.comparison_words import OWN_TOLERANCE, TUNED, in_words
from immunoreset.report.figures import MOST_BANDS, draw_arms, draw_one_arm
from immunoreset.report.keys import band_drawing, keys_of_arms, keys_of_one_arm
from immunoreset.report.organ_section import organs_of
from immunoreset.report.outcome_table import outcome_rows
from immunoreset.report.panels import panels_asked_for, panels_of, panels_with_organs, side_by_side
from immunoreset.report.scan_maps import maps_of, rows_of, shown_in_words
from immunoreset.report.uncertainty_section import unsure_of
from immunoreset.report.words import arm_in_words, capitalised, interval, number, treatment_in_words, unit_in_words
from immunoreset.results import ArmResult, StudyResult

STANDINGS = {
    "published": "used as published",
    "adapted": "published, then adapted",
    "calibrated": "set to published facts, which narrow it",
    "tuned": "set to published facts, which may not narrow it",
    "unverified": "recalled, to be checked against the paper",
    "assumed": "assumed by us",
}
_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
ROMAN = tuple(tens + ones for tens in ("", "x", "xx") for ones in _ONES)[1:]


def _indirect(comparisons: Sequence[Comparison]) -> list[str]:
    """What the model was tuned to instead of a number of the table, each once."""
    return list(dict.fromkeys(row.tuned_to for row in comparisons if row.tuned_to))


def _comparison_rows(comparisons: Sequence[Comparison]) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """The rows of the comparison table, its numbered sources, and the lettered reasons of tolerances that we chose."""
    sources = list(dict.fromkeys(row.source for row in comparisons))
    reasons = list(dict.fromkeys(row.band for row in comparisons if row.band.startswith(OWN_TOLERANCE)))
    indirect = _indirect(comparisons)
    rows = []
    for row in comparisons:
        words = in_words(row)
        note = chr(ord("a") + reasons.index(row.band)) if words.ours else ""
        without = f"{row.without_value} of {row.twins + row.without_value} twins without a value"
        rows.append(
            {
                **words._asdict(),
                "how": "tolerance chosen by us" if note else row.band,
                "note": note,
                "drawing": band_drawing(row),
                "tuned_note": ROMAN[indirect.index(row.tuned_to)] if row.tuned_to else "",
                "standing": row.standing,
                "source": sources.index(row.source) + 1,
                "missing": without if row.without_value else "",
            }
        )
    return rows, sources, [reason.removeprefix(OWN_TOLERANCE) for reason in reasons]


def _points_in_words(panels: Sequence[Panel]) -> list[dict[str, str]]:
    """What is drawn in each panel that has published points."""
    titles = {panel.output: panel.title for panel in panels}
    return [
        {"panel": titles[point.output], "label": point.label, "source": point.source.citation, "standing": point.standing}
        for point in published_points()
        if point.output in titles
    ]


def _panels_asked_for(result: StudyResult, shown: Sequence[Panel]) -> tuple[Panel, ...]:
    """Panels of what the study asks for in [outputs] beyond those `shown`, in the order of the document."""
    labels = {name: label for arm in result.arms.values() for name, label in arm.labels.items()}
    units = {name: unit for arm in result.arms.values() for name, unit in arm.units.items()}
    return panels_asked_for(result.asked_for, shown, labels, units)


def _curves(arm: ArmResult, panels: Sequence[Panel]) -> dict[str, np.ndarray]:
    """Quantiles of the panels that apply to the patients of this arm."""
    return {panel.output: arm.quantiles(panel.output) for panel in panels if panel.output in arm.trajectories}


def _arms_with_cells(result: StudyResult) -> list[str]:
    return [name for name, arm in result.arms.items() if np.isfinite(arm.outcomes.values["car_t_peak_day"]).any()]


def _figures(result: StudyResult, shown: str, with_points: bool) -> dict[str, Any]:
    """The panels of the arm `shown` and those that compare the arms, each a drawing of its own, with their legends."""
    points = published_points() if with_points else ()
    sources = sorted({point.source.short for point in points})
    of_every_study = panels_of(*result.diseases)
    asked_for = _panels_asked_for(result, of_every_study)
    panels = (*of_every_study, *asked_for)
    curves = {name: _curves(arm, panels) for name, arm in result.arms.items()}
    elsewhere = {panel.output for panel in panels_with_organs(*result.diseases)}
    compared = side_by_side(*result.diseases, with_cells=len(_arms_with_cells(result)) > 1) - elsewhere
    one, side = [], []
    for panel in panels:
        if panel.by_organ:
            continue
        if panel.output in curves[shown]:
            words = f"{panel.title} over time in the {arm_in_words(shown)} arm"
            one.append(draw_one_arm(result.days, curves[shown], panel, points, sources, words))
        in_several = panel.output in compared and sum(panel.output in arm for arm in curves.values()) > 1
        if in_several or (panel in asked_for and len(curves) > 1 and any(panel.output in arm for arm in curves.values())):
            side.append(draw_arms(result.days, curves, panel, f"{panel.title} over time in each arm"))
    return {
        "panels": one,
        "keys": keys_of_one_arm(sources),
        "side_panels": side,
        "side_keys": keys_of_arms(map(arm_in_words, curves)),
    }


def _beyond_bounds(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each number outside its bounds, with them and the arms, in words."""
    return [
        f"{row['parameter']} = {number(row['value'])} {unit_in_words(row['unit'])} "
        f"(bounds {interval(*row['bounds'])}; {', '.join(map(arm_in_words, row['arms']))})"
        for row in found
    ]


def _who(patients: int, twins: int) -> str:
    return f"{twins} virtual patients" if patients == twins else f"{twins} virtual twins of {patients} patients"


def _arms(result: StudyResult) -> list[dict[str, Any]]:
    """Name, treatment and number of twins of each arm."""
    arms = []
    for name, arm in result.arms.items():
        given, rules = treatment_in_words(arm.treatment)
        arms.append(
            {
                "name": arm_in_words(name),
                "given": given,
                "rules": rules,
                "twins": arm.twins,
                "who": _who(len(arm.patients), arm.twins),
                "failures": arm.failures,
                "failed": int(arm.outcomes.failed.sum()),
            }
        )
    return arms


def _in_words(disease: Disease) -> dict[str, str]:
    """What is simulated of a disease and what is left out."""
    return {"title": capitalised(disease.title), "known": disease.known, "missed": disease.missed}


def build_page(result: StudyResult) -> str:
    """The whole page as text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    manifest = result.manifest
    standing = manifest["parameters_by_standing"]
    total = sum(standing.values())
    rows, sources, reasons = _comparison_rows(result.comparisons)
    arms = _arms(result)
    summary = result.summary()["arms"]
    shown = next(iter((*_arms_with_cells(result), *result.arms)))  # the first that gets cells, since all panels tell of it
    environment = Environment(loader=PackageLoader("immunoreset.report", "."), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html.j2").render(
        title=result.title,
        description=manifest["study"]["description"],
        shown_arm=arms[list(result.arms).index(shown)],
        arms=arms,
        diseases=[_in_words(disease) for disease in result.diseases if disease.known],
        most_bands=MOST_BANDS,
        warnings=[(line, list(map(arm_in_words, names))) for line, names in result.warnings.items()],
        same_twins=not any(arm.get("patients") for arm in manifest["study"].get("arms", {}).values()),
        comparisons=rows,
        sources=sources,
        reasons=reasons,
        inside=sum(row.verdict == "inside" for row in result.comparisons),
        tuned={word: [row.label for row in result.comparisons if row.tuned == key] for key, word in TUNED.items()},
        tuned_to=_indirect(result.comparisons),
        points=_points_in_words(panels_of(*result.diseases)) if result.comparisons else [],
        twins_of_arms=[(arm["name"], arm["twins"]) for arm in arms],
        outcome_rows=outcome_rows(summary, shared_outcomes(result)),
        by_disease=of_each_disease(result, summary),
        **_figures(result, shown, bool(result.comparisons)),
        organs=organs_of(result),
        unsure=unsure_of(result),
        scan=result.scan,
        scan_maps=maps_of(result.scan) if result.scan else [],
        scan_heads=[shown_in_words(result.scan, name) for name in result.scan.show] if result.scan else [],
        scan_rows=rows_of(result.scan) if result.scan else [],
        standings=[
            {"name": f"{name}: {words}", "count": standing[name], "share": number(standing[name] / total, "fraction")}
            for name, words in STANDINGS.items()
            if name in standing  # a run of an earlier version knew fewer
        ],
        parameters=total,
        beyond_bounds=_beyond_bounds(manifest.get("beyond_bounds", [])),
        failed=result.failed,
        tolerance=tolerance.in_words(tolerance.from_document(manifest["tolerance"])),
        manifest=manifest,
    )
