"""From a document to the folder of a calibration, as the command and Python make it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from immunoreset import store
from immunoreset.calibration.checks import check_calibration
from immunoreset.calibration.document import Document, read_document
from immunoreset.calibration.engine_rows import Progress
from immunoreset.calibration.plan import plan_of
from immunoreset.calibration.run import calibrate as draw
from immunoreset.calibration.save import fill, summary_of
from immunoreset.inference.posterior import Posterior
from immunoreset.toml_document import naming


@dataclass(frozen=True)
class Calibrated:
    """A finished calibration: its folder, its summary, and its draws, which `run(study, posterior=...)` takes."""

    folder: Path
    summary: dict[str, Any]
    posterior: Posterior


def calibrate(
    document: Document | Path | str,
    out: Path | str,
    *,
    check: bool = False,
    force: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Calibrated:
    """Calibrate as a document says, or the TOML file of one, and write the folder `out`; `check` adds the checks.

    A call that was interrupted goes on where it was. Same document, same bytes, on any number of threads. Raises an
    ImmunoresetError, before anything is simulated where that can be known.
    """
    if isinstance(document, Document):
        return _calibrate(document, Path(out), check, force, threads, progress)
    with naming(Path(document)):
        return _calibrate(read_document(Path(document)), Path(out), check, force, threads, progress)


def _calibrate(
    document: Document, place: Path, check: bool, force: bool, threads: int | None, progress: Progress | None
) -> Calibrated:
    plan = plan_of(document)
    with store.new_run(place, force=force) as scratch:
        found, parts = draw(plan, place, threads=threads, progress=progress)
        summary = summary_of(found)
        if check:
            summary |= check_calibration(found, parts, threads=threads, progress=progress)
        fill(found, scratch, summary)
        parts.copy_into(scratch)
    parts.clear()
    return Calibrated(place, summary, Posterior.read(place))
