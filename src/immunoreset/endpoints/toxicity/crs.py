"""Cytokine release syndrome: the ASTCT grade of one assessment, or of many at once."""

from __future__ import annotations

from dataclasses import dataclass

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import OxygenFlow, Temperature, need
from immunoreset.endpoints.together import choose, maximum
from immunoreset.endpoints.together import grade as highest_step
from immunoreset.endpoints.toxicity.findings import Attribution, Number, Words, YesNo, attributed, graded, only_if

FEVER = Temperature(38.0, "C")
HIGHEST_LOW_FLOW = OxygenFlow(6, "L/min")
MULTIPLE = 2  # vasopressors, vasopressin not counted
LOW_FLOW, HIGH_FLOW, PRESSURE, DEATH = 2, 3, 4, 5  # grades
PARTS = ("fever", "hypotension", "hypoxia")

OXYGEN: dict[str, int | tuple[int, int]] = {
    "none": 0,
    "room_air": 0,
    "intubated_airway_protection": 0,  # for the airway or a procedure, not for hypoxia
    "intubated_procedure": 0,
    "blow_by": LOW_FLOW,
    "low_flow": LOW_FLOW,
    "low_flow_nasal_cannula": LOW_FLOW,
    "nasal_cannula": (LOW_FLOW, HIGH_FLOW),  # the flow decides
    "high_flow": HIGH_FLOW,
    "high_flow_nasal_cannula": HIGH_FLOW,
    "facemask": HIGH_FLOW,
    "face_mask": HIGH_FLOW,
    "nonrebreather": HIGH_FLOW,
    "non_rebreather": HIGH_FLOW,
    "venturi": HIGH_FLOW,
    "cpap": PRESSURE,
    "bipap": PRESSURE,
    "intubated": PRESSURE,
    "ventilated": PRESSURE,
    "mechanical_ventilation": PRESSURE,
}
CANNULA = {word: int("cannula" in word or word.endswith("_flow")) for word in OXYGEN}


@dataclass(frozen=True, eq=False)
class Signs:
    """What decides the grade of an assessment; every field is one value or an array of one per assessment, None is missing.

    `pressors` counts vasopressors without vasopressin, which has a field of its own. `oxygen` is a word of `OXYGEN`; for a
    nasal cannula `oxygen_flow` decides between low and high flow. `due_to_crs` is one answer for all findings or one for each
    of "fever", "hypotension" and "hypoxia" (False: sepsis, fluid overload, CPAP before infusion and so on); True means that
    nothing else was found. `died` is death from CRS without another main cause. Organ toxicity has no field: it never counts.
    """

    temperature: Temperature | None = None
    hypotension: YesNo = None
    pressors: Number = None
    vasopressin: YesNo = None
    oxygen: Words = None
    oxygen_flow: OxygenFlow | None = None
    due_to_crs: Attribution = True
    died: YesNo = False


def fever(signs: Signs) -> Answer:
    """Temperature of 38.0 C or more that is put down to CRS.

    >>> fever(Signs(temperature=Temperature(100.4, "F"))).value
    True
    """
    hot = need(Temperature, signs.temperature, "temperature").to("C") >= FEVER.to("C")
    return hot & attributed(signs.due_to_crs, "fever", PARTS)


def support(signs: Signs) -> Range:
    """The worse of the two columns, hypotension and hypoxia, as a grade from 0 to 4.

    >>> support(Signs(hypotension=True, pressors=0, vasopressin=False, oxygen="room air"))
    Range(2)
    """
    pressors, vasopressin = Range.of(signs.pressors, lowest=0), Answer.of(signs.vasopressin)
    never = Answer.of(False)
    one_pressor = (pressors >= 1) | vasopressin
    pressure = highest_step(never, Answer.of(signs.hypotension), one_pressor, pressors >= MULTIPLE)
    return maximum(
        only_if(attributed(signs.due_to_crs, "hypotension", PARTS), pressure),
        only_if(attributed(signs.due_to_crs, "hypoxia", PARTS), _oxygen_grade(signs)),
    )


def _oxygen_grade(signs: Signs) -> Range:
    flow = need(OxygenFlow, signs.oxygen_flow, "oxygen_flow").to("L/min")
    measured_cannula = graded(signs.oxygen, CANNULA, what="oxygen support").equals(1) & Answer.of(flow.known)
    by_flow = choose(flow > HIGHEST_LOW_FLOW.to("L/min"), HIGH_FLOW, LOW_FLOW)
    return choose(measured_cannula, by_flow, graded(signs.oxygen, OXYGEN, what="oxygen support"))


def grade(signs: Signs, *, crs_before: YesNo = None, fever_masked: YesNo = None) -> Range:
    """ASTCT grade, 0 to 5; a range where what is missing could change it.

    `crs_before`: a fever put down to CRS has been seen since the infusion, and that episode is not over. `fever_masked`: since
    then an antipyretic or an anti-cytokine drug (tocilizumab, steroid, anakinra) was given, so that fever is no longer needed.
    Without fever and without masking the grade is 0, whatever the support. Vasopressin alone counts as one vasopressor, which
    is our reading. Raises UnknownName for an oxygen device that is not in `OXYGEN` and InvalidValue for a bare number.

    >>> grade(Signs(Temperature(39.5, "C"), pressors=1, vasopressin=False, oxygen="low flow"))
    Range(3)

    Source: Lee 2019, doi:10.1016/j.bbmt.2018.12.758; grade 5, airway protection and organ toxicity are recalled from its text.
    """
    hot, columns = fever(signs), support(signs)
    lasting = Answer.of(crs_before) & Answer.of(fever_masked)
    alive = choose(hot, maximum(1, columns), only_if(lasting, columns))
    return choose(Answer.of(signs.died), DEATH, alive)
