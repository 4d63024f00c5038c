"""What an examiner finds of stiff-person syndrome: the timed walk, the distribution of stiffness, and disability."""

from __future__ import annotations

from collections.abc import Mapping

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.patient.outcome import Panel


def walk(look: Look) -> Floats:
    """Time for 25 feet, s, without the error of a day."""
    return look.number("stiffness.quick_walk") + look.number("stiffness.walk_of_stiffness") * look.state("stiffness")


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit."""
    stiff = look.state("stiffness")
    regions = look.number("stiffness.regions") * stiff
    disabled = look.number("stiffness.rankin_quiet") + look.number("stiffness.rankin_of_stiffness") * stiff
    return {
        "T25FW": Item(look.read("T25FW", walk(look), look.number("stiffness.walk_noise"), digits=1)),
        "STIFFNESS": Item(look.shifted("STIFFNESS", regions, look.number("stiffness.regions_noise"))),
        "MRS": Item(look.read("MRS", disabled, 0.0)),
    }


def curves(look: Look) -> Mapping[str, Floats]:
    """Time for the walk of the state itself."""
    return {"t25fw": walk(look)}


SCORING = Scoring(
    chart=chart,
    curves=curves,
    scores=(
        Score("t25fw", "Timed 25-foot walk", "s", change=True),
        Score("t25fw_change", "Timed 25-foot walk, change from entry", "%", since_entry=True),
        Score("t25fw_faster", "Timed 25-foot walk, 20 % faster", share=True),
        Score("stiffness_index", "Distribution of stiffness index", "points", change=True, of="stiffness"),
        Score("mrs", "Modified Rankin scale", "points", change=True),
        Score("mrs_independent", "Independent (modified Rankin 0 to 2)", share=True),
    ),
)
PANELS = (
    Panel("t25fw", "Timed 25-foot walk", "s"),
    Panel("stiffness", "Stiffness", "× entry"),
    Panel("autoantibody_percent", "Autoantibody", "% of entry"),
)
