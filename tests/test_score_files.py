"""A scoring run: tables, summary and page agree, whatever the batches, and say what is known and what is not."""

from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from immunoreset import score_files as scoring
from immunoreset import store
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.errors import InvalidFile
from immunoreset.score_files import FaultyRows, ScoringOptions, score_files

ROWS = """patient,day,item,value,unit,limit,attribution
A,0,INFUSION,yes,,,
A,-10,PGA,2.1,0-3,,
A,-10,RASH,yes,,,
A,-10,C3,0.5,g/L,0.9,
A,84,PGA,1,0-10,,
A,84,RASH,no,,,
A,84,PREDNISONE,0,mg/day,,
A,3,TEMP,39,C,,crs
A,3,HYPOTENSION,no,,,
A,3,PRESSORS,0,,,
A,3,OXYGEN,none,,,
A,5,TEMP,37,C,,
A,5,HYPOTENSION,no,,,
A,5,PRESSORS,0,,,
A,5,OXYGEN,none,,,
B,0,INFUSION,yes,,,
B,-10,RASH,no,,,
B,84,RASH,no,,,
B,4,NEUT,300,/uL,1500,
"""


def run(folder: Path, text: str = ROWS, **options):
    path = folder / "visits.csv"
    path.write_text(text)
    place = folder / "run"
    with store.new_run(place, force=True) as scratch:
        summary = score_files([path], USUAL, scratch, ScoringOptions(**options))
    return summary, store.open_run(place)


@pytest.mark.parametrize("table", ["scores", "patients", "episodes"])
def test_tables_do_not_depend_on_the_batches(tmp_path, monkeypatch, table):
    whole = run(tmp_path)[1].query(f"SELECT * FROM {table}")
    monkeypatch.setattr(scoring, "VISITS_AT_ONCE", 1)
    assert_frame_equal(run(tmp_path)[1].query(f"SELECT * FROM {table}"), whole)


def test_every_score_has_its_range_and_what_is_missing(tmp_path):
    _, made = run(tmp_path)
    row = made.query("SELECT * FROM scores WHERE patient = 'A' AND day = 84 AND score = 'doris'").iloc[0]
    assert (row["low"], row["high"]) == (0, 1) and "ARTHRITIS" in row["missing"]
    known = made.query("SELECT value FROM scores WHERE patient = 'A' AND score = 'crs' ORDER BY day")["value"].tolist()
    assert known == [1, 0]
    assert made.query("SELECT grade FROM episodes")["grade"].tolist() == [1]


def test_summary_counts_what_was_read_converted_and_known(tmp_path):
    summary, made = run(tmp_path)
    read = summary["read"]
    assert (read["rows"], read["patients"], read["visits"], read["faulty"]) == (19, 2, 9, 0)
    assert any("PGA: 0-10 to 0-3" in line for line in read["conversions"])
    assert summary["scores"]["crs"]["known"] == 2 and summary["scores"]["pga"]["visits"] == 2
    assert made.summary["scores"] == summary["scores"]
    assert made.manifest["protocol"]["ctcae"] == "5.0"


def test_page_names_the_versions_the_missing_items_and_what_is_not_implemented(tmp_path):
    run(tmp_path)
    page = (tmp_path / "run" / "report.html").read_text()
    for words in ("Scores of 2 patients", "CTCAE", "5.0", "What was missing", "SLE-DAS", "PGA: 0-10 to 0-3", "<svg"):
        assert words in page, words


def test_faulty_rows_stop_the_run_unless_the_rest_is_wanted(tmp_path):
    faulty = ROWS + "B,90,RASH,maybe,,,\n"
    with pytest.raises(FaultyRows, match="1 fault in 20 rows of"):
        run(tmp_path, faulty)
    assert not (tmp_path / "run").exists()
    summary, made = run(tmp_path, faulty, partial=True)
    assert summary["read"]["faulty"] == 1
    assert "Left out: 1 faulty row" in (made.folder / "report.html").read_text()
    assert "maybe" in (made.folder / "left_out.csv").read_text()


def test_file_with_a_header_alone_is_refused(tmp_path):
    with pytest.raises(InvalidFile, match="mend it, or score"):
        run(tmp_path, "patient,day,item,value,unit\n")
