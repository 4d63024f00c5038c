"""Clinical terms of CTCAE 5.0 that matter after cell therapy: graded by what the patient needed, not by a value.

All are recalled from CTCAE 5.0 (2017), to be checked against the NCI's file; version 6.0 of these terms is not known here.
"""

from __future__ import annotations

from immunoreset.endpoints.known import Answer, Range
from immunoreset.endpoints.quantities import Neutrophils, Temperature, need
from immunoreset.endpoints.together import choose
from immunoreset.endpoints.together import grade as highest_step
from immunoreset.endpoints.toxicity.ctcae_terms import VERSIONS
from immunoreset.endpoints.toxicity.findings import Number, YesNo
from immunoreset.errors import UnknownName, unknown

NEUTROPENIA = Neutrophils(1.0, "10^9/L")
SINGLE_FEVER, SUSTAINED_FEVER = Temperature(38.3, "C"), Temperature(38.0, "C")
HIGH_OXYGEN = 40.0  # per cent inspired
_never = Answer.of(False)


def only_5(version: str, term: str) -> None:
    """Refuse a version whose wording of a clinical term is not known. Raises UnknownName."""
    if version not in VERSIONS:
        raise unknown("version of CTCAE", version, VERSIONS)
    if version != "5.0":
        raise UnknownName(f"'{term}' is known here as CTCAE 5.0 words it, not {version}: use version='5.0'")


def febrile_neutropenia(
    neutrophils: Neutrophils | None,
    temperature: Temperature | None,
    *,
    version: str,
    over_an_hour: YesNo = None,
    life_threatening: YesNo = False,
    died: YesNo = False,
) -> Range:
    """Grade 0, 3, 4 or 5: neutrophils below 1.0 with one temperature above 38.3 °C, or of 38 °C for more than an hour.

    `temperature` is the highest; `over_an_hour` whether 38 °C or more lasted that long. Raises UnknownName for version 6.0.

    >>> febrile_neutropenia(Neutrophils(0.9, "10^9/L"), Temperature(38.4, "C"), version="5.0")
    Range(3)
    """
    only_5(version, "Febrile neutropenia")
    low = need(Neutrophils, neutrophils, "neutrophils").to("10^9/L") < NEUTROPENIA.to("10^9/L")
    hot = need(Temperature, temperature, "temperature").to("C")
    fever = (hot > SINGLE_FEVER.to("C")) | ((hot >= SUSTAINED_FEVER.to("C")) & Answer.of(over_an_hour))
    return choose(low & fever, highest_step(_never, _never, Answer.of(True), *_worst(life_threatening, died)), 0)


def sepsis(
    *, blood_culture_positive: YesNo, signs: YesNo, version: str, life_threatening: YesNo = False, died: YesNo = False
) -> Range:
    """Grade 0, 3, 4 or 5: a positive blood culture with signs or symptoms. Raises UnknownName for version 6.0.

    >>> sepsis(blood_culture_positive=True, signs=True, version="5.0")
    Range(3)
    """
    only_5(version, "Sepsis")
    found = Answer.of(blood_culture_positive) & Answer.of(signs)
    return choose(found, highest_step(_never, _never, Answer.of(True), *_worst(life_threatening, died)), 0)


def cytokine_release(
    *,
    fever: YesNo,
    hypotension: YesNo,
    pressors: Number,
    hypoxia: YesNo,
    inspired_oxygen: Number,
    version: str,
    life_threatening: YesNo = False,
    died: YesNo = False,
) -> Range:
    """Cytokine release as CTCAE grades it, never to be stored with an ASTCT grade, which `crs.grade` gives.

    `inspired_oxygen` in per cent. Hypotension that answers to fluids, or hypoxia that needs less than 40 % oxygen, is grade 2;
    one vasopressor or at least 40 % is grade 3. Raises UnknownName for version 6.0.

    >>> cytokine_release(fever=True, hypotension=True, pressors=1, hypoxia=False, inspired_oxygen=21, version="5.0")
    Range(3)
    """
    only_5(version, "Cytokine release syndrome")
    low, short = Answer.of(hypotension), Answer.of(hypoxia)
    third = (Range.of(pressors, lowest=0) >= 1) | (short & (Range.of(inspired_oxygen, lowest=0, highest=100) >= HIGH_OXYGEN))
    return highest_step(Answer.of(fever), low | short, third, *_worst(life_threatening, died))


def _worst(life_threatening: YesNo, died: YesNo) -> tuple[Answer, Answer]:
    return Answer.of(life_threatening), Answer.of(died)
