"""Many thetas as one, so that what works on arrays of patients works on the patients of all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from immunoreset.errors import InvalidValue
from immunoreset.patient.spreads import Lognormal, read_spread
from immunoreset.patient.theta import Theta


def side_by_side(thetas: Sequence[Theta], patients: int) -> Theta:
    """One theta in which each number that any of `thetas` changes is an array (thetas x patients,): the value of each, repeated.

    A theta that does not change a number has the published one. Give thetas of one `kind`, for which that is the same.
    """
    names = dict.fromkeys(name for theta in thetas for name in theta.changed)
    spreads = dict.fromkeys(name for theta in thetas for name in theta.spreads)
    published = thetas[0].published
    if any(theta.published != published for theta in thetas):
        raise InvalidValue("these thetas change numbers of different modules; give those of one catalogue")
    usual = {name: published.parameter(name).value for name in names}
    return published.with_changes(
        {name: _repeated([theta.changed.get(name, usual[name]) for theta in thetas], patients) for name in names},
        {name: _repeated([theta.spread(name) for theta in thetas], patients) for name in spreads},
    )


def kind(theta: Theta) -> frozenset[str]:
    """Changed numbers to which it makes a difference that they are changed, even to the published value.

    A product's number that is changed no longer follows that of the product which it is like, and a number whose spread names a
    median is spread about that no more.
    """
    table = theta.published.table

    def special(name: str) -> bool:
        spread = read_spread(table[name].spread) if name in table else None
        return name not in table or (isinstance(spread, Lognormal) and spread.median is not None)

    return frozenset(name for name in theta.changed if special(name))


def picked(theta: Theta, rows: np.ndarray) -> Theta:
    """The theta of patients at these places, a mask or positions."""
    return theta.with_changes(_picked(theta.changed, rows), _picked(theta.spreads, rows))


def _picked(values: Mapping[str, Any], rows: np.ndarray) -> dict[str, Any]:
    return {name: value[rows] if np.ndim(value) else value for name, value in values.items()}


def _repeated(values: Sequence[float], patients: int) -> Any:
    """One number where all are the same, else an array."""
    return values[0] if len(set(values)) == 1 else np.repeat(np.asarray(values, dtype=float), patients)
