"""CD19 CAR-T cells: the infusion, the clones that found the graft, and three products.

Few infused cells have a clone that can establish itself. Their number is a chance (Poisson), which matters at low doses only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from immunoreset.engine import Scheduled, random
from immunoreset.engine.arithmetic import where
from immunoreset.therapy.drug import Drug, Event
from immunoreset.therapy.items import Dose, Item
from immunoreset.therapy.recipients import Recipients, Value, per_dose

CELLS_PER_MILLION = 1e6


def infuse(t: Any, s: Any, p: Any, cells: Any) -> dict[str, Any]:
    """Add `cells` (in millions) to the blood, as effectors and memory; only a fraction of them can expand in the host.

    Where no CAR-T cells are left, they come with the activation of the product.
    """
    del t
    k = p.car_t
    present = s.car_t_effector_blood + s.car_t_effector_tissue + s.car_t_memory_blood + s.car_t_memory_tissue
    engrafting = k.engraftment_fraction * cells
    return {
        "car_t_activation": where(present < k.absent_below, k.product_activation, s.car_t_activation),
        "car_t_effector_blood": s.car_t_effector_blood + (1 - k.product_memory_share) * engrafting,
        "car_t_memory_blood": s.car_t_memory_blood + k.product_memory_share * engrafting,
    }


def founder_factor(cells: Value, recipients: Recipients, infusion: int) -> Value:
    """Founder clones drawn over founder clones expected, per patient; 1 when the noise is off.

    `cells` is the number infused; `infusion` counts from 0, so that the same patient has the same luck in every arm.
    """
    if not recipients.founder_noise:
        return 1.0
    mean = np.broadcast_to(np.asarray(cells * recipients.value("car_t.founder_fraction"), dtype=float), recipients.ids.shape)
    drawn = random.poisson(recipients.seed, f"founder clones of infusion {infusion}", recipients.ids, mean)
    return drawn / mean


def _infusions(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    doses = [(day, item) for item in items if isinstance(item, Dose) for day in item.days]
    events = []
    for infusion, (day, item) in enumerate(sorted(doses, key=lambda pair: (pair[0], pair[1].amount))):
        recipients.require_started(item.drug, day)
        cells = recipients.total(item.amount, item.unit)
        millions = cells / CELLS_PER_MILLION * founder_factor(cells, recipients, infusion)
        events.append(Scheduled(f"{item.drug} infusion", day, infuse, per_dose(millions)))
    return tuple(events)


def _product(name: str, meaning: str, parameter_set: str | None) -> Drug:
    return Drug(
        name=name,
        meaning=meaning,
        units=("cells/kg", "cells"),
        forms=(Dose,),
        example="1e6 cells/kg on day 0",
        events=_infusions,
        family="CAR-T product",
        parameter_set=parameter_set,
    )


CELL_PRODUCTS = (
    _product("cd19-car-t", "CD19 CAR-T cells with 4-1BB, made in 12 days", None),
    _product("cd19-car-t-rapid", "CD19 CAR-T cells with 4-1BB, made fast: quieter, more memory, peak later", "4-1bb-rapid"),
    _product("cd19-car-t-cd28", "CD19 CAR-T cells with CD28: faster, shorter-lived, more toxic", "cd28"),
)
