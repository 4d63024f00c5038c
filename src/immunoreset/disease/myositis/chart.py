"""What an examiner finds of myositis: the six core set measures, from which the total improvement score is made."""

from __future__ import annotations

from collections.abc import Mapping

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look, partly
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.endpoints.other_diseases.muscle_strength import mmt_maximum
from immunoreset.patient.outcome import Panel

STRENGTH = float(mmt_maximum("MMT-8 bilateral"))
UPPER_LIMIT = 170.0  # U/L, creatine kinase of a usual laboratory (general knowledge, unverified)
# Shares of what is found at entry (assumed): what stays without inflammation, and what follows inflammation or weakness
PHYSICIAN_STAYS, PHYSICIAN_INFLAMMATION = 0.1, 0.6
PATIENT_STAYS, DISABILITY_STAYS = 0.2, 0.25


def strength(look: Look) -> Floats:
    """The total of manual muscle testing, points of 150, without the examiner's error."""
    fat, weak = look.state("fatty_replacement"), look.state("weakness")
    return STRENGTH * (1 - look.number("muscle.strength_lost") * (fat + (1 - fat) * weak))


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit."""
    inflamed, weak, sd = look.state("muscle_inflammation"), look.state("weakness"), look.number("muscle.judgement_noise")
    mixed = PHYSICIAN_INFLAMMATION * inflamed + (1 - PHYSICIAN_INFLAMMATION) * weak
    physician = look.number("muscle.physician_global") * partly(PHYSICIAN_STAYS, mixed)
    patient = look.number("muscle.patient_global") * partly(PATIENT_STAYS, weak)
    disabled = look.number("muscle.disability") * partly(DISABILITY_STAYS, weak)
    outside = look.number("muscle.extramuscular") * look.state("skin_inflammation")
    felt = patient - look.expectation(look.number("muscle.expectation"))
    enzyme = UPPER_LIMIT * (1 + look.number("muscle.creatine_kinase") * inflamed)
    return {
        "PHGA": Item(look.read("PHGA", physician, sd, digits=1)),
        "PTGA": Item(look.read("PTGA", felt, sd, digits=1)),
        "HAQ": Item(look.read("HAQ", disabled, sd, digits=2)),
        "EXTRAMUSCULAR": Item(look.read("EXTRAMUSCULAR", outside, sd, digits=1)),
        "MMT8": Item(look.shifted("MMT8", strength(look), look.number("muscle.strength_noise"))),
        "CK": Item(look.read("CK", enzyme, look.number("muscle.enzyme_noise")), upper=UPPER_LIMIT),
    }


def curves(look: Look) -> Mapping[str, Floats]:
    """Strength and creatine kinase of the state itself."""
    enzyme = 1 + look.number("muscle.creatine_kinase") * look.state("muscle_inflammation")
    return {"mmt8": strength(look), "creatine_kinase": enzyme}


SCORING = Scoring(
    chart=chart,
    curves=curves,
    scores=(
        Score("tis", "Total improvement score", "points", since_entry=True),
        Score("tis20", "Total improvement score, 20 or more (minimal)", share=True, of="tis", least=20),
        Score("tis40", "Total improvement score, 40 or more (moderate)", share=True, of="tis", least=40),
        Score("tis60", "Total improvement score, 60 or more (major)", share=True, of="tis", least=60),
        Score("mmt8", "MMT-8", "points of 150", change=True),
    ),
)
PANELS = (
    Panel("mmt8", "Muscle strength (MMT-8)", "points of 150"),
    Panel("creatine_kinase", "Creatine kinase", "× upper limit", log=True),
    Panel("skin_inflammation", "Skin and other organs", "× entry"),
    Panel("autoantibody_percent", "Autoantibody", "% of entry"),
)
