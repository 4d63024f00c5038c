"""An evidence document is read, or one line says where it is wrong and what to do."""

from pathlib import Path

import pytest

from immunoreset.errors import InvalidFile
from immunoreset.evidence.reading import parse_publication, read_publication

TEXT = """\
[publication]
name = "Mine 2026"

[cohort.all]
who = "my patients"
n = 12
arm = "car-t"
product = "dual"
overlaps = [{ with = "feng-2025/all", n = "unknown" }]

[row.doris]
cohort = "all"
quantity = "DORIS remission"
statistic = "share"
count = 9
of = 12
day = 90
role = "validation"
standing = "published"
"""


def test_row_takes_arm_product_and_disease_from_its_cohort():
    publication = parse_publication(TEXT, "mine", "mine.toml")
    (row,) = publication.rows
    assert (row.id, row.cohort, row.arm, row.product, row.disease) == ("mine/doris", "mine/all", "car-t", "dual", "lupus")
    assert (row.family, row.statistic.patients, row.role) == ("DORIS remission", 12, "validation")
    assert publication.cohorts[0].overlaps[0].n is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("count = 9", "coutn = 9", ["mine.toml, line 15", "no key 'row.doris.coutn'", "did you mean 'count'?"]),
        ("count = 9", "count = 13", ["mine.toml, line 11", "row 'doris': 13 of 12 is not a share"]),
        ("count = 9\n", "", ["row 'doris': a share needs 'count' with 'of', or 'value'"]),
        ('"share"', '"shares"', ["line 14", "'row.doris.statistic' is 'shares'; it can be 'share'"]),
        ('"published"', '"read"', ["'row.doris.standing' is 'read'; it can be 'published', 'secondary' or 'unverified'"]),
        ('role = "validation"\n', "", ["the key 'row.doris.role' is missing"]),
        ("n = 12", 'n = "twelve"', ["line 6", "'cohort.all.n' is 'twelve'"]),
        ('with = "feng', 'whom = "feng', ["overlaps", "missing"]),
        ("[row.doris]", "[rows.doris]", ["no key 'rows' in an evidence document; did you mean 'row'?"]),
        ("count = 9\nof = 12", "value = 75", ["the share 75 is not between 0 and 1"]),
        ("day = 90", "interval = [0.9, 0.2]", ["interval runs from 0.9 down to 0.2"]),
        ('"share"\ncount = 9\nof = 12', '"sealed"\nsha256 = "12"', ["'row.doris.sha256' is not the 64 hexadecimal digits"]),
        ("count = 9\nof = 12", "value = nan", ["'row.doris.value' is nan"]),
        ("count = 9\nof = 12", "count = 0\nof = 0", ["'row.doris.of' is 0", "greater than or equal to 1"]),
        ("count = 9\nof = 12", "value = 0.9\niqr = [0.1, 0.4]", ["0.9 lies outside its own iqr, 0.1 to 0.4"]),
        ("day = 90", "day = ", ["mine.toml: not TOML"]),
    ],
)
def test_what_is_wrong_is_said_in_one_line(old, new, words):
    assert old in TEXT
    with pytest.raises(InvalidFile) as caught:
        parse_publication(TEXT.replace(old, new), "mine", "mine.toml")
    assert "\n" not in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def test_file_that_does_not_exist_is_named():
    with pytest.raises(InvalidFile, match=r"no evidence file 'nowhere\.toml'"):
        read_publication(Path("nowhere.toml"))


def test_sealed_row_shows_its_hash_alone():
    text = TEXT.replace('"share"\ncount = 9\nof = 12', f'"sealed"\nsha256 = "{"0" * 64}"').replace('"validation"', '"sealed"')
    (row,) = parse_publication(text, "mine", "mine.toml").rows
    assert (row.role, row.statistic.value, row.sha256) == ("sealed", None, "0" * 64)
