"""The template reads without a fault, and the list of items names all of them."""

import numpy as np

from immunoreset.endpoints.items import items
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.template import item_list, template
from immunoreset.exchange.tidy_csv import read_tidy


def test_template_reads_without_a_fault(tmp_path):
    path = tmp_path / "template.csv"
    path.write_text(template(), "utf-8")
    faults = Faults()
    with read_tidy([path], faults) as intake:
        (visits,) = intake.batches()
    assert not len(faults), faults.summary()
    assert intake.patients == 2 and intake.kept == intake.read >= 12
    assert intake.notes == ("values with < or > are known as far as they say: IL6 1",)
    assert visits.day.tolist() == [0, 4, 84, 0, 7]
    np.testing.assert_array_equal(visits.column("PREDNISONE"), [10, 10, np.nan, np.nan, np.nan])


def test_item_list_names_every_item_once():
    lines = item_list().splitlines()
    assert [line.split("\t")[0] for line in lines[1:]] == list(items())
    assert all(line.split("\t")[2] for line in lines[1:])
