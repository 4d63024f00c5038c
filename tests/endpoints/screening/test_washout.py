"""Wash-outs before leukapheresis."""

import numpy as np
import pytest

from immunoreset.endpoints.quantities import Prednisone
from immunoreset.endpoints.screening.washout import is_washed_out, washout_of, washouts
from immunoreset.endpoints.tables import read
from immunoreset.errors import InvalidValue, UnknownName


@pytest.mark.parametrize("name", sorted(washouts()))
def test_every_name_is_free_on_the_day_of_the_table_and_not_the_day_before(name):
    days = washout_of(name).days
    assert is_washed_out(name, days).value is True
    if days:
        before = is_washed_out(name, days - 1, highest_dose=Prednisone(40, "mg/day"))
        assert before.value is False


def test_every_drug_of_the_table_is_known():
    listed = [drug for row in read("washouts")[:-1] for drug in row["drugs"].split(", ")]
    assert all(washout_of(drug) for drug in listed)


@pytest.mark.parametrize(
    ("drug", "days"),
    [
        ("Tacrolimus", 14), ("MMF", 14), ("tofacitinib", 14), ("sirolimus", 14), ("rituximab", 7), ("belimumab", 7),
        ("tocilizumab", 30), ("carfilzomib", 21), ("MTX", 21), ("hydroxychloroquine", 0), ("ATG", 42), ("plasma exchange", 14),
    ],
)  # fmt: skip
def test_synonyms_and_members_of_a_class_find_its_period(drug, days):
    assert washout_of(drug).days == days


def test_glucocorticoid_may_go_on_at_ten_milligrams():
    def free(days, dose):
        return is_washed_out("prednisone", days, highest_dose=None if dose is None else Prednisone(dose, "mg/day")).value

    assert (free(0, 10), free(0, 10.1), free(0, None)) == (True, False, None)
    assert free(7, 40) is True and free(None, 5) is True and free(None, 20) is None


def test_live_vaccines_count_back_from_the_infusion():
    assert washout_of("live vaccine").before == "infusion"
    assert washout_of("rituximab").before == "leukapheresis"


def test_missing_days_are_undecided_unless_no_wash_out_is_needed():
    assert is_washed_out("mycophenolate", None).value is None
    assert is_washed_out("hydroxychloroquine", None).value is True


def test_many_patients_at_once():
    assert is_washed_out("methotrexate", [20, 21, np.nan]).values.tolist() == pytest.approx([0, 1, np.nan], nan_ok=True)


def test_unknown_drugs_and_negative_days_are_refused():
    with pytest.raises(UnknownName, match="did you mean 'tacrolimus'"):
        washout_of("tacrolimuss")
    with pytest.raises(InvalidValue):
        is_washed_out("mycophenolate", -1)


@pytest.mark.parametrize(
    ("doses", "expected"),
    [
        ([10, 10, 10, 10, 10, 10, 10], True),
        ([10, 10, 10, 12.5, 10, 10, 10], False),
        ([20, 20, 10, 10, 5, 5, 5, 5, 5], True),
        ([5, 5, 5], None),
        ([5, 5, 20], False),
        ([5, 5, np.nan, 5, 5, 5, 5], None),
    ],
)
def test_every_daily_dose_of_the_last_week_counts(doses, expected):
    assert is_washed_out("prednisone", 0, daily_doses=Prednisone(doses, "mg/day")).value is expected
