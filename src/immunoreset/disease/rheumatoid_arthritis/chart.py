"""What a rheumatologist finds of synovitis: joint counts, judgements, C-reactive protein and sedimentation rate, disability."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look, partly, possible
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.endpoints.items import items
from immunoreset.endpoints.known import Range
from immunoreset.endpoints.other_diseases.rheumatoid_arthritis import JOINTS, das28_crp
from immunoreset.endpoints.quantities import Crp, GlobalAssessment
from immunoreset.patient.outcome import Panel

QUIET_CRP = 1.0  # mg/L without synovitis
QUIET_ESR, ESR_PER_CRP = 8.0, 1.6  # mm/h, and mm/h per mg/L (assumed)
QUIET_HEALTH, QUIET_DISABILITY = 0.05, 0.35  # shares of the judgement and of disability that stay without synovitis (assumed)
DISABILITY_PER_EROSION = 0.01  # HAQ points per Sharp unit (assumed)
REMISSION = 2.6


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit; pain and both global judgements follow the patient's global health (assumed)."""
    active, joints = look.state("synovitis"), look.number("arthritis.joint_noise")
    judged = look.number("arthritis.global_health") * partly(QUIET_HEALTH, active)
    felt, health = judged - look.expectation(look.number("arthritis.expectation")), look.number("arthritis.health_noise")
    crp = look.read("CRP", QUIET_CRP + look.number("arthritis.crp") * active, look.number("arthritis.crp_noise"), digits=1)
    disabled = look.number("arthritis.disability") * partly(QUIET_DISABILITY, active)
    disabled = disabled + DISABILITY_PER_EROSION * look.state("erosion")
    return {
        "TJC28": Item(look.read("TJC28", look.number("arthritis.tender_joints") * active, joints)),
        "SJC28": Item(look.read("SJC28", look.number("arthritis.swollen_joints") * active, joints)),
        "GH": Item(look.read("GH", felt, health, digits=1)),
        "PTGA": Item(look.read("PTGA", felt, health, digits=1)),
        "PAIN": Item(look.read("PAIN", felt, health, digits=1)),
        "PHGA": Item(look.read("PHGA", judged, health, digits=1)),
        "HAQ": Item(look.read("HAQ", disabled, 0.0, digits=2)),
        "CRP": Item(crp),
        "ESR": Item(possible("ESR", QUIET_ESR + ESR_PER_CRP * crp)),
    }


def curves(look: Look) -> Mapping[str, Floats]:
    """DAS28-CRP of the state itself, joints counted in fractions."""
    active = look.state("synovitis")
    tender, swollen = (np.minimum(look.number(f"arthritis.{kind}_joints") * active, JOINTS) for kind in ("tender", "swollen"))
    felt = look.number("arthritis.global_health") * partly(QUIET_HEALTH, active)
    score = das28_crp(
        Range.of(tender),
        Range.of(swollen),
        crp=Crp(QUIET_CRP + look.number("arthritis.crp") * active, "mg/L"),
        patient_global=GlobalAssessment(np.minimum(felt, items()["GH"].highest), "0-10"),
    )
    return {"das28_crp": score.low}


SCORING = Scoring(
    chart=chart,
    curves=curves,
    scores=(
        Score("das28_crp", "DAS28-CRP", "points", change=True),
        Score("das28_esr", "DAS28-ESR", "points"),
        Score("cdai", "CDAI", "points"),
        Score("acr20", "ACR20 response", share=True),
        Score("acr50", "ACR50 response", share=True),
        Score("acr70", "ACR70 response", share=True),
        Score("eular_moderate", "EULAR response, moderate or good", share=True, of="eular", least=1),
        Score("eular_none", "EULAR response, none", share=True, of="eular", below=1),
        Score("eular_good", "EULAR response, good", share=True, of="eular", least=2),
        Score("das28_remission", "DAS28-CRP remission (below 2.6)", share=True, of="das28_crp", below=REMISSION),
    ),
)
PANELS = (
    Panel("das28_crp", "DAS28-CRP", "points", line=REMISSION, line_meaning="remission: < 2.6"),
    Panel("synovitis", "Synovitis", "× entry"),
    Panel("autoantibody_percent", "Autoantibody", "% of entry"),
    Panel("erosion", "Joint damage since entry", "Sharp units"),
)
