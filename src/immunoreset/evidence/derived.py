"""Rule 3: shares that follow from other rows are computed, never typed: what is left of a pooled cohort, or two arms as one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from immunoreset.evidence.cohorts import Cohorts
from immunoreset.evidence.document import full
from immunoreset.evidence.rows import STANDINGS, Row, Standing

_FORM = re.compile(r"^\s*(\S+)\s+([+-])\s+(\S+)\s*$")


def parts(row: Row) -> tuple[str, str, str] | None:
    """First row, sign and second row of `derived`; None where it has another form."""
    found = _FORM.match(row.derived)
    return (full(found[1], row.publication), found[2], full(found[3], row.publication)) if found else None


def compute(row: Row, by_id: Mapping[str, Row], cohorts: Cohorts) -> tuple[Row, str]:
    """The row with its counts, and what is wrong with it ("" where nothing is)."""
    asked = parts(row)
    if asked is None:
        return row, f"derived = '{row.derived}' is not 'ROW - ROW' or 'ROW + ROW'"
    first, sign, second = asked
    missing = [name for name in (first, second) if name not in by_id]
    if missing:
        return row, f"is derived from '{missing[0]}', which is no row"
    one, other = by_id[first], by_id[second]
    if row.statistic.count is not None or row.statistic.of is not None or row.statistic.value is not None:
        return row, "is derived, so that its numbers are computed; leave 'count', 'of' and 'value' out"
    a, b = one.statistic, other.statistic
    if a.count is None or a.of is None or b.count is None or b.of is None:
        return row, "can only be derived from two shares that have 'count' and 'of'"
    if sign == "-":
        if not cohorts.contains(one.cohort, other.cohort):
            return (
                row,
                f"takes '{second}' away from '{first}', but cohort '{one.cohort}' is not declared to contain '{other.cohort}'",
            )
        if cohorts.share(row.cohort, other.cohort):
            return (
                row,
                f"is what is left of '{one.cohort}', but its cohort '{row.cohort}' still shares patients with '{other.cohort}'",
            )
        count, of = a.count - b.count, a.of - b.of
    else:
        if cohorts.share(one.cohort, other.cohort):
            return row, f"adds '{first}' and '{second}', which share patients"
        count, of = a.count + b.count, a.of + b.of
    if not 0 <= count <= of or of == 0:
        return row, f"comes to {count} of {of}, which is not a share"
    return replace(row, statistic=replace(row.statistic, count=count, of=of), standing=weakest(one, other)), ""


def weakest(*rows: Row) -> Standing:
    """A number is as well known as the least known of those that it comes from."""
    return STANDINGS[max(STANDINGS.index(row.standing) for row in rows)]
