"""A file is scored by what it holds: values that lupus is judged by too are no lupus in the file of another disease."""

from __future__ import annotations

import pytest

from immunoreset.endpoints.items import items
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.scoring.sheet import LUPUS, OTHER_DISEASES
from immunoreset.endpoints.visits import Visits

LABORATORY = {"TEMP": 37.0, "WBC": 5.0, "PLAT": 200.0, "UPCR": 0.2, "EGFR": 90.0, "NEUT": 3.0}
OF_LUPUS = {"sledai", "csledai", "doris", "lldas", "crr_bliss", "perr", "proteinuric"}


def names(*visits: dict[str, float]) -> set[str]:
    """The scores of one patient with visits on days 0, 90, ..."""
    rows = [(90.0 * place, item, value) for place, found in enumerate(visits) for item, value in found.items()]
    day, item, value = zip(*rows, strict=True)
    table = score(Visits.from_long(patient=["A"] * len(rows), day=day, item=item, value=value), USUAL).by_visit()
    return set(table["score"])


@pytest.mark.parametrize("item", OTHER_DISEASES)
def test_laboratory_values_beside_another_disease_are_no_lupus(item: str) -> None:
    also = {"TJC28": 1.0, "SJC28": 1.0} if item in ("TJC28", "SJC28") else {}
    found = names(*[LABORATORY | also | {item: items()[item].lowest}] * 2)
    assert not found & OF_LUPUS and "egfr" in found
    assert any("ctcae" in name for name in found), "safety stays"


@pytest.mark.parametrize("item", [*LUPUS, "RASH"])
def test_what_only_lupus_is_judged_by_makes_it_a_file_of_lupus(item: str) -> None:
    assert {"sledai", "doris", "crr_bliss"} <= names(*[LABORATORY | {"PDAI": 3.0, item: 1.0}] * 2)


def test_laboratory_values_alone_are_scored_as_before() -> None:
    assert names(LABORATORY, LABORATORY) >= OF_LUPUS


def test_the_eular_response_compares_das28_with_baseline() -> None:
    before = {"TJC28": 12.0, "SJC28": 10.0, "CRP": 20.0, "ESR": 40.0, "GH": 6.0}
    well = {"TJC28": 0.0, "SJC28": 0.0, "CRP": 1.0, "ESR": 5.0, "GH": 0.5}
    better = {"TJC28": 6.0, "SJC28": 5.0, "CRP": 10.0, "ESR": 20.0, "GH": 4.0}
    rows = [(day, item, value) for day, found in ((0, before), (90, better), (180, well)) for item, value in found.items()]
    day, item, value = zip(*rows, strict=True)
    scored = score(Visits.from_long(patient=["A"] * len(rows), day=day, item=item, value=value), USUAL)
    for name in ("eular", "eular_esr"):
        result = scored.result(name)
        assert result.shown.tolist() == [False, True, True] and result.limits()[0][1:].tolist() == [1, 2]
        assert result.categories == ("none", "moderate", "good")


def test_strength_and_creatine_kinase_are_scores_of_myositis_alone() -> None:
    assert {"mmt8", "ck"} <= names({"MMT8": 120.0, "CK": 900.0}, {"MMT8": 140.0, "CK": 200.0})
    assert "ck" not in names({"RASH": 1.0, "CK": 200.0})
