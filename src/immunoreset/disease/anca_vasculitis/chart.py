"""What an examiner finds of ANCA-associated vasculitis: BVAS/WG, remission without glucocorticoids, relapse, kidney failure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look, possible
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.endpoints.items import items
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import Outcome, Panel

HIGHEST = items()["BVASWG"].highest
FEWEST, MAJOR = 1.0, 3.0  # points of what is active at all, and of one major item
KIDNEY_FAILURE = 15.0  # mL/min/1.73 m2, below which a kidney has failed (KDIGO)
FAILURE_DAYS, RELAPSE_DAYS = (180, 360, 720), (360, 540, 960)
SUSTAINED = (182.0, 364.0)  # ADVOCATE: in remission without glucocorticoids on both days
EXACT = 9  # digits of an examiner's error, which is not rounded


def quiet(look: Look, error: Floats | float = 1.0) -> NDArray[np.bool_]:
    """Whether nothing is found of vessels and granulomas, (n, k)."""
    cut, margin = look.number("vessels.quiet_below"), look.number("vessels.granuloma_margin")
    return (error * look.state("vessel_inflammation") < cut) & (error * look.state("granuloma") < margin * cut)


def bvas_wg(look: Look) -> Floats:
    """BVAS/WG as vessels have it, in fractions of points, found or not."""
    return np.minimum(look.number("vessels.bvas_wg") * look.state("vessel_inflammation"), HIGHEST)


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit; prednisone is all that a regimen gives, since candidates enter without any (assumed)."""
    error = look.read("BVASWG", np.ones(1), look.number("vessels.noise"), digits=EXACT)
    points = np.clip(np.round(error * bvas_wg(look)), FEWEST, HIGHEST)
    return {
        "BVASWG": Item(np.where(quiet(look, error), 0.0, points)),
        "PREDNISONE": Item(np.maximum(look.state("prednisolone"), 0.0)),
        "EGFR": Item(possible("EGFR", look.state("egfr"), digits=1)),
    }


def read(course: Course) -> dict[str, Floats]:
    """Sustained remission, major relapse and kidney failure, where the simulated days allow."""
    last, everything = course.days[-1], Look(course, np.arange(len(course.days)), noise=False)
    found = {f"kidney_failure_day{day}": kidney_failure(everything, day) for day in FAILURE_DAYS if day <= last}
    found |= {f"major_relapse_day{day}": major_relapse(everything, day) for day in RELAPSE_DAYS if day <= last}
    if SUSTAINED[-1] <= last:
        complete = SCORING.visits(course, np.array(SUSTAINED))["bvaswg_complete"]
        found["sustained_remission"] = np.where(np.isnan(complete).any(axis=1), np.nan, (complete == 1).all(axis=1))
    return found


def kidney_failure(look: Look, day: float) -> Floats:
    """Whether filtration has been below its limit on a stored day up to `day`, (n,)."""
    egfr = look.state("egfr")[:, look.days <= day]
    return np.where(np.isnan(egfr).any(axis=1), np.nan, (egfr < KIDNEY_FAILURE).any(axis=1))


def major_relapse(look: Look, day: float) -> Floats:
    """Whether activity worth a major item came back up to `day` in who had been quiet before; nan in who had not, (n,)."""
    before = look.days <= day
    rested = np.logical_or.accumulate(quiet(look)[:, before], axis=1)
    back = rested & (bvas_wg(look)[:, before] >= MAJOR) & ~quiet(look)[:, before]
    return np.where(rested[:, -1], back.any(axis=1), np.nan)


SCORING = Scoring(
    chart=chart,
    curves=lambda look: {"bvas_wg": bvas_wg(look)},
    scores=(
        Score("bvaswg", "BVAS/WG", "points", change=True),
        Score("bvaswg_remission", "Remission (BVAS/WG of 0)", share=True),
        Score("bvaswg_complete", "Remission without glucocorticoids", share=True),
        Score("egfr", "Filtration (eGFR)", "mL/min/1.73 m²", change=True),
    ),
    outcomes={
        "sustained_remission": Outcome("Remission without glucocorticoids at week 26 and at week 52", share=True),
        **{
            f"major_relapse_day{day}": Outcome(f"Major relapse by day {day}, of those in remission", share=True)
            for day in RELAPSE_DAYS
        },
        **{f"kidney_failure_day{day}": Outcome(f"Kidney failure by day {day}", share=True) for day in FAILURE_DAYS},
    },
    read=read,
)
PANELS = (
    Panel("bvas_wg", "BVAS/WG", "points"),
    Panel("granuloma", "Granulomas", "× entry"),
    Panel("egfr", "eGFR", "mL/min/1.73 m²", line=KIDNEY_FAILURE, line_meaning="kidney failure: < 15"),
    Panel("proteinuria", "Proteinuria", "g/g"),
    Panel("autoantibody_percent", "Autoantibody", "% of entry"),
)
