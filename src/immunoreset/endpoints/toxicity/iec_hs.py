"""Haemophagocytosis-like syndrome of immune effector cells (IEC-HS): a prompt to look, and the grade by what was done.

The panel required the ferritin criterion and set no least number of other features, so nothing here makes the diagnosis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import Alt, Ast, Ferritin, Fibrinogen, Ldh, Triglycerides, need
from immunoreset.endpoints.together import any_of, choose, count, maximum
from immunoreset.endpoints.together import grade as highest_step
from immunoreset.endpoints.toxicity.findings import YesNo

FERRITIN_TIMES = 2  # the upper limit of normal, or the value at infusion
TRANSAMINASE_TIMES = 5  # the upper limit of normal, or a raised value at infusion
LOW_FIBRINOGEN = Fibrinogen(150, "mg/dL")
HIGH_TRIGLYCERIDES = Triglycerides(265, "mg/dL")


def ferritin_criterion(
    ferritin: Ferritin | None, *, uln: Ferritin | None, baseline: Ferritin | None, rapidly_rising: YesNo = None
) -> Answer:
    """The feature that IEC-HS requires: above twice the upper limit, above twice the value at infusion, or rising fast.

    `rapidly_rising` is a clinician's judgement; without it only a high value decides.

    >>> ferritin_criterion(Ferritin(700, "ug/L"), uln=Ferritin(400, "ug/L"), baseline=Ferritin(600, "ug/L")).value is None
    True

    Source: Hines 2023, doi:10.1016/j.jtct.2023.03.006, recalled.
    """
    value = need(Ferritin, ferritin, "ferritin").to("ug/L")
    references = (need(Ferritin, uln, "uln").to("ug/L"), need(Ferritin, baseline, "baseline").to("ug/L"))
    return any_of(value > reference * FERRITIN_TIMES for reference in references) | Answer.of(rapidly_rising)


def transaminases(value: Alt | Ast, *, uln: Alt | Ast, baseline: Alt | Ast | None) -> Answer:
    """ALT or AST above 5 times the upper limit, or above 5 times the value at infusion if that was already raised.

    Raises InvalidValue where one is ALT and another AST.

    >>> transaminases(Alt(200, "U/L"), uln=Alt(40, "U/L"), baseline=Alt(30, "U/L")).value
    False

    Source: Hines 2023, recalled.
    """
    kind = type(value)
    now, limit = value.to("U/L"), need(kind, uln, "uln").to("U/L")
    before = need(kind, baseline, "baseline").to("U/L")
    return now > maximum(limit, before) * TRANSAMINASE_TIMES


def low_fibrinogen(fibrinogen: Fibrinogen | None, *, lln: Fibrinogen | None = None) -> Answer:
    """Below 150 mg/dL, or below the laboratory's lower limit where that is known.

    >>> low_fibrinogen(Fibrinogen(1.49, "g/L")).value
    True

    Source: Hines 2023, recalled.
    """
    value = need(Fibrinogen, fibrinogen, "fibrinogen").to("g/L")
    low = value < LOW_FIBRINOGEN.to("g/L")
    return low if lln is None else low | (value < need(Fibrinogen, lln, "lln").to("g/L"))


def high_triglycerides(triglycerides: Triglycerides | None) -> Answer:
    """Fasting triglycerides above 265 mg/dL.

    >>> high_triglycerides(Triglycerides(265, "mg/dL")).value
    False
    """
    return need(Triglycerides, triglycerides, "triglycerides").to("mg/dL") > HIGH_TRIGLYCERIDES.to("mg/dL")


def high_ldh(ldh: Ldh | None, *, uln: Ldh | None) -> Answer:
    """Lactate dehydrogenase above the upper limit of normal.

    >>> high_ldh(Ldh(251, "U/L"), uln=Ldh(250, "U/L")).value
    True

    Source: Hines 2023, recalled.
    """
    return need(Ldh, ldh, "ldh").to("U/L") > need(Ldh, uln, "uln").to("U/L")


@dataclass(frozen=True, eq=False)
class Features:
    """What was found, yes, no or missing; True only where CRS, infection or the disease does not explain it.

    `timing`: began while CRS resolved or after, or worsened after a first response to its treatment. `cytopenias`: new,
    worsening or refractory. `coagulation`: prolonged PT or aPTT. `bilirubin`: direct hyperbilirubinaemia. `organs`: new
    neurotoxicity, new lung signs (hypoxia, infiltrates, oedema) or new renal insufficiency. `fever`: persistent or new.
    """

    ferritin: YesNo = None
    timing: YesNo = None
    transaminases: YesNo = None
    fibrinogen: YesNo = None
    haemophagocytosis: YesNo = None
    cytopenias: YesNo = None
    ldh: YesNo = None
    coagulation: YesNo = None
    bilirubin: YesNo = None
    splenomegaly: YesNo = None
    fever: YesNo = None
    organs: YesNo = None
    triglycerides: YesNo = None


class Prompt(NamedTuple):
    """How many common (of 5) and other (of 7) features there are, and whether a clinician should decide on IEC-HS."""

    common: Range
    other: Range
    adjudicate: Answer


def prompt(features: Features) -> Prompt:
    """Feature counts, and a prompt where the ferritin criterion and at least one other feature are met; no diagnosis.

    >>> prompt(Features(ferritin=True, cytopenias=True)).adjudicate.value
    True

    Source: Hines 2023, recalled; the panel gave no least number, so any feature prompts, which is our choice.
    """
    f = features
    common = count(map(Answer.of, (f.timing, f.transaminases, f.fibrinogen, f.haemophagocytosis, f.cytopenias)))
    other = count(map(Answer.of, (f.ldh, f.coagulation, f.bilirubin, f.splenomegaly, f.fever, f.organs, f.triglycerides)))
    return Prompt(common, other, Answer.of(f.ferritin) & (common + other >= 1))


def grade(diagnosed: YesNo, *, intervention: YesNo, severe: YesNo, life_threatening: YesNo, died: YesNo = False) -> Range:
    """Grade 0 to 5 of an IEC-HS that a clinician has diagnosed, by what it needed.

    `intervention`: directed immunosuppression, or transfusion for a low fibrinogen without bleeding (2). `severe`: bleeding
    with transfusion, or hospital care for kidney injury, hypotension or breathing (3). `life_threatening`: that kind of
    bleeding or hypotension, intubation, dialysis (4).

    >>> grade(True, intervention=True, severe=False, life_threatening=False)
    Range(2)

    Source: Hines 2023, doi:10.1016/j.jtct.2023.03.006, recalled.
    """
    steps = highest_step(*map(Answer.of, (True, intervention, severe, life_threatening, died)))
    return choose(Answer.of(diagnosed), steps, 0)
