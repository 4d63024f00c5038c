"""The validation record agrees with every stored number, says where one differs, and needs nothing but the package."""

import json
from importlib.resources import files

import pytest

from immunoreset import store
from immunoreset.validation import page
from immunoreset.validation.compare import compare, read_rows

NAMES = (
    "boin_lambda.csv", "sample_size_rpact.csv", "analyses.csv", "mtpi_mtpi2_i3p3_tables.csv", "tite_boin_decisions.csv",
    "boin12_rds_table.csv", "bop2_binary_grid_optimum.csv", "dose_decisions_escalation.csv", "crm_cheung_book_table_3_2.csv",
    "blrm_crm_neuenschwander2008.csv", "boin_operating_characteristics.csv",
)  # fmt: skip
QUICK = [table for table in page.TABLES if table.file in NAMES]


@pytest.mark.parametrize("table", QUICK, ids=[table.file for table in QUICK])
def test_every_quantity_is_within_its_tolerance(table):
    found = list(compare(table))
    assert {one.quantity for one in found} == set(table.tolerances)
    assert all(one.agrees and one.numbers for one in found), found


def test_a_number_that_is_off_is_said():
    table = QUICK[0]
    rows = read_rows(table.file)
    rows[0] = dict(rows[0], n=str(float(rows[0]["n"]) + 0.5))
    one = next(one for one in compare(table, rows) if one.quantity == "n")
    assert not one.agrees and one.largest_difference == pytest.approx(0.5, abs=0.01)
    assert "DIFFERS" in page.markdown([one]) and "DIFFERS" in page.page([one]) and not page.summary([one])["all_agree"]


def test_a_number_that_is_missing_on_one_side_is_no_agreement():
    table = QUICK[0]
    rows = read_rows(table.file)[:1]
    rows[0] = dict(rows[0], n="NA")
    assert not next(one for one in compare(table, rows) if one.quantity == "n").agrees


def test_the_record_names_program_unit_and_tolerance(tmp_path):
    found = list(compare(QUICK[0]))
    page.fill(found, tmp_path)
    stored = json.loads((tmp_path / "validation.json").read_text("utf-8"))
    assert stored["all_agree"] and {"program", "unit", "tolerance", "largest_difference"} <= set(stored["comparisons"][0])
    for name in ("validation.md", "validation.html"):
        assert "rpact" in (tmp_path / name).read_text("utf-8")


def test_a_record_can_be_made_again_in_its_place(tmp_path):
    for _ in range(2):
        with store.new_run(tmp_path / "record", force=True) as scratch:
            page.fill(list(compare(QUICK[0])), scratch)
    assert store.open_run(tmp_path / "record").manifest["all_agree"]


def test_every_table_travels_with_the_package():
    folder = files("immunoreset.validation") / "references"
    assert all((folder / table.file).is_file() for table in page.TABLES)


@pytest.mark.parametrize(
    ("file", "column", "wrong", "quantity"),
    [
        ("mtpi_mtpi2_i3p3_tables.csv", "mtpi", "DU", "mtpi: decision"),
        ("tite_boin_decisions.csv", "next_dose", "9", "next_dose"),
        ("boin12_rds_table.csv", "rds", "1", "rank-based score"),
        ("bop2_binary_grid_optimum.csv", "power_exact", "0.5", "power_exact"),
        ("dose_decisions_escalation.csv", "recommended_dose", "9", "recommended_dose"),
        ("boin_operating_characteristics.csv", "percentstop", "50", "selected, none and by dose"),
    ],
)
def test_a_decision_that_is_off_is_said(file, column, wrong, quantity):
    table = next(table for table in page.TABLES if table.file == file)
    rows = read_rows(file)
    row = next(row for row in rows if row[column] not in ("NA", wrong) and row.get("early_stop") != "1")
    found = {one.quantity: one for one in compare(table, [dict(row, **{column: wrong})])}
    assert not found[quantity].agrees and all(
        one.agrees for one in compare(table, [row]) if one.numbers and one.quantity == quantity
    )


def test_every_stored_file_is_compared_or_named_as_not(tmp_path):
    stored = {path.name for path in (files("immunoreset.validation") / "references").iterdir() if path.name.endswith(".csv")}
    assert stored - {table.file for table in page.TABLES} == {"crm_titecrm_operating_characteristics_dfcrm.csv"}
    page.fill(list(compare(QUICK[0])), tmp_path)
    for name in ("validation.md", "validation.html", "validation.json"):
        text = (tmp_path / name).read_text("utf-8")
        assert all(program in text for program in ("gsDesign", "lifelines", "simulated trials of dfcrm"))
