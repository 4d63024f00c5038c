"""The patient's size and kidney function, and whether the host has lupus at all."""

from __future__ import annotations

from typing import Any, NamedTuple


class Body(NamedTuple):
    """Size and kidney function of one patient."""

    weight: Any
    surface_area: Any
    egfr: Any
    blood_volume: Any
    lupus: Any
    hours_per_day: Any
