"""The patient's own T and NK cells, the IL-7 and IL-15 that they consume, and their response against CAR-T cells."""

from __future__ import annotations

from typing import Any, NamedTuple


class Lymphocytes(NamedTuple):
    """Untreated count, regrowth after conditioning, and the homeostatic cytokine."""

    baseline: Any
    regrowth: Any
    immigration: Any
    cytokine_turnover: Any
    cytokine_maximum: Any


class AntiCar(NamedTuple):
    """The patient's immune response against the CAR-T cells."""

    growth: Any
    precursors: Any
    half_stimulus: Any
    loss: Any
    kill_max: Any


def regrowth(s: Any, p: Any) -> Any:
    """Lymphocytes gained per day by division and immigration, until the untreated count is reached."""
    k = p.lymphocytes
    return k.regrowth * (s.host_lymphocytes + k.immigration) * (1 - s.host_lymphocytes / k.baseline)


def depletion(s: Any, p: Any, lymphodepletion: Any) -> Any:
    """Lymphocytes killed by conditioning per day."""
    return p.chemotherapy.sensitivity_lymphocytes * lymphodepletion * s.host_lymphocytes


def cytokine_change(s: Any, p: Any, car_t_cells: Any) -> Any:
    """IL-7 and IL-15 rise as their consumers, host lymphocytes and CAR-T cells, become few."""
    k = p.lymphocytes
    consumers = (s.host_lymphocytes + p.car_t.cytokine_consumption * car_t_cells / p.body.blood_volume) / k.baseline
    return k.cytokine_turnover * (k.cytokine_maximum / (1 + (k.cytokine_maximum - 1) * consumers) - s.homeostatic_cytokine)


def anti_car_priming(s: Any, p: Any, car_t_cells: Any) -> Any:
    """The response against CAR-T grows on CAR-T cells and as the host's own T cells return."""
    k = p.anti_car
    response = s.anti_car_response
    recovered = s.host_lymphocytes / p.lymphocytes.baseline
    stimulus = car_t_cells / (k.half_stimulus + car_t_cells)
    return k.growth * (response + k.precursors) * (1 - response) * recovered * stimulus


def rejection(s: Any, p: Any) -> Any:
    """Rate at which the host kills CAR-T cells, 1/day."""
    return p.anti_car.kill_max * s.anti_car_response
