"""The published numbers of the comparison table and of the figures, read from the evidence documents.

`TABLE` says which rows stand in the table; everything else about them is in their documents, and whether the model was tuned
to them follows from the roles of all rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from immunoreset.evidence.library import Evidence, evidence
from immunoreset.evidence.row_bands import band, point
from immunoreset.evidence.rows import Publication, Row

FIVE, EIGHT, NODE, CANCER = "mackensen-2022", "mueller-2024", "tur-2025", "hill-2019"
TABLE = {
    "car_t_peak_day": f"{FIVE}/car-t-peak-day",
    "car_t_peak_percent_of_t_cells": f"{FIVE}/car-t-peak-share-of-t-cells",
    "b_cells_undetectable_day": f"{FIVE}/b-cells-undetectable",
    "b_cell_return_day_mean": f"{FIVE}/b-cell-return-mean",
    "b_cell_return_day_sd": f"{FIVE}/b-cell-return-sd",
    "returning_b_cells_naive_percent": f"{FIVE}/returning-b-cells-naive",
    "anti_dsdna_negative_fraction_day90": f"{FIVE}/anti-dsdna-negative-day90",
    "c3_normal_fraction_day90": f"{FIVE}/c3-normal-day90",
    "proteinuria_normal_fraction_day90": f"{FIVE}/proteinuria-normal-day90",
    "sledai_day90_median": f"{FIVE}/sledai-day90",
    "doris_fraction_day90": f"{FIVE}/doris-day90",
    "lldas_fraction_day90": f"{FIVE}/lldas-day90",
    "doris_fraction_day180": f"{EIGHT}/doris-day180",
    "remission_fraction_day540": f"{FIVE}/no-relapse-day540",
    "crs_any_fraction": f"{FIVE}/crs-any",
    "crs_grade2_plus_fraction": f"{FIVE}/crs-grade2-plus",
    "icans_any_fraction": f"{FIVE}/icans-any",
    "igg_change_percent_day180": f"{CANCER}/igg-change-day180",
    "vaccine_antibody_change_percent_day180": f"{CANCER}/vaccine-antibody-change-day180",
    "node_clearance_fraction_car_t": f"{NODE}/node-cleared-car-t",
    "node_clearance_fraction_rituximab": f"{NODE}/node-cleared-rituximab",
}
"""Quantity in summary.json, and its row, in the order of the table."""
TABLE_OF = "lupus"
"""The disease whose patients the whole table was made for; a few of its numbers are of patients with others."""
STATISTIC = {"share": "fraction", "free": "fraction", "range": "median"}
UNITS = {"share": "fraction", "free": "fraction"}


@dataclass(frozen=True)
class Source:
    """A publication; the DOI is empty where it is not known here."""

    name: str
    doi: str

    @property
    def short(self) -> str:
        return self.name.split(",")[0]

    @property
    def citation(self) -> str:
        return f"{self.name}, doi:{self.doi}" if self.doi else self.name


@dataclass(frozen=True)
class PublishedNumber:
    """One published number of patients with a disease (its name), and how the simulated one is obtained.

    That is `statistic` of `outcome` over the twins of `arm`.
    """

    quantity: str
    label: str
    unit: str
    source: Source
    published: float | None
    text: str
    standing: str
    tuned: bool | str
    tuned_to: str
    statistic: str
    outcome: str
    arm: str
    low: float
    high: float
    band: str
    disease: str


@dataclass(frozen=True)
class PublishedPoint:
    """Published values over time, drawn in the figure of `output`; nan where a limit is not known."""

    output: str
    source: Source
    label: str
    standing: str
    days: list[float]
    values: list[float]
    low: list[float]
    high: list[float]
    day_sd: list[float]
    limit: list[str] = field(default_factory=list)


@cache
def published_numbers() -> tuple[PublishedNumber, ...]:
    """All numbers of the comparison table, in its order."""
    everything = evidence()
    return tuple(_number(quantity, everything.rows[name], everything) for quantity, name in TABLE.items())


def _number(quantity: str, row: Row, everything: Evidence) -> PublishedNumber:
    found = band(row)
    if found is None:
        raise LookupError(f"evidence row '{row.id}' of the comparison table has no band")
    kind = row.statistic.kind
    tuned = everything.tuned(row)
    value = point(row.statistic)
    return PublishedNumber(
        quantity=quantity,
        label=row.label,
        unit=UNITS.get(kind, row.unit),
        source=_source(everything.publications[row.publication]),
        published=value,
        text=row.statistic.text,
        standing=row.standing,
        tuned=tuned,
        tuned_to=tuned_to(everything.calibrating(row), everything.publications) if tuned == "indirectly" else "",
        statistic=STATISTIC.get(kind, kind),
        outcome=row.outcome,
        arm=row.arm,
        low=found.low,
        high=found.high,
        band=found.how,
        disease=row.disease,
    )


def tuned_to(rows: Sequence[Row], publications: Mapping[str, Publication]) -> str:
    """The calibration rows behind an "indirectly": the nearest in words, the others counted."""
    nearest = rows[0]
    when = f" at day {nearest.day:g}" if nearest.day else ""
    words = f"{nearest.quantity}{when} ({_source(publications[nearest.publication]).short})"
    more = f" and {len(rows) - 1} more numbers" if len(rows) > 1 else ""
    return f"{words}{more}, of patients who are the same or may be"


@cache
def published_points() -> tuple[PublishedPoint, ...]:
    """All points that the figures show."""
    points = []
    for publication in evidence().publications.values():
        for point_ in publication.points:
            blank = [float("nan")] * len(point_.days)
            drawn = {name: list(point_.columns.get(name, blank)) for name in ("values", "low", "high", "day_sd")}
            points.append(
                PublishedPoint(
                    output=point_.output,
                    source=_source(publication),
                    label=point_.label,
                    standing=point_.standing,
                    days=list(point_.days),
                    limit=list(point_.limit) or [""] * len(point_.days),
                    **drawn,
                )
            )
    return tuple(points)


def _source(publication: Publication) -> Source:
    return Source(publication.name, publication.doi)
