"""What a clinic finds of systemic sclerosis: skin score, lung function, judgements and disability, which make the CRISS."""

from __future__ import annotations

from collections.abc import Mapping

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look, partly
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.endpoints.other_diseases.systemic_sclerosis import CRISS_IMPROVED
from immunoreset.patient.outcome import Panel

ML_PER_LITRE = 1000.0
# Shares of what is found at entry that stay without inflammation (assumed): scars, contractures, lung
PHYSICIAN_STAYS, PATIENT_STAYS, DISABILITY_STAYS = 0.2, 0.3, 0.5


def skin_score(look: Look) -> Floats:
    """The modified Rodnan skin score, without the examiner's error."""
    scar = look.number("sclerosis.skin_scar")
    return look.number("sclerosis.skin_score") * partly(scar, look.state("skin_hardness"))


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
    physician = look.number("sclerosis.physician_global") * partly(PHYSICIAN_STAYS, inflamed)
    patient = look.number("sclerosis.patient_global") * partly(PATIENT_STAYS, hard)
    disabled = look.number("sclerosis.disability") * partly(DISABILITY_STAYS, hard)
    felt = patient - look.expectation(look.number("sclerosis.expectation"))
    skin, breath, gas = (look.number(f"sclerosis.{kind}_noise") for kind in ("skin", "capacity", "diffusion"))
    return {
        "MRSS": Item(look.shifted("MRSS", skin_score(look), skin)),
        "FVC": Item(look.shifted("FVC", capacity(look), breath, digits=1)),
        "DLCO": Item(look.shifted("DLCO", diffusion(look), gas, digits=1)),
        "PHGA": Item(look.read("PHGA", physician, sd, digits=1)),
        "PTGA": Item(look.read("PTGA", felt, sd, digits=1)),
        "HAQ": Item(look.read("HAQ", disabled, sd, digits=2)),
    }


def curves(look: Look) -> Mapping[str, Floats]:
    """Skin score and lung function of the state itself."""
    return {"mrss": skin_score(look), "fvc": capacity(look), "dlco": diffusion(look)}


def own(look: Look, found: Mapping[str, Floats]) -> Mapping[str, Floats]:
    """Vital capacity in mL, as trials of fibrosis report it."""
    return {"fvc_ml": found["fvc"] * (ML_PER_LITRE * look.number("sclerosis.litres_per_percent"))}


SCORING = Scoring(
    chart=chart,
    curves=curves,
    own=own,
    scores=(
        Score("mrss", "Modified Rodnan skin score", "points", change=True),
        Score("fvc", "Forced vital capacity", "% of predicted", change=True),
        Score("fvc_ml", "Forced vital capacity", "mL", change=True),
        Score("dlco", "Diffusing capacity", "% of predicted", change=True),
        Score("criss", "ACR-CRISS", "probability", since_entry=True),
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
