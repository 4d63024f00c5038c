"""A unit keeps its size in every spelling of laboratories, UCUM and CDISC, and what is not understood is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.quantities import (
    Albumin,
    Alt,
    AntiDsDna,
    CellsPerField,
    Creatinine,
    Crp,
    Egfr,
    Ferritin,
    Platelets,
    Uacr,
    Upcr,
    VascularResistance,
)
from immunoreset.endpoints.units import sizes
from immunoreset.errors import UnknownName

GIGA = """1000/uL|x1000/mm3|th/uL
GI/L|G/L|g/l|10^9/L|10*9/L|10**9/L|10E9/L|1E9/L|x10^9/L|x 10^9/L|X10(9)/L|10⁹/L|10^9 cells/L|/nL|1/nL|10^3/uL|10*3/uL
10³/µL|10^3/mm3|x10E3/uL|10(3)/mcL|THOUSAND/uL|Thou/mcL|tsd/ul|K/uL|k/mcL|K/cumm|10^6/mL|10^3 cells/uL""".replace("\n", "|")
CDISC = {  # terms of UNIT (C71620), each with synonyms of the code list
    "10^9/L": "/nL 1/nL 10^3/mm3 10^3/uL 10^6/mL G/L GI/L K/cumm Thou/mcL",
    "10^6/L": "/mm3 /uL 1/mm3 1/uL 10^3/mL M/L Mega/L",
    "g/L": "kg/m3 mg/mL ug/uL",
    "mg/L": "g/m3 mcg/mL ng/uL ug/mL",
    "ug/L": "mcg/L mg/m3 ng/mL",
    "ng/L": "pg/mL ug/m3",
    "g/g": "kg/kg mcg/mcg mg/mg ug/ug",
    "g/mol": "mg/mmol",
    "g/kg": "mg/g ug/mg",
    "mg/dL": "mg%",
    "umol/L": "nmol/mL",
    "mmol/L": "mcmol/mL mol/m3 nmol/uL umol/mL",
    "U/L": "mU/mL",
    "ukat/L": "mckat/L",
    "IU/mL": "IE/mL kIU/L",
    "U/mL": "kU/L",
    "mL/min/1.73 m2": "mL/min/1.73m2",
    "g/day": "g/24h",
    "pmol/L": "fmol/mL",
}


@pytest.mark.parametrize("unit", GIGA.split("|"))
def test_a_thousand_million_cells_in_a_litre_has_one_size_in_every_spelling(unit):
    assert Platelets(150, unit).to("10^9/L").value == pytest.approx(150)


@pytest.mark.parametrize(("term", "synonym"), [(term, one) for term, more in CDISC.items() for one in more.split()])
def test_terms_of_cdisc_have_the_size_of_their_synonyms(term, synonym):
    of, factor = sizes(term)[-1 if term == "g/L" else 0]
    assert any(one.of == of and one.factor == pytest.approx(factor) for one in sizes(synonym))


@pytest.mark.parametrize(
    ("kind", "unit", "value", "standard"),
    [
        (Creatinine, "mmol/L", 0.08842, 1.0), (Creatinine, "mcmol/L", 88.42, 1.0), (Creatinine, "mg/100mL", 1, 1.0),
        (Albumin, "gm/L", 40, 40), (Albumin, "gm/dL", 4, 40), (Alt, "UI/L", 7, 7), (Alt, "nkat/L", 100, 6), (Alt, "IU/L", 7, 7),
        (Upcr, "g/mol", 113, 1), (Upcr, "mg/g{creat}", 500, 0.5), (Upcr, "g/kg", 500, 0.5), (Uacr, "mg/g Cr", 113, 12.769),
        (Uacr, "g/mol", 3, 3),
        (Egfr, "mL/min/1.73 m2", 60, 60), (Egfr, "mL/min/{1.73_m2}", 60, 60), (Egfr, "mL/s/1.73 m2", 1, 60),
        (Egfr, "ml/min/1,73 m²", 60, 60), (Ferritin, "mcg/L", 9, 9), (Crp, "ug/mL", 5, 5), (Crp, "g/L", 0.005, 5),
        (AntiDsDna, "[IU]/mL", 4, 4), (AntiDsDna, "k[IU]/L", 4, 4), (CellsPerField, "/[HPF]", 4, 4),
        (VascularResistance, "dyn.s.cm-5", 80, 1),
    ],
)  # fmt: skip
def test_value_in_a_spelling_of_laboratories_has_its_standard_value(kind, unit, value, standard):
    assert kind(value, unit).to(kind.standard_unit()).value == pytest.approx(standard, rel=1e-6)


@pytest.mark.parametrize(
    "unit", ["G", "10^9", "109/L", "10 9/L", "mL", "x/L", "mg/m2", "nmol/L", "cells", "/L/L", "mg//L", "1000"]
)
def test_a_unit_that_is_not_understood_is_refused_with_the_known_ones_and_no_guess(unit):
    with pytest.raises(UnknownName) as refused:
        Crp(1, unit)
    assert str(refused.value) == f"no unit of CRP '{unit}'; known: mg/L, mg/dL"


@given(st.text(max_size=12))
def test_any_text_is_read_or_not_but_never_an_error(text):
    assert all(one.factor > 0 for one in sizes(text))
