"""What a clinic finds of systemic sclerosis: skin score, lung function, judgements and disability, which make the CRISS."""

from __future__ import annotations

from collections.abc import Mapping

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.endpoints.other_diseases.systemic_sclerosis import CRISS_IMPROVED
from immunoreset.patient.outcome import Panel

SKIN, SCALE, MOST_DISABLED, MOST_CAPACITY, MOST_DIFFUSION = 51.0, 10.0, 3.0, 200.0, 250.0
ML_PER_LITRE = 1000.0
# Shares of what is found at entry that stay without inflammation (assumed): scars, contractures, lung
PHYSICIAN_STAYS, PATIENT_STAYS, DISABILITY_STAYS = 0.2, 0.3, 0.5


def skin_score(look: Look) -> Floats:
    """The modified Rodnan skin score, without the examiner's error."""
    scar = look.number("sclerosis.skin_scar")
    return look.number("sclerosis.skin_score") * (scar + (1 - scar) * look.state("skin_hardness"))


def capacity(look: Look) -> Floats:
    """Forced vital capacity, % of the predicted, without the error of a day."""
    return look.number("sclerosis.vital_capacity") * (1 - look.state("lung_fibrosis")) * _aerated(look)


def diffusion(look: Look) -> Floats:
    """Diffusing capacity, % of the predicted, without the error of a day."""
    lost = look.number("sclerosis.diffusion_of_fibrosis") * look.state("lung_fibrosis")
    return look.number("sclerosis.diffusing_capacity") * (1 - lost) * _aerated(look)


def _aerated(look: Look) -> Floats:
    """The part of the lung that alveolitis leaves, fold of entry."""
    taken = look.number("sclerosis.capacity_of_alveolitis")
    return (1 - taken * look.state("alveolitis")) / (1 - taken)


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit; the physician sees inflamed skin, patients feel hard skin (assumed)."""
    inflamed, hard, sd = look.state("skin_inflammation"), look.state("skin_hardness"), look.number("sclerosis.judgement_noise")
    physician = look.number("sclerosis.physician_global") * (PHYSICIAN_STAYS + (1 - PHYSICIAN_STAYS) * inflamed)
    patient = look.number("sclerosis.patient_global") * (PATIENT_STAYS + (1 - PATIENT_STAYS) * hard)
    disabled = look.number("sclerosis.disability") * (DISABILITY_STAYS + (1 - DISABILITY_STAYS) * hard)
    felt = patient - look.expectation(look.number("sclerosis.expectation"))
    skin, breath, gas = (look.number(f"sclerosis.{kind}_noise") for kind in ("skin", "capacity", "diffusion"))
    return {
        "MRSS": Item(look.shifted("MRSS", skin_score(look), skin, highest=SKIN)),
        "FVC": Item(look.shifted("FVC", capacity(look), breath, highest=MOST_CAPACITY, digits=1)),
        "DLCO": Item(look.shifted("DLCO", diffusion(look), gas, highest=MOST_DIFFUSION, digits=1)),
        "PHGA": Item(look.read("PHGA", physician, sd, highest=SCALE, digits=1)),
        "PTGA": Item(look.read("PTGA", felt, sd, highest=SCALE, digits=1)),
        "HAQ": Item(look.read("HAQ", disabled, sd, highest=MOST_DISABLED, digits=2)),
    }


def curves(look: Look) -> Mapping[str, Floats]:
    """Skin score and lung function of the state itself."""
    return {"mrss": skin_score(look), "fvc": capacity(look), "dlco": diffusion(look)}


def own(look: Look) -> Mapping[str, Floats]:
    """Vital capacity in mL, as trials of fibrosis report it."""
    per_percent = ML_PER_LITRE * look.number("sclerosis.litres_per_percent")
    return {"fvc_ml": chart(look)["FVC"].values * per_percent}


SCORING = Scoring(
    chart=chart,
    curves=curves,
    own=own,
    scores=(
        Score("mrss", "Modified Rodnan skin score", "points", change=True),
        Score("fvc", "Forced vital capacity", "% of predicted", change=True),
        Score("fvc_ml", "Forced vital capacity", "mL", change=True),
        Score("dlco", "Diffusing capacity", "% of predicted", change=True),
        Score("criss", "ACR-CRISS", "probability"),
        Score("criss_improved", "Improved by ACR-CRISS (0.60 or more)", share=True, of="criss", least=CRISS_IMPROVED),
        Score("rcriss20", "Revised CRISS 20", share=True),
        Score("lung_progression", "Progression of lung disease", share=True),
    ),
)
PANELS = (
    Panel("mrss", "Skin score (mRSS)", "points of 51"),
    Panel("fvc", "Forced vital capacity", "% of predicted"),
    Panel("alveolitis", "Alveolitis", "× entry"),
    Panel("autoantibody_percent", "Autoantibody", "% of entry"),
)
