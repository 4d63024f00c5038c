"""Primary membranous nephropathy, an eleventh disease: an antibody against PLA2R alone makes the glomerulus leak."""

from typing import NamedTuple

from immunoreset.disease.disease import Population
from immunoreset.disease.families.autoimmune.entry import Group
from immunoreset.disease.families.autoimmune.folder import Words, autoimmune_disease
from immunoreset.disease.families.autoimmune.look import Item
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.patient.module import Module
from immunoreset.patient.outcome import Panel
from immunoreset.patient.vocabulary import Num


class State(NamedTuple):
    leak: Num


class Glomeruli(NamedTuple):
    healing: Num
    proteinuria: Num
    scar: Num
    noise: Num


def change(me, my, seen, on, rest):
    return State(my.healing * (seen.immune_complexes - me.leak))


def true_proteinuria(look):
    scar = look.number("membranous.scar")
    return look.number("membranous.proteinuria") * (scar + (1 - scar) * look.state("leak"))


def chart(look):
    return {"UPCR": Item(look.read("UPCR", true_proteinuria(look), look.number("membranous.noise"), digits=2))}


SCORING = Scoring(
    chart,
    scores=(
        Score("upcr", "Proteinuria (UPCR)", "g/g", change=True),
        Score("remission", "Complete remission (UPCR below 0.3)", share=True, of="upcr", below=0.3),
    ),
    curves=lambda look: {"upcr": true_proteinuria(look)},
)
DISEASE = autoimmune_disease(
    "membranous-nephropathy",
    "primary membranous nephropathy",
    file=__file__,
    organs=Module("membranous", __file__, State, Glomeruli, lambda my: State(1.0), change),
    groups=[Population("membranous-nephropathy", "adults with antibodies to PLA2R", Group(), female_share=0.35, age_median=52)],
    scoring=SCORING,
    scores=["UPCR"],
    panels=[Panel("upcr", "Proteinuria (UPCR)", "g/g", line=0.3, line_meaning="remission: < 0.3")],
    words=Words("Proteinuria follows the antibody over months.", "Kidney function and thrombosis are not simulated."),
)
