"""The same work under many draws of the numbers, one after another; draws without patients are counted and replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from immunoreset.catalogue import Theta
from immunoreset.errors import InvalidValue
from immunoreset.inference.posterior import Posterior

Found = TypeVar("Found")
NO_CALIBRATION = "no calibration is accepted: what bounds and standing allow"


@dataclass(frozen=True)
class Numbers:
    """The draws that were simulated: `values` (D, K) of the numbers `names`; `refused` says why others have no patients.

    `left_out` are numbers that no draw changes, since patients have them from elsewhere.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    source: str
    is_prior: bool
    refused: tuple[str, ...]
    left_out: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def tried(self) -> int:
        """Draws that were simulated, and those that could not be."""
        return len(self) + len(self.refused)

    @property
    def origin(self) -> str:
        """Where the draws come from, in words; "prior" where no data have spoken."""
        return f"the prior ({NO_CALIBRATION})" if self.is_prior else self.source

    @property
    def words(self) -> str:
        """How many draws of what, and how many have no patients."""
        numbers = "1 number" if len(self.names) == 1 else f"{len(self.names)} numbers"
        drawn = f"{len(self):,} draws of {numbers} of the model from {self.origin}"
        return f"{drawn}; {len(self.refused)} of {self.tried} draws have no patients" if self.refused else drawn

    def as_document(self) -> dict[str, object]:
        """What summary.json says of the draws."""
        return {
            "draws": len(self),
            "draws without patients": len(self.refused),
            "numbers drawn": len(self.names),
            "numbers left out": list(self.left_out),
            "from": self.origin,
            "prior": self.is_prior,
        }


def over_draws(
    posterior: Posterior,
    n: int,
    simulate: Callable[[Theta], Found],
    *,
    base: Theta,
    left_out: tuple[str, ...] = (),
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[list[Found], Numbers]:
    """What `simulate` finds under each of `n` draws. A draw for which it raises InvalidValue is replaced by a further one.

    Raises InvalidValue where fewer than `n` draws have patients.
    """
    if n > len(posterior):
        raise InvalidValue(f"{n} draws of {posterior.source} are asked for, and it has {len(posterior)}; ask for fewer")
    found: list[Found] = []
    places: list[int] = []
    refused: list[str] = []
    for place in posterior.order(n).tolist():
        try:
            found.append(simulate(posterior.theta(place, base)))
        except InvalidValue as fault:
            refused.append(str(fault))
            continue
        places.append(place)
        if progress is not None:
            progress("uncertainty", len(found), n)
        if len(found) == n:
            break
    if len(found) < n:
        first = f"; of the first without: {refused[0]}" if refused else ""
        raise InvalidValue(f"only {len(found)} of {len(posterior)} draws of {posterior.source} have patients{first}")
    values = posterior.draws[places]
    return found, Numbers(posterior.names, values, posterior.source, posterior.is_prior, tuple(refused), left_out)
