"""What a neurologist finds of multiple sclerosis: disability on the EDSS, relapses, and confirmed progression."""

from __future__ import annotations

from collections.abc import Mapping

from immunoreset.disease.families.autoimmune import attacks
from immunoreset.disease.families.autoimmune.look import Floats, Item, Look
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.patient.course import Course
from immunoreset.patient.outcome import Outcome, Panel

# Neurofilament light of serum at entry, pg/mL, and its shares of healthy turnover, lesions and microglia (assumed)
NEUROFILAMENT, OF_TURNOVER, OF_LESIONS, OF_MICROGLIA = 8.0, 0.4, 0.4, 0.2


def edss(look: Look) -> Floats:
    """The EDSS: that of entry, what progression added, and what relapses left."""
    left = attacks.left_by_attacks(look, "nervous_system.relapse_leaves")
    return attacks.edss(look.number("nervous_system.disability_at_entry") + look.state("progression") + left)


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit."""
    return {"EDSS": Item(edss(look)), "RELAPSE": attacks.attacked(look)}


def curves(look: Look) -> Mapping[str, Floats]:
    """Disability, and neurofilament light."""
    turned_over = OF_TURNOVER + OF_LESIONS * look.state("inflammation") + OF_MICROGLIA * look.state("microglia")
    return {"edss": edss(look), "neurofilament": NEUROFILAMENT * turned_over}


def progression_day(course: Course) -> Floats:
    """The day on which confirmed progression began, nan for none; (n,)."""
    if "progression day" not in course.noted:
        course.noted["progression day"] = attacks.confirmed_progression(course, edss)
    return course.noted["progression day"]


def own(look: Look, found: Mapping[str, Floats]) -> Mapping[str, Floats]:
    """Relapses since entry, and whether confirmed progression had begun."""
    return {**attacks.counts(look), "edss_confirmed": attacks.progressed(look, progression_day(look.course))}


def read(course: Course) -> Mapping[str, Floats]:
    """When confirmed progression began."""
    return {"progression_day": progression_day(course)}


SCORING = Scoring(
    chart=chart,
    curves=curves,
    own=own,
    scores=(
        Score("edss", "EDSS", "points", change=True),
        *attacks.scores("Relapse"),
        Score("edss_confirmed", "Disability progression, confirmed at 12 weeks", share=True),
    ),
    outcomes={"progression_day": Outcome("Day on which confirmed disability progression began", "day")},
    read=read,
)
PANELS = (
    Panel("edss", "Disability (EDSS)", "points"),
    Panel("relapses_a_year", "Relapses to be expected", "1/year"),
    Panel("csf_b_cells", "B cells of cerebrospinal fluid", "× entry", log=True),
    Panel("microglia", "Smouldering microglia", "× entry"),
    Panel("neurofilament", "Neurofilament light", "pg/mL"),
    Panel("autoantibody_percent", "Oligoclonal bands", "% of entry"),
)
