"""CD19 CAR-T cells of a healthy donor without edits, a teaching case: the host rejects them, and they can attack the host.

Graft-versus-host disease comes to some patients, weeks after the first infusion; its treatment kills cells of the product too.
The glucocorticoid that it is treated with is not given by itself: write it into the regimen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from immunoreset.engine import Scheduled, random
from immunoreset.therapy.drug import Event
from immunoreset.therapy.families.car_t_kinds import CD19
from immunoreset.therapy.families.car_t_product import car_t_product
from immunoreset.therapy.language.items import Dose, Item
from immunoreset.therapy.recipients import Recipients

NAME, MODULE = "donor-unedited", "donor_unedited"
NUMBERS = ("gvhd", "gvhd_chance", "gvhd_onset", "gvhd_onset_spread", "gvhd_treatment", "gvhd_loss")
DONOR = replace(CD19, numbers=(*CD19.numbers, *NUMBERS), dies=lambda my, on: my.gvhd_loss * my.gvhd)


def set_gvhd(t: Any, s: Any, p: Any, treated: Any) -> dict[str, Any]:
    """Graft-versus-host disease is treated (1) or over (0)."""
    del t, s, p
    return {f"{MODULE}.gvhd": treated}


def onset(first_infusion: float, recipients: Recipients) -> np.ndarray:
    """Day on which graft-versus-host disease begins, one per patient; nan in those who are spared."""
    of = {number: recipients.value(f"{MODULE}.{number}") for number in NUMBERS}
    chance = random.uniform(recipients.seed, "graft-versus-host disease", recipients.ids).ravel()
    late = random.normal(recipients.seed, "onset of graft-versus-host disease", recipients.ids).ravel()
    day = first_infusion + of["gvhd_onset"] * np.exp(of["gvhd_onset_spread"] * late)
    return np.where(chance < of["gvhd_chance"], day, np.nan)


def events(items: Sequence[Item], recipients: Recipients) -> tuple[Event, ...]:
    """The infusions, and graft-versus-host disease where it comes; the typical patient, who has no chance, is spared."""
    infusions = _product.events(items, recipients)
    days = [item.first_day for item in items if isinstance(item, Dose)]
    if not days or not recipients.founder_noise:
        return infusions
    begins = onset(min(days), recipients)
    treated = np.stack([begins, begins + recipients.value(f"{MODULE}.gvhd_treatment")], axis=1)
    return (*infusions, Scheduled(f"{NAME} graft-versus-host disease", treated, set_gvhd, np.array([1.0, 0.0])))


_product = car_t_product(
    NAME,
    file=__file__,
    module=MODULE,
    meaning="CD19 CAR-T cells of a donor without edits: rejected, and graft-versus-host disease in some (a teaching case)",
    kind=DONOR,
)
DRUG = replace(_product, events=events)
