"""Malignant CD19-positive cells of the lymphoma and leukaemia hosts, which serve as a contrast to lupus."""

from __future__ import annotations

from typing import Any, NamedTuple


class Malignancy(NamedTuple):
    """Burden and growth of malignant cells."""

    burden: Any
    growth: Any
    capacity: Any


def growth(s: Any, p: Any) -> Any:
    """Malignant cells gained per day, up to a capacity; Mcell/day."""
    return p.malignancy.growth * s.malignant_cells * (1 - s.malignant_cells / p.malignancy.capacity)


def kill_rate(p: Any, killed_by_car_t: Any, lymphodepletion: Any) -> Any:
    """Kill by CAR-T that reach the mass, and by conditioning; 1/day."""
    return p.killing.access_malignant * killed_by_car_t + p.chemotherapy.sensitivity_malignant * lymphodepletion
