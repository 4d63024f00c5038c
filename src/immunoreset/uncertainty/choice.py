"""Which draws of the numbers: of a calibration that is named, of the accepted one of this version, or of the prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from immunoreset.catalogue import Catalogue
from immunoreset.errors import InvalidValue
from immunoreset.inference.posterior import FILE, Posterior
from immunoreset.inference.unknowns import can_be_free, prior_of
from immunoreset.therapy import Regimen
from immunoreset.uncertainty.live import check_any, live_numbers
from immunoreset.whole_numbers import is_whole

CALIBRATIONS = Path(__file__).parents[1] / "calibrations"
"""Folders of the calibrations that this version accepts, named by date; the last of them counts."""
FEWEST, MOST = 2, 10_000
SPARE = 4
"""Draws of the prior that are at hand, as a multiple of those asked for: some have no patients."""


@dataclass(frozen=True)
class Asked:
    """What is asked for: how many draws, of which calibration, and how many patients the next trial will have."""

    draws: int
    folder: Path | None = None
    trial_size: int | None = None

    def __post_init__(self) -> None:
        if not is_whole(self.draws) or not FEWEST <= self.draws <= MOST:
            raise InvalidValue(f"--uncertainty {self.draws}: ask for {FEWEST} to {MOST:,} draws of the numbers; 50 is usual")
        if self.trial_size is not None and (not is_whole(self.trial_size) or self.trial_size < 1):
            raise InvalidValue(f"--trial-size {self.trial_size}: a trial has 1 patient or more")

    def as_document(self) -> dict[str, object]:
        """What of it decides the numbers that are found, for a manifest; a calibration is told by the digest of its draws."""
        return {"draws": self.draws, "posterior": _digest(self.folder or accepted()), "trial_size": self.trial_size}


def _digest(folder: Path | None) -> str:
    import hashlib

    if folder is None:
        return "prior"
    file = folder / FILE if folder.is_dir() else folder
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "none"


def accepted(calibrations: Path = CALIBRATIONS) -> Path | None:
    """The folder of the calibration that this version accepts; None while there is none."""
    found = sorted(file.parent for file in calibrations.glob(f"*/{FILE}"))
    return found[-1] if found else None


def posterior_for(
    asked: Asked,
    patients: Mapping[str, Sequence[Regimen]],
    *,
    seed: int,
    catalogue: Catalogue,
    posterior: Posterior | None = None,
) -> tuple[Posterior, tuple[str, ...]]:
    """The draws of the numbers that reach these patients (treatments by population), and the numbers that could not be drawn.

    They are of `posterior`, or of what is asked for where it is not given. Raises InvalidFile for a folder without draws, and
    InvalidValue where none of its numbers reaches the patients, and for more draws than there are.
    """
    folder = asked.folder or accepted()
    if posterior is None and folder is not None:
        posterior = Posterior.read(folder)
    if posterior is not None:
        found, left_out = narrowed(posterior, patients, catalogue)
        if asked.draws > len(found):
            raise InvalidValue(f"{asked.draws} draws of {len(found)} in {found.source} are asked for; ask for fewer")
        return found, left_out
    live = live_numbers(can_be_free(catalogue.theta), patients, catalogue)
    unknowns = [prior_of(catalogue.theta, name) for name in live.names]
    return Posterior.of_prior(unknowns, SPARE * asked.draws, seed), live.from_elsewhere


def narrowed(
    posterior: Posterior, patients: Mapping[str, Sequence[Regimen]], catalogue: Catalogue
) -> tuple[Posterior, tuple[str, ...]]:
    """The draws of those of its numbers that reach these patients, and its numbers that could not be drawn."""
    live = live_numbers(posterior.names, patients, catalogue)
    check_any(live, posterior.source)
    return posterior.only(live.names), live.from_elsewhere
