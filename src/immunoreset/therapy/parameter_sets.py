"""Parameters that a product or an antibody changes for a whole arm, with the patients' own differences kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from immunoreset.patient.parameters import find_set, table


def apply_set(name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that the set replaces: the patient's own value times (value of the set / typical value).

    A patient with twice the typical value has twice the value of the set, up to the bounds of the parameter.
    """
    changes: dict[str, Any] = {}
    for parameter, value in find_set(name).values.items():
        entry = table()[parameter]
        changes[parameter] = parameters[parameter] * (value / entry.value)
        if np.ndim(changes[parameter]):
            changes[parameter] = np.clip(changes[parameter], *entry.bounds)
    return changes
