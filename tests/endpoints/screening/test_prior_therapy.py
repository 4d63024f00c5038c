"""Counting failed immunosuppressants."""

import pytest

from immunoreset.endpoints.screening.prior_therapy import PriorTherapy, count_failed
from immunoreset.errors import InvalidValue, UnknownName


def failed(*drugs, **options):
    return count_failed([PriorTherapy(drug, 6) for drug in drugs], **options).value


def test_methotrexate_and_azathioprine_count_as_one_by_default():
    assert failed("methotrexate", "azathioprine") == failed("MTX", "AZA") == 1
    assert failed("methotrexate", "azathioprine", merge_methotrexate_azathioprine=False) == 2


def test_the_same_drug_by_two_names_counts_once():
    assert failed("MMF", "mycophenolic acid") == 1
    assert failed("tacrolimus", "voclosporin") == 2


def test_glucocorticoids_and_antimalarials_do_not_count():
    assert failed("prednisone", "hydroxychloroquine", "belimumab") == 1


def test_three_months_are_needed_and_enough():
    assert count_failed([PriorTherapy("belimumab", 3)]).value == 1
    assert count_failed([PriorTherapy("belimumab", 2.9)]).value == 0
    assert count_failed([PriorTherapy("belimumab", 5)], least_months=6).value == 0


def test_unknown_duration_leaves_the_count_open():
    found = count_failed([PriorTherapy("belimumab", None), PriorTherapy("rituximab", 6)])
    assert (found.low, found.high) == (1, 2)


def test_intolerance_counts_only_where_the_protocol_says_so():
    stopped = [PriorTherapy("mycophenolate", 6, "intolerance")]
    assert count_failed(stopped).value == 0
    assert count_failed(stopped, intolerance_counts=True).value == 1


def test_unknown_reasons_and_negative_durations_are_refused():
    with pytest.raises(UnknownName):
        PriorTherapy("belimumab", 6, "cost")  # type: ignore[arg-type]
    with pytest.raises(InvalidValue):
        PriorTherapy("belimumab", -1)
