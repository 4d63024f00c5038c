"""Renal responses: the boundaries of each trial, implications between them, units and missing data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.endpoints.lupus import renal
from immunoreset.endpoints.quantities import CellsPerField, Creatinine, Egfr, Prednisone, Upcr
from immunoreset.endpoints.tables import read
from immunoreset.errors import InvalidValue, UnknownName

SPECIMEN = "24 h"
ratios = st.sampled_from([0.0, 0.2, 0.49, 0.5, 0.51, 0.7, 0.71, 0.79, 0.8, 1.0, 2.9, 3.0, 5.0])
rates = st.sampled_from([20.0, 48.0, 50.0, 59.9, 60.0, 80.0, 85.0, 89.9, 90.0, 100.0, 120.0])
tri = st.sampled_from([True, False, None])


def gfr(value):
    return None if value is None else Egfr(value, "mL/min/1.73m2")


def g_per_g(value):
    return None if value is None else Upcr(value, "g/g")


def all_responses(upcr, egfr, earlier, event, *, before=1.0, dose=5.0):
    """Every definition on the same facts."""
    steroid = None if dose is None else Prednisone(dose, "mg/day")
    low_dose = None if dose is None else dose <= 10
    protein, now, reference = g_per_g(upcr), gfr(egfr), gfr(earlier)
    bland = {"red_cells": CellsPerField(2, "/hpf"), "red_cell_casts": False, "upper_limit": Creatinine(1.1, "mg/dL")}
    serum = Creatinine(1.0, "mg/dL")
    return {
        "PERR": renal.perr_bliss_ln(protein, now, reference, treatment_failure=event, specimen=SPECIMEN),
        "CRR_BLISS": renal.crr_bliss_ln(protein, now, reference, treatment_failure=event, specimen=SPECIMEN),
        "CRR_AURORA": renal.crr_aurora(
            protein, now, reference, drop_confirmed=True, low_dose_steroids=low_dose, rescue=event, specimen=SPECIMEN
        ),
        "PRR_AURORA": renal.partial_response_aurora(protein, g_per_g(before), specimen=SPECIMEN),
        "CRR_REGENCY": renal.crr_regency(protein, now, reference, intercurrent_event=event, specimen=SPECIMEN),
        "CRR_REGENCY_GC": renal.crr_regency_with_steroids(
            protein, now, reference, highest_dose=steroid, intercurrent_event=event, specimen=SPECIMEN
        ),
        "PROTRESP_REGENCY": renal.proteinuric_response_regency(protein, intercurrent_event=event, specimen=SPECIMEN),
        "CRR_NOBILITY": renal.crr_nobility(protein, serum, serum, **bland, specimen=SPECIMEN),
        "CRR_ALLURE": renal.crr_allure(protein, now, reference, highest_dose=steroid, cellular_casts=event, specimen=SPECIMEN),
        "CR_KDIGO2024": renal.complete_response_kdigo_2024(protein, now, reference, specimen=SPECIMEN),
        "PR_KDIGO2024": renal.partial_response_kdigo_2024(protein, g_per_g(before), now, reference, specimen=SPECIMEN),
    }


def answers(*args, **kwargs):
    return {name: found.response.value for name, found in all_responses(*args, **kwargs).items()}


def test_every_response_of_the_table_has_a_function():
    named = {row["endpoint"] for row in read("renal_response")} - {"RENAL_FLARE_AURORA2"}
    assert named == set(all_responses(0.1, 100, 100, False))


def test_thresholds_are_those_of_the_table():
    rows = {row["endpoint"]: row for row in read("renal_response")}
    assert f"<={renal.PERR_UPCR:g}" in rows["PERR"]["upcr_rule"] and "0.80*" in rows["PERR"]["egfr_rule"]
    assert f"<{renal.BLISS_UPCR:g}" in rows["CRR_BLISS"]["upcr_rule"] and "0.90*" in rows["CRR_BLISS"]["egfr_rule"]
    assert f"<={renal.AURORA_UPCR:g}" in rows["CRR_AURORA"]["upcr_rule"]
    assert f"<{renal.REGENCY_UPCR:g}" in rows["CRR_REGENCY"]["upcr_rule"] and "0.85*" in rows["CRR_REGENCY"]["egfr_rule"]
    assert f"<{renal.REGENCY_PROTEINURIC:g}" in rows["PROTRESP_REGENCY"]["upcr_rule"]
    assert f"<={renal.REGENCY_DOSE:g} mg" in rows["CRR_REGENCY_GC"]["gc_rule"]


def test_upcr_of_half_a_gram_is_complete_in_aurora_only():
    at_half = answers(0.5, 100, 100, False)
    assert at_half["CRR_AURORA"] is True
    assert not any(at_half[name] for name in ("CRR_BLISS", "CRR_REGENCY", "CRR_NOBILITY", "CRR_ALLURE", "CR_KDIGO2024"))


@given(ratios, rates, rates, st.booleans())
def test_complete_response_implies_the_weaker_ones(upcr, egfr, earlier, event):
    found = answers(upcr, egfr, earlier, event)
    for strong, weak in [
        ("CRR_BLISS", "PERR"), ("CRR_REGENCY_GC", "CRR_REGENCY"), ("CRR_REGENCY", "PROTRESP_REGENCY"),
        ("PR_KDIGO2024", "PRR_AURORA"),
    ]:  # fmt: skip
        assert not found[strong] or found[weak], (strong, weak)


@given(ratios, rates, rates, tri, st.sampled_from([0.5, 1.0, 6.0]), st.sampled_from([5.0, 9.0, 20.0]), st.integers(0, 5))
def test_missing_data_leaves_an_answer_or_makes_it_undecided(upcr, egfr, earlier, event, before, dose, missing):
    facts = [upcr, egfr, earlier, event, before, dose]
    full = answers(*facts[:4], before=before, dose=dose)
    facts[missing] = None
    partial = answers(*facts[:4], before=facts[4], dose=facts[5])
    assert all(partial[name] in (None, full[name]) for name in full)


@given(ratios, rates, rates)
def test_less_protein_and_more_filtration_never_lose_a_response(upcr, egfr, earlier):
    worse, better = answers(upcr, egfr, earlier, False), answers(upcr * 0.9, egfr * 1.1, earlier, False)
    assert all(better[name] for name in worse if worse[name])


@given(ratios, rates, rates)
def test_unit_of_upcr_does_not_matter(upcr, egfr, earlier):
    results = [
        renal.crr_regency(Upcr(upcr * size, unit), gfr(egfr), gfr(earlier), intercurrent_event=False, specimen=SPECIMEN)
        for unit, size in [("g/g", 1), ("mg/g", 1000), ("mg/mmol", 113)]
    ]
    assert len({one.response.value for one in results}) == 1


def test_arrays_give_the_same_responses_as_single_visits():
    random = np.random.default_rng(3)
    upcr, egfr, earlier = random.uniform(0, 1, 200).round(2), random.uniform(20, 120, 200), random.uniform(20, 120, 200)
    event = random.choice([1.0, 0.0, np.nan], 200)
    upcr[::7], egfr[::5] = np.nan, np.nan
    together = all_responses(upcr, egfr, earlier, event)
    visits = zip(upcr, egfr, earlier, event, strict=True)
    apart = [all_responses(*one[:3], None if np.isnan(one[3]) else one[3] == 1) for one in visits]
    for name, found in together.items():
        assert found.response.values.tolist() == pytest.approx([float(one[name].response.values) for one in apart], nan_ok=True)


def test_specimen_is_reported_along_and_never_assumed():
    with pytest.raises(TypeError):
        renal.partial_response_aurora(g_per_g(0.1), g_per_g(1.0))  # type: ignore[call-arg]
    found = renal.partial_response_aurora(g_per_g(0.1), g_per_g(1.0), specimen=["24 h", None])
    assert list(found.specimen) == ["24 h", ""]
    assert renal.partial_response_aurora(g_per_g(0.1), None, specimen=None).specimen == ""
    with pytest.raises(UnknownName, match="first-morning void"):
        renal.partial_response_aurora(g_per_g(0.1), None, specimen="first morning void")


def test_a_bare_number_is_refused():
    with pytest.raises(InvalidValue, match="no unit"):
        renal.partial_response_aurora(0.4, g_per_g(1.0), specimen=SPECIMEN)  # type: ignore[arg-type]


def test_aurora_needs_the_fall_to_be_confirmed():
    def response(confirmed):
        found = renal.crr_aurora(
            g_per_g(0.4), gfr(50), gfr(70), drop_confirmed=confirmed, low_dose_steroids=True, rescue=False, specimen=SPECIMEN
        )
        return found.response.value

    assert (response(False), response(True), response(None)) == (True, False, None)
