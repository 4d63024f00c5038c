"""SLEDAI items from laboratory values: every boundary, every unit, both versions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus.sledai_laboratory import (
    dna_binding,
    fever,
    haematuria,
    leukopenia,
    low_complement,
    proteinuria,
    pyuria,
    thrombocytopenia,
)
from immunoreset.endpoints.quantities import (
    C3,
    C4,
    AntiDsDna,
    CellsPerField,
    Ch50,
    Crp,
    Leukocytes,
    Platelets,
    Temperature,
    Upcr,
    UrineProtein,
)
from immunoreset.errors import InvalidValue


@pytest.mark.parametrize("rule", [haematuria, pyuria])
def test_more_than_5_cells_per_field_count(rule):
    assert rule(CellsPerField([5, 5.5, 6, np.nan], "/hpf")).yes.tolist() == [False, True, True, False]
    assert rule(None).value is None


def test_fever_is_above_38_in_either_unit():
    assert fever(Temperature(38.0, "C")).value is False
    assert fever(Temperature(38.1, "C")).value is True
    assert fever(Temperature(100.4, "F")).value is False
    assert fever(Temperature(100.5, "F")).value is True


@pytest.mark.parametrize(("rule", "kind", "limit"), [(thrombocytopenia, Platelets, 100), (leukopenia, Leukocytes, 3.0)])
def test_cytopenias_are_below_their_limit_in_either_unit(rule, kind, limit):
    assert rule(kind(limit, "10^9/L")).value is False
    assert rule(kind(limit - 0.01, "10^9/L")).value is True
    assert rule(kind(limit * 1000, "/uL")).value is False
    assert rule(kind(limit * 1000 - 1, "/uL")).value is True


def test_proteinuria_is_above_half_a_gram_a_day_or_per_gram():
    assert proteinuria(UrineProtein(0.5, "g/day"), version="2K").value is False
    assert proteinuria(UrineProtein(510, "mg/day"), version="2K").value is True
    assert proteinuria(Upcr(0.51, "g/g"), version="2K").value is True
    assert proteinuria(Upcr(56, "mg/mmol"), version="2K").value is False


@pytest.mark.parametrize(
    ("before", "now", "present"),
    [(1.2, 1.2, False), (0.3, 0.6, True), (1.0, 1.5, False), (1.0, 1.51, True), (0.5, 0.51, True), (0, 0.4, False)],
)
def test_selena_counts_proteinuria_that_is_new_or_rose_by_more_than_half_a_gram(before, now, present):
    found = proteinuria(UrineProtein(now, "g/day"), version="SELENA", previous=UrineProtein(before, "g/day"))
    assert found.value is present


def test_selena_leaves_proteinuria_open_without_the_value_before():
    assert proteinuria(UrineProtein(2, "g/day"), version="SELENA").value is None
    assert proteinuria(UrineProtein(0.4, "g/day"), version="SELENA").value is False
    with pytest.raises(InvalidValue, match="Upcr is needed"):
        proteinuria(Upcr(2, "g/g"), version="SELENA", previous=UrineProtein(1, "g/day"))


@given(st.floats(0, 5), st.floats(0, 5))
def test_selena_proteinuria_is_always_proteinuria_by_2k(before, now):
    protein, previous = UrineProtein(now, "g/day"), UrineProtein(before, "g/day")
    if proteinuria(protein, version="SELENA", previous=previous).value:
        assert proteinuria(protein, version="2K").value


def test_complement_is_low_if_one_component_is_below_its_limit():
    normal, low = (C3(0.9, "g/L"), C3(90, "mg/dL")), (C4(0.09, "g/L"), C4(10, "mg/dL"))
    assert low_complement(normal).value is False
    assert low_complement(normal, low).value is True
    assert low_complement(normal, (Ch50(30, "U/mL"), None)).value is None
    assert low_complement(low, (None, None)).value is True


def test_complement_refuses_no_measurement_and_mixed_ones():
    for wrong in ((), ((C3(1, "g/L"), C4(1, "g/L")),), ((Crp(1, "mg/L"), None),), ((0.8, 0.9),)):
        with pytest.raises(InvalidValue, match="complement"):
            low_complement(*wrong)


def test_dna_binding_is_above_the_limit_of_the_laboratory():
    limit = AntiDsDna(30, "IU/mL")
    assert dna_binding(AntiDsDna([30, 31, np.nan], "IU/mL"), upper_limit=limit, version="2K").yes.tolist() == [False, True, False]
    assert dna_binding(AntiDsDna(31, "IU/mL"), upper_limit=None, version="2K").value is None


def test_selena_counts_farr_binding_above_25_percent():
    limit = AntiDsDna(30, "%")
    assert dna_binding(AntiDsDna(25, "%"), upper_limit=limit, version="SELENA").value is False
    assert dna_binding(AntiDsDna(26, "%"), upper_limit=limit, version="SELENA").value is True
    assert dna_binding(AntiDsDna(26, "%"), upper_limit=limit, version="2K").value is False
    assert dna_binding(AntiDsDna(26, "%"), upper_limit=None, version="SELENA").value is True


def test_limits_of_another_assay_are_refused():
    with pytest.raises(InvalidValue, match="different assays"):
        dna_binding(AntiDsDna(26, "%"), upper_limit=AntiDsDna(30, "IU/mL"), version="2K")
