"""Codes, names and labels fit version 5 of SAS transport files, are unique and do not change."""

import re

import pytest

from immunoreset.errors import UnknownName
from immunoreset.exchange.adam_out.names import CTCAE_PREFIX, PARAMCD, TIME_CODES, laboratory_items, score_code
from immunoreset.exchange.adam_out.write import plans

NAME = re.compile(r"[A-Z][A-Z0-9_]{0,7}")
PUBLISHED = {  # what programs of other people rely on
    "sledai": "SLEDAI", "csledai": "CSLEDAI", "doris": "DORIS", "drug_free_doris": "DORISDF", "lldas": "LLDAS", "pga": "PGA",
    "bilag": "BILAG", "sri4": "SRI4", "bicla": "BICLA", "sfi": "SFI", "egfr": "EGFR", "crr_bliss": "CRRBLISS",
    "das28_crp": "DAS28CRP", "tis": "TIS", "mrss": "MRSS", "criss": "CRISS", "mgadl": "MGADL", "crs": "CRSGR",
    "icans": "ICANSGR",
}  # fmt: skip
PUBLISHED_TIMES = ("TTDORIS", "TTLLDAS", "TTCRS", "TTICANS", "TTFLARE", "TTBILFL", "TTBREC", "TTDEATH")


@pytest.mark.parametrize("codes", [tuple(PARAMCD.values()), TIME_CODES, tuple(laboratory_items())])
def test_parameter_codes_are_unique_and_have_at_most_8_characters(codes):
    assert len(set(codes)) == len(codes)
    assert all(NAME.fullmatch(code) for code in codes)


def test_every_score_that_visits_can_have_has_a_code(scored):
    names = {result.name for result in scored.results if not result.name.startswith(CTCAE_PREFIX)}
    assert names == set(PARAMCD), "the invented visits allow every score"


def test_a_score_without_a_code_is_refused():
    with pytest.raises(UnknownName, match="no PARAMCD for the score 'sledia'; did you mean 'sledai'"):
        score_code("sledia")


def test_published_codes_do_not_change():
    assert {name: PARAMCD[name] for name in PUBLISHED} == PUBLISHED
    assert TIME_CODES == PUBLISHED_TIMES


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.name)
def test_names_have_8_characters_and_labels_40(plan):
    assert NAME.fullmatch(plan.name) and len(plan.label) <= 40
    names = [column.name for column in plan.columns]
    labels = [column.label for column in plan.columns]
    assert len(set(names)) == len(names)
    assert all(NAME.fullmatch(name) for name in names)
    assert all(0 < len(label) <= 40 and label.isascii() and label == label.strip() for label in labels)


@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.name)
def test_the_same_variable_has_the_same_label_in_every_dataset(plan):
    first = {column.name: column.label for other in reversed(plans()) for column in other.columns}
    assert {column.name: first[column.name] for column in plan.columns} == {c.name: c.label for c in plan.columns}
