"""Every fault is kept with its place; the summary is one line."""

import csv
import io

import pytest

from immunoreset.errors import InvalidFile
from immunoreset.exchange.faults import HEADER, IN_MEMORY, Fault, Faults


def test_all_faults_are_kept_in_order():
    faults = Faults()
    for line in (9, 3, 5):
        faults.add("a.csv", line, "value", "not a number")
    assert [fault.line for fault in faults] == [9, 3, 5]
    assert len(faults) == faults.of("a.csv") == 3
    assert faults.of("b.csv") == 0


def test_summary_counts_the_files_and_names_the_first_fault():
    faults = Faults()
    faults.add("a.csv", 2, "unit", "no unit 'x'")
    faults.add("b.json", None, "AGE", "not a whole number: 3.5", row=17)
    assert faults.summary() == "2 faults in 2 files; first: a.csv, line 2, column unit: no unit 'x'"
    assert str(list(faults)[1]) == "b.json, row 17, column AGE: not a whole number: 3.5"


def test_refuse_raises_only_when_something_is_wrong():
    faults = Faults()
    faults.refuse()
    faults.add("a.csv", None, "", "the file is empty")
    with pytest.raises(InvalidFile, match=r"^1 fault in 'a.csv'; first: the file is empty; see the list$"):
        faults.refuse("see the list")


def test_report_holds_every_fault_though_memory_holds_the_first_ones():
    report = io.StringIO()
    faults = Faults(report)
    count = IN_MEMORY + 5
    for row in range(1, count + 1):
        faults.add("a.json", row + 1, "AVAL", 'no, "that" is not a number', row=row)
    written = list(csv.reader(io.StringIO(report.getvalue())))
    assert tuple(written[0]) == HEADER
    assert len(written) == count + 1 and len(faults) == count
    assert written[-1] == ["a.json", str(count + 1), str(count), "AVAL", 'no, "that" is not a number']
    assert len(list(faults)) == IN_MEMORY


def test_faults_compare_by_their_content():
    assert Fault("a", 1, "b", "c") == Fault("a", 1, "b", "c")
    assert Fault("a", 1, "b", "c") != Fault("a", 1, "b", "c", row=1)


def test_a_fault_is_one_line_that_any_terminal_can_show():
    faults = Faults()
    faults.add("a.csv", 1, "na\udcaeme", "no text\x00 'x\ny'")
    (fault,) = faults
    assert str(fault) == "a.csv, line 1, column na\\udcaeme: no text\\x00 'x\\ny'"
