"""The headlines: each a number per patient whose mean, over all patients alike, is the number of the cohort that is asked about.

Nobody is left out of a mean because an event did not happen: a day that did not come counts as the last day that is asked about,
a response that cannot be judged counts as none, and a quantity that some patients do not have is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.disease import Disease
from immunoreset.errors import InvalidValue, unknown
from immunoreset.outcomes import outcomes_of
from immunoreset.patient.outcome import Outcome

Floats = NDArray[np.float64]
Kind = Literal["mean", "geometric", "day", "share"]
USUAL = {
    "car_t_peak_day": "CAR-T peak day",
    "car_t_peak_per_ul": "CAR-T peak",
    "b_cells_undetectable_day": "B cells cleared",
    "b_cell_return_day": "B-cell return",
    "sledai_day90": "SLEDAI day 90",
    "doris_day180": "DORIS day 180",
    "remission_day540": "remission day 540",
    "crs_any": "CRS any",
    "crs_grade2_plus": "CRS grade ≥ 2",
    "icans_any": "ICANS any",
    "igg_change_percent_day180": "IgG day 180",
}
"""Outcomes that are asked about if none are named, with a short title."""
HORIZONS = {"car_t_peak_day": 60.0, "b_cells_undetectable_day": 60.0}
HORIZON = 365.0
"""Day up to which the mean of a day is taken (chosen by us; for the two above because nearly all of it happens by then)."""
GEOMETRIC = ("car_t_peak_per_ul", "il6_peak")
LEAST = 1e-3
"""Of a quantity of which a logarithm is taken; less counts as this."""
DEPLETED, RETURN = "b_cells_undetectable_day", "b_cell_return_day"


@dataclass(frozen=True)
class Headline:
    """An outcome and how it becomes a number per patient; `horizon` is the last day that a day can be."""

    name: str
    title: str
    kind: Kind
    unit: str
    horizon: float = np.inf

    @property
    def needs(self) -> tuple[str, ...]:
        """The outcomes that it is read from."""
        return (RETURN, DEPLETED) if self.name == RETURN else (self.name,)

    @property
    def last_day(self) -> float:
        """The last day that it asks about; 0 for what can happen on any day."""
        named = re.search(r"_day(\d+)$", self.name)
        return float(named[1]) if named else self.horizon if self.kind == "day" else 0.0

    @property
    def meaning(self) -> str:
        """What the number of the cohort is, in words."""
        match self.kind:
            case "share":
                return "share of all patients; who cannot be judged counts as no"
            case "geometric":
                return f"geometric mean, {self.unit}; effects are on its natural logarithm"
            case "day" if self.name == RETURN:
                return f"mean day, at most {self.horizon:g}; 0 for patients whose B cells never went"
            case "day":
                return f"mean day, at most {self.horizon:g}, which also stands for never"
        return f"mean, {self.unit or 'number'}"

    @property
    def unit_of_effects(self) -> str:
        return {"share": "percentage points", "geometric": "%", "day": "days"}.get(self.kind, self.unit)

    @property
    def scale_of_effects(self) -> float:
        """What an effect is multiplied by for its unit; a small change of a logarithm is one in percent."""
        return 100.0 if self.kind in ("share", "geometric") else 1.0

    def read(self, outcomes: Mapping[str, Floats], failed: NDArray[np.bool_]) -> Floats:
        """The number of each patient, in the shape of the outcome; nan only where the simulation failed or it is missing."""
        values = np.asarray(outcomes[self.name], dtype=float)
        match self.kind:
            case "share":
                values = np.nan_to_num(values, nan=0.0)
            case "geometric":
                values = np.log(np.maximum(values, LEAST))
            case "day":
                never = self.horizon
                if self.name == RETURN:
                    never = np.where(np.isnan(outcomes[DEPLETED]), 0.0, self.horizon)
                values = np.minimum(np.where(np.isnan(values), never, values), self.horizon)
        return np.where(failed, np.nan, values)


def headline(name: str, about: Outcome, stop: float) -> Headline:
    """The headline of an outcome in a study that ends on day `stop`."""
    title = USUAL.get(name, about.label)
    if about.share:
        return Headline(name, title, "share", "share")
    if about.unit == "day":
        return Headline(name, title, "day", "day", min(HORIZONS.get(name, HORIZON), stop))
    return Headline(name, title, "geometric" if name in GEOMETRIC else "mean", about.unit)


def asked(names: Sequence[str] | None, disease: Disease, stop: float) -> tuple[Headline, ...]:
    """The headlines of these names, or those of the usual ones that the disease has. Raises UnknownName, InvalidValue."""
    about = outcomes_of(disease)
    for name in names or ():
        if name not in about:
            raise unknown("outcome", name, about)
    chosen = list(dict.fromkeys(names)) if names is not None else [name for name in USUAL if name in about]
    if not chosen:
        raise InvalidValue("no headline is named; leave --headlines out for the usual ones")
    return tuple(headline(name, about[name], stop) for name in chosen)
