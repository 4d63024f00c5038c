"""The table of SLEDAI items: what other parts of the package rely on."""

import pytest

from immunoreset.endpoints.items import items as file_items
from immunoreset.endpoints.lupus.sledai_items import BY_CODE, CODES, ITEMS, ORGANS, answers, limit_of, only
from immunoreset.errors import InvalidValue, UnknownName


def test_there_are_24_items_in_nine_organs():
    assert len(ITEMS) == len(BY_CODE) == 24
    assert set(ORGANS) == {"CNS", "VASC", "MSK", "RENAL", "SKIN", "SEROSA", "SEROLOGY", "CONST", "HEME"}


def test_files_know_every_item():
    assert set(CODES) <= set(file_items())


def test_serology_alone_is_not_clinical():
    assert [item.code for item in ITEMS if not item.clinical] == ["LOWCOMP", "DNA"]


def test_major_organs_are_kidney_nerves_serosa_vessels_and_fever():
    assert {item.organ for item in ITEMS if item.lldas_major_organ} == {"RENAL", "CNS", "SEROSA", "VASC", "CONST"}


def test_causes_are_named_alike_and_selena_excludes_more():
    assert BY_CODE["SEIZURE"].excluding_causes("2K") == ("metabolic", "infection", "drug")
    assert BY_CODE["SEIZURE"].excluding_causes("SELENA") == ("metabolic", "infection", "drug", "damage")
    assert BY_CODE["CVA"].excluding_causes("SELENA") == ("arteriosclerosis", "hypertension")
    assert BY_CODE["HEMATURIA"].excluding_causes("2K") == ("stone", "infection", "other")


def test_limits_are_read_from_the_rules():
    codes = ("ARTHRITIS", "HEMATURIA", "PROTEINURIA", "PYURIA", "FEVER", "THROMBOCYTOPENIA", "LEUKOPENIA")
    assert [limit_of(code) for code in codes] == [2, 5, 0.5, 5, 38, 100, 3]
    with pytest.raises(InvalidValue, match="a clinician judges it"):
        limit_of("RASH")


def test_items_left_out_are_missing_and_others_absent_on_request():
    assert answers({})["RASH"].value is None
    assert [code for code, answer in only("RASH", "DNA").items() if answer.value] == ["RASH", "DNA"]
    assert all(answer.value is not None for answer in only().values())
    with pytest.raises(UnknownName, match="SLEDAI item"):
        only("LUPUS")
