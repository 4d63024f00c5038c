"""The notation of outcomes goes both ways, and counts that cannot be are refused with the place of the mistake."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from immunoreset.errors import InvalidValue
from immunoreset.trial.outcomes import Outcomes, Patients

cohorts = st.lists(st.tuples(st.integers(1, 4), st.text("NTEB", min_size=1, max_size=6)), max_size=6)


@given(st.lists(cohorts, min_size=1, max_size=4))
def test_reading_and_writing_are_inverse(trials):
    lines = [" ".join(f"{dose}{letters}" for dose, letters in trial) for trial in trials]
    seen = Outcomes.read(lines, doses=4)
    assert [seen.write(trial) for trial in range(seen.trials)] == lines


@given(cohorts)
def test_counts_are_those_of_the_letters(trial):
    seen = Outcomes.read(" ".join(f"{dose}{letters}" for dose, letters in trial), doses=4)
    for dose in range(1, 5):
        letters = "".join(text for level, text in trial if level == dose)
        counts = [part[0, dose - 1] for part in (seen.treated, seen.toxic, seen.effective, seen.both)]
        toxic, effective, both = letters.count("T"), letters.count("E"), letters.count("B")
        assert counts == [len(letters), toxic + both, effective + both, both]


def test_counts_alone_are_written_with_the_current_dose_last():
    seen = Outcomes.from_counts([3, 6], [0, 2], [1, 2], both=[0, 1], current=1)
    assert seen.write() == "2NNNTEB 1NNE"
    again = Outcomes.read(seen.write(), doses=2)
    assert np.array_equal(again.toxic, seen.toxic) and again.current.tolist() == [1]


def test_a_patient_still_watched_counts_as_pending_until_toxicity():
    patients = Patients(np.array([[1, 1, 2]]), np.array([[0, 0, 1]]), np.array([[1, 1, 2]]), np.array([[1.0, 0.25, 0.1]]))
    seen = Outcomes.from_patients(patients, doses=2)
    assert seen.treated.tolist() == [[1, 1]] and seen.pending.tolist() == [[1, 0]] and seen.toxic.tolist() == [[0, 1]]
    assert seen.followed.tolist() == [[0.25, 0.0]] and seen.enrolled.tolist() == [[2, 1]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1NNN 7NTT", "word 2 '7NTT': no dose 7; the doses are 1 to 5"),
        ("0N", "word 1 '0N': no dose 0"),
        ("1NNX", "no outcome 'X'"),
        ("NNT", "write the dose and then a letter"),
        ("1NN 2-T", "word 2 '2-T'"),
    ],
)
def test_a_line_that_cannot_be_read_says_where(line, said):
    with pytest.raises(InvalidValue) as caught:
        Outcomes.read(line, doses=5)
    assert said in str(caught.value) and line in str(caught.value)


@pytest.mark.parametrize(
    "counts",
    [
        {"treated": [3], "toxic": [4]},
        {"treated": [3], "toxic": [-1]},
        {"treated": [3], "toxic": [2], "effective": [2], "both": [0]},
        {"treated": [3], "toxic": [1], "effective": [0], "both": [1]},
        {"treated": [3], "toxic": [1], "pending": [1], "followed": [2.0]},
        {"treated": [3], "toxic": [1], "current": 2},
    ],
)
def test_impossible_counts_are_refused(counts):
    with pytest.raises(InvalidValue):
        Outcomes.from_counts(**counts)
