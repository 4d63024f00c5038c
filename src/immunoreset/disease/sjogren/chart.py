"""What a clinic finds of Sjögren's disease: ESSDAI, what patients report (ESSPRI), and the flow of saliva."""

from __future__ import annotations

from collections.abc import Mapping

from immunoreset.disease.families.autoimmune.look import Floats, Item, Look, partly
from immunoreset.disease.families.autoimmune.scored import Score, Scoring
from immunoreset.endpoints.other_diseases.sjogren import MODERATE
from immunoreset.patient.outcome import Panel

SYMPTOMS_STAY = 0.4  # share of dryness, fatigue and pain at entry that no fatigue of inflammation explains (assumed)
LOW_ACTIVITY = float(MODERATE)


def essdai(look: Look) -> Floats:
    """ESSDAI, without the examiner's error."""
    return look.number("glands.essdai") * look.state("systemic_activity")


def flow(look: Look) -> Floats:
    """Unstimulated saliva, mL/min, without the error of a day; scars and inflammation take flow."""
    taken = look.number("glands.flow_of_inflammation")
    open_glands = (1 - taken * look.state("gland_inflammation")) / (1 - taken)
    return look.number("glands.full_flow") * (1 - look.state("gland_scar")) * open_glands


def symptoms(look: Look) -> Floats:
    """ESSPRI without expectation and error."""
    return look.number("glands.symptoms") * partly(SYMPTOMS_STAY, look.state("fatigue"))


def chart(look: Look) -> Mapping[str, Item]:
    """The items of a visit."""
    felt = symptoms(look) - look.expectation(look.number("glands.expectation"))
    active, felt_sd, flow_sd = (look.number(f"glands.{kind}_noise") for kind in ("activity", "symptom", "flow"))
    return {
        "ESSDAI": Item(look.read("ESSDAI", essdai(look), active)),
        "ESSPRI": Item(look.shifted("ESSPRI", felt, felt_sd, digits=1)),
        "SALIVARY_FLOW": Item(look.read("SALIVARY_FLOW", flow(look), flow_sd, digits=2)),
    }


def curves(look: Look) -> Mapping[str, Floats]:
    """Scores of the state itself."""
    return {"essdai": essdai(look), "esspri": symptoms(look), "salivary_flow": flow(look)}


SCORING = Scoring(
    chart=chart,
    curves=curves,
    scores=(
        Score("essdai", "ESSDAI", "points", change=True),
        Score("essdai_low", "ESSDAI below 5 (low activity)", share=True, of="essdai", below=LOW_ACTIVITY),
        Score("essdai_response", "ESSDAI response (3 points)", share=True),
        Score("esspri", "ESSPRI", "points", change=True),
        Score("esspri_response", "ESSPRI response", share=True),
        Score("salivary_flow", "Unstimulated flow of saliva", "mL/min", change=True),
    ),
)
PANELS = (
    Panel("essdai", "ESSDAI", "points", line=LOW_ACTIVITY, line_meaning="low activity: < 5"),
    Panel("esspri", "ESSPRI (without expectation)", "points of 10"),
    Panel("salivary_flow", "Unstimulated flow of saliva", "mL/min"),
    Panel("autoantibody_percent", "Autoantibody", "% of entry"),
)
