"""All numbers of an analysis as one long table, and the main ones as the summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from immunoreset.sensitivity_analysis.pairs import Estimate
from immunoreset.sensitivity_analysis.result import Sensitivity

PATIENTS_AND_CHANCE = "patients and chance"
TOLD = 10
"""Factors of a headline in the summary and in its drawing."""
_COLUMNS = ("standard_error", "low", "high", "in_spreads", "t", "noise")


def columns_of(found: Sensitivity) -> dict[str, list[Any]]:
    """The columns of sensitivity.parquet; `kind` is screen, total, first, single, standing or variance.

    `estimate` of a screen is the effect of one prior standard deviation in `unit`, `in_spreads` the same in standard deviations
    between patients, with `t` and `noise`. Those of other kinds are shares of a variance, or the variance itself.
    """
    rows = [*_screen_rows(found), *_effect_rows(found)]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _screen_rows(found: Sensitivity) -> Iterator[dict[str, Any]]:
    screen = found.screen
    in_spreads, t, noise = screen.in_spreads, screen.t, screen.noise
    for k, unknown in enumerate(found.question.unknowns):
        for h, headline in enumerate(found.question.headlines):
            scale = headline.scale_of_effects
            yield {
                "kind": "screen",
                "headline": headline.name,
                "factor": unknown.name,
                "standing": unknown.standing,
                "estimate": float(scale * screen.effect[k, h]),
                "standard_error": float(scale * screen.error[k, h]),
                "low": np.nan,
                "high": np.nan,
                "in_spreads": float(in_spreads[k, h]),
                "t": float(t[k, h]) if np.isfinite(t[k, h]) else np.nan,
                "noise": bool(noise[k, h]),
                "unit": headline.unit_of_effects,
            }


def _effect_rows(found: Sensitivity) -> Iterator[dict[str, Any]]:
    effects = found.effects
    names, shares = found.standing_shares
    own = list(zip(found.factors.names, found.standings, strict=True))
    kinds: list[tuple[str, list[tuple[str, str]], Estimate]] = [
        ("total", own, effects.total),
        ("first", own, effects.first),
        ("single", own, effects.single),
        ("standing", [(name, name) for name in names], shares),
    ]
    for kind, factors, estimate in kinds:
        for k, (factor, standing) in enumerate(factors):
            for h, headline in enumerate(found.headlines):
                yield _row(kind, headline, factor, standing, estimate, (k, h))
    for h, headline in enumerate(found.headlines):
        yield _row("single", headline, PATIENTS_AND_CHANCE, "", effects.patients, (h,))
        yield _row("variance", headline, "of the cohort", "", effects.variance, (h,))
        yield _row("variance", headline, "of single patients", "", effects.single_variance, (h,))


def _row(kind: str, headline: str, factor: str, standing: str, found: Estimate, at: tuple[int, ...]) -> dict[str, Any]:
    return {
        "kind": kind,
        "headline": headline,
        "factor": factor,
        "standing": standing,
        "estimate": float(found.value[at]),
        "standard_error": float(found.error[at]),
        "low": float(found.low[at]),
        "high": float(found.high[at]),
    }


def summary_of(found: Sensitivity) -> dict[str, Any]:
    """The document of summary.json."""
    question, settings, counts = found.question, found.settings, found.counts
    return {
        "title": found.study.title,
        "arm": question.arm,
        "treatment": str(question.regimen),
        "population": question.population,
        "settings": {
            "top": settings.top,
            "patients_of_the_screen": settings.patients,
            "rows": counts.rows,
            "patients_per_row": settings.per_row,
            "seed": settings.seed,
        },
        "unknowns": len(question.unknowns),
        "held": dict(found.held),
        "left_out": dict(question.dropped),
        "courses": (1 + 2 * len(question.unknowns)) * settings.patients + counts.courses,
        "points_without_patients": {"of": counts.points, "count": counts.without_patients, "reasons": dict(counts.reasons)},
        "redrawn_patients": counts.redrawn,
        "failures": dict(counts.failures),
        "headlines": {name: _headline(found, place) for place, name in enumerate(found.headlines)},
    }


def _headline(found: Sensitivity, place: int) -> Mapping[str, Any]:
    own, name = found.question.headlines[place], found.headlines[place]
    names, shares = found.standing_shares
    order = found.strongest(name, TOLD)
    return {
        "title": own.title,
        "meaning": own.meaning,
        "mean": found.screen.mean[place],
        "sd_between_patients": found.screen.spread[place],
        "resolved": bool(found.resolved[place]),
        "total": [
            {"factor": factor, "standing": found.standings[k], **_ends(found.effects.total, (k, place))}
            for factor in order
            for k in (found.factors.names.index(factor),)
        ],
        "by_standing": {standing: _ends(shares, (k, place)) for k, standing in enumerate(names)},
        "patients_and_chance": _ends(found.effects.patients, (place,)),
    }


def _ends(found: Estimate, at: tuple[int, ...]) -> dict[str, float]:
    return {"estimate": float(found.value[at]), "low": float(found.low[at]), "high": float(found.high[at])}
