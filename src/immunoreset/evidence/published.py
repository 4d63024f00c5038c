"""The published numbers of published.toml, each with its source, its standing and the band that its uncertainty leaves open."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from immunoreset.errors import InvalidFile
from immunoreset.evidence import bands


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
    """One published number and how the simulated one is obtained: `statistic` of `outcome` over the twins of `arm`."""

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


def _band(quantity: str, published: float | None, band: dict) -> tuple[float, float, str]:
    """Low, high and, in words, how they were obtained."""
    method = band["method"]
    if method == "fraction":
        return *bands.fraction(band["count"], band["n"]), f"exact 95 % interval of {band['count']} of {band['n']}"
    if method == "range":
        confidence = 100 * bands.median_confidence(band["n"])
        return band["low"], band["high"], f"range of {band['n']}, which holds the median with {confidence:.3g} % confidence"
    if method == "mean" and published is not None:
        return *bands.mean(published, band["sd"], band["n"]), f"95 % interval of the mean of {band['n']} (t)"
    if method == "standard deviation" and published is not None:
        return *bands.standard_deviation(published, band["n"]), f"95 % interval of the SD of {band['n']} (chi-square)"
    if method == "event free":
        months = band["patient_days"] / 30.44
        limits = bands.event_free(band["events"], band["patient_days"], band["horizon_days"])
        return *limits, f"exact 95 % interval of the rate of {band['events']} events in {months:.0f} patient-months"
    if method == "tolerance":
        return band["low"], band["high"], f"tolerance chosen by us: {band['why']}"
    raise InvalidFile(f"evidence/published.toml: '{quantity}' has no band method '{method}' that fits it")


@cache
def _document() -> dict:
    return tomllib.loads(files("immunoreset.evidence").joinpath("published.toml").read_text("utf-8"))


def _source(key: str) -> Source:
    return Source(**_document()["sources"][key])


@cache
def published_numbers() -> tuple[PublishedNumber, ...]:
    """All numbers of the comparison table, in its order."""
    numbers = []
    for row in _document()["comparison"]:
        low, high, how = _band(row["quantity"], row.get("published"), row["band"])
        numbers.append(
            PublishedNumber(
                quantity=row["quantity"],
                label=row["label"],
                unit=row["unit"],
                source=_source(row["source"]),
                published=row.get("published"),
                text=row["text"],
                standing=row["standing"],
                tuned=row["tuned"],
                tuned_to=row.get("tuned_to", ""),
                statistic=row["statistic"],
                outcome=row["outcome"],
                arm=row.get("arm", "car-t"),
                low=float(low),
                high=float(high),
                band=how,
            )
        )
    return tuple(numbers)


@cache
def published_points() -> tuple[PublishedPoint, ...]:
    """All points that the figures show."""
    points = []
    for row in _document()["point"]:
        blank = [float("nan")] * len(row["days"])
        points.append(
            PublishedPoint(
                output=row["output"],
                source=_source(row["source"]),
                label=row["label"],
                standing=row["standing"],
                days=row["days"],
                values=row.get("values", blank),
                low=row.get("low", blank),
                high=row.get("high", blank),
                day_sd=row.get("day_sd", blank),
                limit=row.get("limit", [""] * len(row["days"])),
            )
        )
    return tuple(points)
