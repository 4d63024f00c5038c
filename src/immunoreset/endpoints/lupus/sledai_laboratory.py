"""SLEDAI items that follow from laboratory values and temperature: urine, serology, fever and blood counts.

Each function tells whether the finding is there; `sledai_findings.attributed` then asks whether lupus is its cause, which in the
weeks after lymphodepletion it often is not.
"""

from __future__ import annotations

from immunoreset.endpoints.known import Answer
from immunoreset.endpoints.lupus.sledai_items import Version, check_version, limit_of
from immunoreset.endpoints.quantities import (
    C3,
    C4,
    AntiDsDna,
    CellsPerField,
    Ch50,
    Leukocytes,
    Platelets,
    Quantity,
    Temperature,
    Upcr,
    UrineProtein,
    need,
)
from immunoreset.endpoints.together import any_of
from immunoreset.errors import InvalidValue

FARR_UNIT = "%"
FARR_BINDING = 25.0  # percent; SELENA-SLEDAI, recalled
DERIVABLE = ("CASTS", "HEMATURIA", "PROTEINURIA", "PYURIA", "LOWCOMP", "DNA", "FEVER", "THROMBOCYTOPENIA", "LEUKOPENIA")


def haematuria(red_cells: CellsPerField | None) -> Answer:
    """More than 5 red cells per high-power field.

    >>> haematuria(CellsPerField(5, "/hpf")), haematuria(CellsPerField(6, "/hpf"))
    (Answer(False), Answer(True))

    Source: tables/sledai2k_items.csv, item 12.
    """
    return need(CellsPerField, red_cells, "red_cells").to("/hpf") > limit_of("HEMATURIA")


def pyuria(white_cells: CellsPerField | None) -> Answer:
    """More than 5 white cells per high-power field.

    >>> pyuria(CellsPerField(8, "/hpf"))
    Answer(True)

    Source: tables/sledai2k_items.csv, item 14.
    """
    return need(CellsPerField, white_cells, "white_cells").to("/hpf") > limit_of("PYURIA")


def proteinuria(protein: UrineProtein | Upcr | None, *, version: Version, previous: UrineProtein | Upcr | None = None) -> Answer:
    """More than 0.5 g a day; in SELENA-SLEDAI only if new or risen by more than 0.5 g a day since `previous`.

    A protein to creatinine ratio stands for the 24-h collection at 1 g/g for 1 g a day; `previous` must be of the same kind.
    At a first visit give 0 as `previous` if proteinuria is new. Raises InvalidValue for another kind of value.

    >>> stable = UrineProtein(1.2, "g/day")
    >>> proteinuria(stable, version="2K"), proteinuria(stable, version="SELENA", previous=stable)
    (Answer(True), Answer(False))

    Source: tables/sledai2k_items.csv, item 13; the SELENA rule is recalled.
    """
    check_version(version)
    kind, unit = (Upcr, "g/g") if isinstance(protein, Upcr) or isinstance(previous, Upcr) else (UrineProtein, "g/day")
    now, before = need(kind, protein, "protein").to(unit), need(kind, previous, "previous").to(unit)
    limit = limit_of("PROTEINURIA")
    if version == "SELENA":
        return (now > limit) & ((before <= limit) | (now - before > limit))
    return now > limit


def low_complement(*measured: tuple[Quantity | None, Quantity | None]) -> Answer:
    """C3, C4 or CH50 below the lower limit of the laboratory: one pair of value and limit for each that the study measures.

    A None within a pair is a missing value. Raises InvalidValue for no pair at all or for a pair of two kinds.

    >>> c3, c4 = (C3(75, "mg/dL"), C3(0.9, "g/L")), (C4(0.2, "g/L"), C4(0.1, "g/L"))
    >>> low_complement(c3, c4), low_complement(c4), low_complement(c4, (None, None))
    (Answer(True), Answer(False), Answer(None))

    Source: tables/sledai2k_items.csv, item 20.
    """
    if not measured:
        raise InvalidValue("low_complement needs a pair of value and lower limit for each complement, such as (c3, c3_limit)")
    return any_of(_is_below(value, limit) for value, limit in measured)


def _is_below(value: Quantity | None, limit: Quantity | None) -> Answer:
    given = [one for one in (value, limit) if one is not None]
    if not given:
        return Answer.of(None)
    kind = next((kind for kind in (C3, C4, Ch50) if isinstance(given[0], kind)), None)
    if kind is None:
        raise InvalidValue(f"low_complement needs C3, C4 or Ch50 and its lower limit, not {given[0]!r}")
    unit = kind.standard_unit()
    return need(kind, value, "complement").to(unit) < need(kind, limit, "lower limit of complement").to(unit)


def dna_binding(antibodies: AntiDsDna | None, *, upper_limit: AntiDsDna | None, version: Version) -> Answer:
    """Anti-dsDNA above the upper limit of the laboratory; in SELENA-SLEDAI also more than 25 % binding by Farr (unit "%").

    Raises InvalidValue if value and limit are in units of two assays.

    >>> farr = AntiDsDna(28, "%")
    >>> dna_binding(farr, upper_limit=AntiDsDna(30, "%"), version="SELENA")
    Answer(True)
    >>> dna_binding(farr, upper_limit=AntiDsDna(30, "%"), version="2K")
    Answer(False)

    Source: tables/sledai2k_items.csv, item 21; the SELENA rule is recalled.
    """
    check_version(version)
    value, limit = need(AntiDsDna, antibodies, "antibodies"), need(AntiDsDna, upper_limit, "upper_limit")
    if antibodies is not None and upper_limit is not None and (value.unit == FARR_UNIT) != (limit.unit == FARR_UNIT):
        raise InvalidValue(f"anti-dsDNA is in {value.unit}, its upper limit in {limit.unit}: they are of different assays")
    above = value.to(value.unit) > limit.to(limit.unit)
    if version == "SELENA" and value.unit == FARR_UNIT:
        return above | (value.to(FARR_UNIT) > FARR_BINDING)
    return above


def fever(temperature: Temperature | None) -> Answer:
    """Above 38.0 °C.

    >>> fever(Temperature(38.0, "C")), fever(Temperature(100.6, "F"))
    (Answer(False), Answer(True))

    Source: tables/sledai2k_items.csv, item 22.
    """
    return need(Temperature, temperature, "temperature").to("C") > limit_of("FEVER")


def thrombocytopenia(platelets: Platelets | None) -> Answer:
    """Below 100 x 10^9/L.

    >>> thrombocytopenia(Platelets(100, "10^9/L")), thrombocytopenia(Platelets(99000, "/uL"))
    (Answer(False), Answer(True))

    Source: tables/sledai2k_items.csv, item 23.
    """
    return need(Platelets, platelets, "platelets").to("10^9/L") < limit_of("THROMBOCYTOPENIA")


def leukopenia(leukocytes: Leukocytes | None) -> Answer:
    """Below 3.0 x 10^9/L.

    >>> leukopenia(Leukocytes(2.9, "10^9/L")), leukopenia(Leukocytes(3000, "/uL"))
    (Answer(True), Answer(False))

    Source: tables/sledai2k_items.csv, item 24.
    """
    return need(Leukocytes, leukocytes, "leukocytes").to("10^9/L") < limit_of("LEUKOPENIA")
