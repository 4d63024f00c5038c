"""Simulated patients are screened by the rules for real ones: what they are is judged, what nobody knows stays undetermined."""

import numpy as np
import pytest

from immunoreset import sample
from immunoreset.disease.lupus.screening import MODULE, Shares, candidates, screen_cohort
from immunoreset.endpoints.known import Answer
from immunoreset.endpoints.screening.counts import ELIGIBLE, screening_table
from immunoreset.endpoints.screening.eligibility import Limits
from immunoreset.errors import InvalidValue, UnknownName
from immunoreset.patient.birth_certificates import STANDINGS, table_of

N = 1500


@pytest.fixture(scope="module")
def cohort():
    return sample("cart", N, seed=1)


def passed(screening, rule):
    return next(verdict.passed for verdict in screening.verdicts if verdict.rule.id == rule)


def test_counts_filtration_and_activity_are_judged_as_the_patient_has_them(cohort):
    found = screen_cohort(cohort)
    own = {name: np.broadcast_to(value, N) for name, value in cohort.parameters.items() if np.ndim(value) < 2}
    expected = {
        "I01": cohort.covariates["age"] <= 65,
        "I04": cohort.covariates["sledai_2k"] >= 8,
        "I09": own["neutrophils.baseline"] >= 1.0,
        "I10": own["red_cells.baseline"] >= 80.0,
        "I11": own["platelets.baseline"] >= 50.0,
        "I12": own["lymphocytes.baseline"] >= 100.0,
    }
    for rule, holds in expected.items():
        np.testing.assert_array_equal(passed(found, rule).values, holds, err_msg=rule)
    for rule, least in (("I10", 1), ("I11", 1), ("I13", 1)):
        assert passed(found, rule).no.sum() >= least, rule
    agree = passed(found, "I13").yes == (own["body.egfr"] >= 30.0)
    assert agree.mean() > 0.98  # one is the number of the patient, the other what it reads at entry


def test_lupus_cytopenia_can_be_waived(cohort):
    strict, waived = screen_cohort(cohort), screen_cohort(cohort, limits=Limits(lupus_cytopenia_waived=True))
    low = passed(strict, "I11").no
    struck = np.broadcast_to(cohort.parameters["sledai.has_blood"], N) > 0
    np.testing.assert_array_equal(passed(waived, "I11").yes[low], struck[low])


def test_what_neither_model_nor_publication_says_is_undetermined_for_everybody(cohort):
    found = screen_cohort(cohort)
    for rule in ("I02", "I08", "I14", "I16", "E04", "E06", "E08", "E09"):
        assert not passed(found, rule).decided.any(), rule
    assert not passed(found, "E02").yes.any()  # tuberculosis, CMV and syphilis were not looked for
    assert not passed(found, "E05").yes.any()  # nobody was asked about contraception
    assert not found.eligible.yes.any()


def test_shares_of_the_drawn_are_the_published_ones():
    many = sample("trial", 6000, seed=2)
    found, woman = candidates(many), many.covariates["sex"] == "F"
    could = woman & (many.covariates["age"] < 45)
    drawn = {
        "hiv": found.infections["HIV"].mean(),
        "hepatitis_b": found.infections["hepatitis B DNA"].mean(),
        "hepatitis_c": found.infections["hepatitis C RNA"].mean(),
        "low ejection": (found.lvef.high < 50).mean(),
    }
    published = {"hiv": 0.0039, "hepatitis_b": 0.003, "hepatitis_c": 0.009, "low ejection": 0.0239 * (0.133 + 0.1489)}
    for name, share in published.items():
        assert abs(drawn[name] - share) < 3.5 * np.sqrt(share / 6000), name
    share = 0.0545 * 0.62 * 266 / 365.25
    assert abs(found.pregnant[could].mean() - share) < 3.5 * np.sqrt(share / could.sum())
    assert not found.pregnant[~could].any()
    assert Answer.of(found.lactating).no[~woman].all()


def test_a_patient_keeps_the_draws_whoever_else_is_screened(cohort):
    some = np.arange(3, N, 7)
    of_all, alone = screen_cohort(cohort), screen_cohort(cohort.select(some))
    for one, other in zip(of_all.verdicts, alone.verdicts, strict=True):
        np.testing.assert_array_equal(
            np.broadcast_to(one.passed.values, N)[some], np.broadcast_to(other.passed.values, len(some))
        )


def test_a_place_with_more_hepatitis_has_more_failures_and_the_same_patients_among_them(cohort):
    here, there = screen_cohort(cohort), screen_cohort(cohort, shares={"hepatitis_b": 0.05})
    few, many = passed(here, "E02").no, passed(there, "E02").no
    assert many.sum() > few.sum() + 40 and many[few].all()


def test_table_counts_every_patient_once_in_each_row(cohort):
    table = screening_table(screen_cohort(cohort)).set_index("id")
    assert (table[["passed", "failed", "undetermined"]].sum(axis=1) == N).all()
    assert len(table) == 26 and table.loc[ELIGIBLE, "failed"] >= table.loc["I11", "failed"]


def test_every_share_has_a_birth_certificate():
    own = table_of(MODULE).own
    assert set(own) == set(Shares._fields)
    for parameter in own.values():
        assert parameter.source and parameter.note and parameter.standing in STANDINGS


def test_other_shares_and_other_diseases_are_refused_by_name(cohort):
    with pytest.raises(UnknownName, match=r"hepatitis_d.*hepatitis_"):
        screen_cohort(cohort, shares={"hepatitis_d": 0.1})
    with pytest.raises(InvalidValue, match="no lupus"):
        screen_cohort(sample("lymphoma", 3, seed=1))


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan"), float("inf"), None, "often"])
def test_a_share_that_cannot_be_is_refused_with_its_bounds(share):
    with pytest.raises(InvalidValue, match=r"screening.hiv.*from 0 to 1"):
        screen_cohort(sample("cart", 4, seed=1), shares={"hiv": share})
