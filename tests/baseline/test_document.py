"""Reading a baseline: every mistake in one line, with file, line, key and what to do."""

from pathlib import Path

import pytest

from immunoreset.baseline import COVARIATES, parse_baseline, read_baseline
from immunoreset.errors import InvalidFile

HEAD = 'title = "A"\npopulation = "trial"\nn = 100\n'


def row(text: str) -> str:
    return f"{HEAD}[[row]]\n{text}\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('title = "A"\n', "the key 'population' is missing"),
        (HEAD, "the key 'row' is missing"),
        (row('covariate = "agee"\nmean = 40'), "line 5: no covariate 'agee'; did you mean 'age'?"),
        (row('covariate = "zzzzzzz"\nmean = 40'), "weight_kg (kg)"),
        (row('covariate = "age"'), "nothing is said of 'age'; give mean"),
        (row('covariate = "age"\nsd = 4'), "sd needs the mean"),
        (row('covariate = "age"\nmean = 40\nsd = -4'), "'row.1.sd' is -4"),
        (row('covariate = "age"\nmean = "40"'), "'row.1.mean' is '40'"),
        (row('covariate = "age"\nmean = nan'), "row.1.mean"),
        (row('covariate = "age"\nmeen = 40'), "did you mean 'mean'?"),
        (row('covariate = "age"\nshare = 0.4'), "goes with at_least or below"),
        (row('covariate = "age"\nmean = 40\nat_least = 30'), "goes with at_least or below"),
        (row('covariate = "age"\nshare = 0.4\nat_least = 50\nbelow = 40'), "nobody has at least 50"),
        (row('covariate = "female"\nmean = 0.9'), "'female' is yes or no"),
        (row('covariate = "female"\nshare = 93'), "row.1.share"),
        (row('covariate = "female"\nshare = 0.9\ncount = 90'), "not both"),
        (row('covariate = "female"\ncount = 90\nof = 80'), "more than of = 80"),
        (row('covariate = "female"\ncount = 101'), "count 101 is more than n = 100"),
        (row('covariate = "age"\nmedian = 30\nquartiles = [32, 40]'), "quantiles must rise"),
        (row('covariate = "age"\nquantiles = { "90" = 40 }'), "'90' is no share between 0 and 1"),
        ('title = "A"\npopulation = "trial"\n[[row]]\ncovariate = "age"\nmean = 40\n', "of how many patients?"),
        (row('covariate = "age"\nmean = 40').replace("n = 100", "patients = 0"), "'patients' is 0"),
    ],
)
def test_mistake_is_said_in_one_line(text, words):
    with pytest.raises(InvalidFile) as caught:
        parse_baseline(text, "mine.toml")
    message = str(caught.value)
    assert words in message and message.startswith("mine.toml") and "\n" not in message


def test_file_that_is_not_there_or_a_table_is_said(tmp_path):
    for name in ("no.toml", "visits.csv"):
        with pytest.raises(InvalidFile, match=name):
            read_baseline(tmp_path / name)


def test_rows_know_their_lines():
    found = parse_baseline(row('covariate = "age"\nmean = 40\n[[row]]\n# women\ncovariate = "female"\ncount = 90'), "mine.toml")
    assert [found.told(0), found.told(1)] == ["mine.toml, line 5 (age)", "mine.toml, line 9 (female)"]


def test_every_covariate_is_on_the_page():
    text = (Path(__file__).parents[2] / "docs" / "populations.md").read_text("utf-8")
    for name, about in COVARIATES.items():
        assert f"| `{name}` | {about.unit or 'yes or no'} | {about.label} |" in text, name
