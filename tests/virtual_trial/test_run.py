"""A document from beginning to end gives the same bytes on any number of threads, and refuses what cannot be."""

import hashlib

import pytest

from immunoreset.errors import ImmunoresetError
from immunoreset.virtual_trial.reading import parse_trial
from immunoreset.virtual_trial.run import run_trial
from immunoreset.virtual_trial.save import fill

PHASE_1 = """
title = "Two doses"
kind = "phase-1"
repeats = 50
[population]
name = "cart"
n = 24
[doses]
low = "cd19-car-t 1e5 cells/kg on day 0"
high = "cd19-car-t 1e6 cells/kg on day 0"
[[design]]
kind = "boin"
[[design]]
kind = "boin12"
"""
POWER = """
title = "Power"
kind = "power"
repeats = 40
control = "none"
totals = [20, 40]
[population]
name = "trial"
n = 60
[arms]
none = "no treatment"
rituximab = "rituximab 1000 mg on days 0 14"
[endpoint]
kind = "change"
measure = "sledai"
day = 84
"""


def files_of(text, folder, **options):
    folder.mkdir()
    fill(run_trial(parse_trial(text), **options), folder)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name != "manifest.json"}


@pytest.mark.parametrize("text", [PHASE_1, POWER], ids=["phase 1", "power"])
def test_same_seed_gives_the_same_bytes_on_any_number_of_threads(text, tmp_path):
    one, three = files_of(text, tmp_path / "one", threads=1), files_of(text, tmp_path / "three", threads=3)
    assert one == three and "report.html" in one


def test_another_seed_gives_other_patients(tmp_path):
    text = PHASE_1.replace("n = 24", "n = 60")
    one, other = (files_of(text.replace("repeats", f"seed = {seed}\nrepeats"), tmp_path / str(seed)) for seed in (1, 2))
    assert one["patients.csv"] != other["patients.csv"]


def test_progress_is_told_for_every_dose():
    told = []
    run_trial(parse_trial(PHASE_1), progress=lambda arm, done, total: told.append((arm, done, total)))
    assert {arm for arm, _, _ in told} == {"low", "high"}
    assert max(done for _, done, _ in told) == 24 == told[0][2]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"cart"', '"carts"', "no population 'carts'; did you mean 'cart'"),
        ("cd19-car-t 1e5", "cd19-cart 1e5", "arm 'low'"),
        ("n = 24", "n = 24\nparameters = { kexpp = 2.0 }", "no parameter 'kexpp'"),
        ("repeats = 50", "repeats = 50\nstart = 3", "first dose 3"),
        ('kind = "boin"', 'kind = "crm"\nskeleton = [0.3, 0.2]', "design 'crm': skeleton"),
    ],
)
def test_what_cannot_be_used_is_named(before, after, said):
    with pytest.raises(ImmunoresetError, match=said):
        run_trial(parse_trial(PHASE_1.replace(before, after)))


def test_day_of_a_response_that_is_no_visit_is_seen_all_the_same():
    result = run_trial(parse_trial(PHASE_1.replace("[[design]]", '[benefit]\noutcome = "doris"\nday = 100\n[[design]]', 1)))
    assert result.found.table.days.tolist() == [100.0]


def test_parameters_of_the_document_reach_the_patients():
    """Cells that expand slowly release fewer cytokines."""
    given = PHASE_1.replace('"cd19', '"cyclophosphamide 1000 mg/m2 on day -3; cd19')
    texts = (given, given.replace("n = 24", "n = 24\nparameters = { kexp = 1.6 }"))
    usual, slow = (run_trial(parse_trial(text)).found.table.once["crs"].mean() for text in texts)
    assert slow < usual
