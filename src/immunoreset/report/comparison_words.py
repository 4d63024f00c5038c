"""A published number beside the simulated one in words: the same in the terminal, the report, the README and the pages."""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.evidence import Comparison
from immunoreset.report.words import MINUS, interval, number

OWN_TOLERANCE = "tolerance chosen by us: "
TUNED = {True: "yes", False: "no", "indirectly": "indirectly"}
LESS_KNOWN = {"secondary": "secondary", "unverified": "recalled, unverified"}
"""What stands beside a published number that was not read in the publication itself, by its standing."""
STATISTICS = {"mean": "mean", "median": "median", "sd": "standard deviation"}


class ComparisonInWords(NamedTuple):
    """`ours` marks a band that no publication gives, `less_known` a published number that was not read there."""

    label: str
    published: str
    less_known: str
    band: str
    ours: bool
    simulated: str
    spread: str
    verdict: str
    tuned: str

    @property
    def band_marked(self) -> str:
        return f"{self.band} (ours)" if self.ours else self.band


def in_words(row: Comparison) -> ComparisonInWords:
    """The row as a reader sees it."""
    return ComparisonInWords(
        label=labelled(row.label, row.statistic, row.unit),
        published=row.published_text.replace(" -", f" {MINUS}"),
        less_known=LESS_KNOWN.get(row.standing, ""),
        band=interval(row.low, row.high, row.unit),
        ours=row.band.startswith(OWN_TOLERANCE),
        simulated=number(row.simulated, row.unit),
        spread=interval(row.simulated_low, row.simulated_high, row.unit),
        verdict=row.verdict,
        tuned=TUNED[row.tuned],
    )


def labelled(label: str, statistic: str, unit: str) -> str:
    """A label that says what the number is of many twins, and its unit; a share needs neither.

    >>> labelled("Total IgG, change", "mean", "%"), labelled("B cells back, mean", "mean", "day")
    ('Total IgG, change, mean, %', 'B cells back, mean, day')
    """
    word = STATISTICS.get(statistic, "")
    parts = [label, word if word not in label.lower() else "", unit if unit not in ("", "fraction") else ""]
    return ", ".join(part for part in parts if part)
