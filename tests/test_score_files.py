"""A scoring run: tables, summary and page agree, whatever the batches, and say what is known and what is not."""

from io import StringIO
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from immunoreset import score_files as scoring
from immunoreset import store
from immunoreset.cli import guarded
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.errors import InvalidFile
from immunoreset.exchange.dataset import Column, Dataset
from immunoreset.exchange.dataset_json_writer import write_dataset_json
from immunoreset.score_files import FaultyRows, ScoringOptions, print_summary, score_files

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


KIDNEY = """patient,day,item,value,unit
A,0,INFUSION,yes,
A,0,UPCR,3,g/g
A,84,UPCR,0.2,g/g
A,168,UPCR,2,g/g
"""


def test_answers_are_counted_as_yes_no_and_not_decided_with_the_range_and_never_as_a_share_of_the_known(tmp_path):
    summary, made = run(tmp_path, KIDNEY)
    row = summary["scores"]["crr_aurora"]
    assert (row["visits"], row["yes"], row["no"], row["undecided"]) == (2, 0, 1, 1)
    assert row["result"].startswith("0 yes, 1 no, 1 not decided: yes at 0 to 1 of 2 (0–50 %); missing most often: ")
    assert summary["scores"]["proteinuric"]["result"] == "yes at 1 of 2 (50 %)"
    page = (made.folder / "report.html").read_text()
    printed = StringIO()
    print_summary(summary, printed)
    for text in (page, printed.getvalue()):
        assert "0 yes, 1 no, 1 not decided" in text and "of 1 visits" not in text and "EGFR_PREFLARE" not in text


def test_measures_of_patients_count_what_is_not_decided(tmp_path):
    summary, _ = run(tmp_path)
    row = summary["patients"]["doris_ever"]
    assert row["yes"] + row["no"] + row["undecided"] == row["patients"] and "mean" not in row


def test_median_of_what_is_known_stands_beside_the_median_that_is_possible(tmp_path):
    text = "patient,day,item,value,unit\n" + "".join(f"A,{day},ICE,{value},\n" for day, value in ((0, 10), (1, ""), (2, 3)))
    summary, _ = run(
        tmp_path, text + "A,0,CONSCIOUSNESS,spontaneous,\nA,1,CONSCIOUSNESS,spontaneous,\nA,2,CONSCIOUSNESS,voice,\n"
    )
    row = summary["scores"]["icans"]
    assert (row["known"], row["visits"]) == (2, 3) and row["median_low"] <= row["median"] <= row["median_high"]
    assert "of 2 known; of all 3, median" in row["result"]


ONLY_BAD = [
    (b"patient,day,item,value,unit\nA,0,CRP,high,mg/L\nB,0,CPR,1,mg/L\n", ["'high' is not a number", "no item 'CPR'"]),
    ("patient,day,item,value\nMüller,0,ICE,9\n".encode("latin-1"), ["is not UTF-8"]),
    ("patient,day,item,value\nA,0,ICE,9\n".encode("utf-16"), ["UTF-16"]),
]


@pytest.mark.parametrize(("content", "reasons"), ONLY_BAD, ids=["rows", "latin-1", "utf-16"])
def test_where_only_faulty_rows_are_the_reasons_are_told_and_listed(tmp_path, capsys, content, reasons):
    (tmp_path / "bad.csv").write_bytes(content)
    place = tmp_path / "run"
    assert guarded(["score", str(tmp_path / "bad.csv"), "--partial", "--out", str(place)]) == 2
    told, listed = capsys.readouterr().err, (place / "left_out.csv").read_text()
    assert all(reason in told and reason in listed for reason in reasons) and "nothing else to score" in told
    (tmp_path / "good.csv").write_text(ROWS)
    assert guarded(["score", str(tmp_path / "good.csv"), "--out", str(place), "--force"]) == 0


def test_the_first_fifty_faults_are_told_and_all_are_in_a_file(tmp_path, capsys):
    (tmp_path / "bad.csv").write_text("patient,day,item,value\n" + "A,0,ICE,x\n" * 80)
    assert guarded(["score", str(tmp_path / "bad.csv"), "--out", str(tmp_path / "run")]) == 2
    told = capsys.readouterr().err
    assert told.count("is not a number") == 50 and "run-faults.csv" in told
    assert (tmp_path / "run-faults.csv").read_text().count("is not a number") == 80
    assert not (tmp_path / "run").exists()


def test_a_run_says_how_many_rows_were_left_out(tmp_path):
    summary, _ = run(tmp_path, ROWS + "B,90,RASH,maybe,,,\n", partial=True)
    printed = StringIO()
    print_summary(summary, printed)
    assert "from 19 of 20 rows" in printed.getvalue() and "1 of 20 rows left out: left_out.csv" in printed.getvalue()


def test_what_was_left_aside_is_said_where_nothing_can_be_scored(tmp_path, capsys):
    columns = [Column(name, name, "string") for name in ("USUBJID", "LBTESTCD", "LBORRES", "LBDTC")]
    rows = [("A", "SODIUM", "140", "2025-03-01")]
    write_dataset_json(Dataset.of_rows("LB", "Laboratory", columns, rows), tmp_path / "lb.json", created="2026-01-01T00:00:00")
    assert guarded(["score", str(tmp_path / "lb.json"), "--out", str(tmp_path / "run")]) == 2
    assert "SODIUM 1 row" in capsys.readouterr().err


def test_file_with_a_header_alone_is_refused(tmp_path):
    with pytest.raises(InvalidFile, match="mend it, or score"):
        run(tmp_path, "patient,day,item,value,unit\n")


def test_datasets_of_two_formats_lie_apart_and_each_reads_back(tmp_path, capsys):
    (tmp_path / "visits.csv").write_text(ROWS)
    whole = tmp_path / "whole"
    assert guarded(["score", str(tmp_path / "visits.csv"), "--out", str(whole), "--adam", "json,xpt", "--csv"]) == 0
    assert sorted(place.name for place in (whole / "adam").iterdir()) == ["json", "xpt"]
    for ending in ("json", "xpt"):
        again = tmp_path / ending
        assert guarded(["score", str(whole / "adam" / ending), "--out", str(again), "--csv"]) == 0
        assert (again / "scores.csv").read_text() == (whole / "scores.csv").read_text()


def test_what_is_no_file_is_said_so_and_no_rows_are_counted_where_none_was_read(tmp_path, capsys):
    (tmp_path / "notes.toml").write_text("a = 1")
    assert guarded(["score", str(tmp_path / "notes.toml")]) == 2
    assert "1 fault in " in (said := capsys.readouterr().err) and "0 rows" not in said
    assert guarded(["score", "/dev/null"]) == 2
    assert "/dev/null: is not a file; name one that ends in .csv" in capsys.readouterr().err
