"""One band from several studies: shares pooled over disjoint cohorts, with a spread between studies, by class of product."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from immunoreset.errors import InvalidValue
from immunoreset.evidence import bands
from immunoreset.evidence.cohorts import Cohorts
from immunoreset.evidence.library import Evidence, evidence
from immunoreset.evidence.row_bands import Band, band
from immunoreset.evidence.rows import Row
from immunoreset.evidence.rules import WINDOW, share_patients

FEW = 3
"""From so many studies on, the spread between them is estimated."""
SPREAD = 0.3
"""SD between studies on the logit scale while there are fewer (chosen by us)."""


def by_product(
    quantity: str, *, disease: str = "lupus", day: float | None = None, within: Evidence | None = None
) -> dict[str, Band]:
    """The band of a share for each class of product that was studied; classes are never pooled with each other.

    `day` keeps rows within 45 days of it; an empty `disease` takes all. Rows without counts, rows of context, reviews that mix
    products ("mixed"), and cohorts whose patients a larger one counts already take no part.

    >>> found = by_product("CRS, any grade")
    >>> found["cd19 4-1bb"].high < found["dual"].high
    True
    """
    everything = within or evidence()
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in everything.rows.values():
        if row.role in ("context", "sealed") or row.product in ("", "mixed"):
            continue
        timely = day is None or row.day is None or abs(row.day - day) <= WINDOW
        if row.quantity == quantity and disease in ("", row.disease) and timely:
            groups[row.product].append(row)
    pools = {product: _countable(rows, everything.cohorts) for product, rows in groups.items()}
    return {product: pooled(rows) for product, rows in sorted(pools.items()) if rows}


def _countable(rows: Iterable[Row], cohorts: Cohorts) -> list[Row]:
    """Rows with counts from disjoint cohorts, the largest first; of overlapping ones the largest alone counts."""
    kept: list[Row] = []
    shares = (row for row in rows if row.statistic.kind == "share" and row.statistic.count is not None and row.statistic.of)
    for row in sorted(shares, key=lambda row: (-(row.statistic.of or 0), row.id)):
        if not any(share_patients(row, other, cohorts) for other in kept):
            kept.append(row)
    return kept


def pooled(rows: Sequence[Row]) -> Band:
    """The band of the mean share of several studies (DerSimonian and Laird 1986, logit scale, half a patient added).

    One study alone keeps its exact interval. With two, the SD between studies is 0.3 on the logit scale, chosen by us.
    Raises InvalidValue for a row that has no counts.
    """
    if not rows:
        raise InvalidValue("no rows to pool; name one or more")
    counts = [(row, row.statistic.count, row.statistic.of) for row in rows]
    if len(rows) == 1:
        found = band(rows[0])
        if found is None:
            raise InvalidValue(f"row '{rows[0].id}' has no band")
        return found
    logits, variances = [], []
    for row, count, of in counts:
        if count is None or not of:
            raise InvalidValue(f"row '{row.id}' has no counts to pool")
        logits.append(math.log((count + 0.5) / (of - count + 0.5)))
        variances.append(1 / (count + 0.5) + 1 / (of - count + 0.5))
    between = between_studies(logits, variances) if len(rows) >= FEW else SPREAD**2
    weights = [1 / (variance + between) for variance in variances]
    middle = sum(w * y for w, y in zip(weights, logits, strict=True)) / sum(weights)
    half = bands.normal_quantile((1 + bands.CONFIDENCE) / 2) / math.sqrt(sum(weights))
    low, high = (1 / (1 + math.exp(-limit)) for limit in (middle - half, middle + half))
    patients = sum(of or 0 for _, _, of in counts)
    how = f"{len(rows)} studies, {patients} patients, SD between studies {math.sqrt(between):.2f} (logit)"
    return Band(low, high, how, ours=len(rows) < FEW)


def between_studies(estimates: Sequence[float], variances: Sequence[float]) -> float:
    """Variance between studies by moments (DerSimonian and Laird 1986); 0 where they agree better than chance.

    >>> round(between_studies([0.0, 1.0, 2.0], [0.25, 0.25, 0.25]), 2)
    0.75
    """
    weights = [1 / variance for variance in variances]
    middle = sum(w * y for w, y in zip(weights, estimates, strict=True)) / sum(weights)
    excess = sum(w * (y - middle) ** 2 for w, y in zip(weights, estimates, strict=True)) - (len(weights) - 1)
    return max(0.0, excess / (sum(weights) - sum(w * w for w in weights) / sum(weights)))
