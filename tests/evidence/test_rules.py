"""The rules against counting a patient twice: each holds, and what breaks one is said in one line with file and row."""

import pytest

from immunoreset.evidence.library import Evidence, assemble
from immunoreset.evidence.reading import parse_publication


def document(name: str, *rows: str, n: int = 20, cohort: str = "", doi: str = "") -> str:
    return f"""\
[publication]
name = "{name}"
doi = "{doi}"
[cohort.all]
who = "all patients"
n = {n}
arm = "car-t"
product = "cd19 4-1bb"
{cohort}
{"".join(rows)}"""


def row(key: str = "doris", role: str = "calibration", *, count: int = 8, of: int = 10, day: int = 90, more: str = "") -> str:
    return f"""
[row.{key}]
quantity = "DORIS remission"
family = "activity"
statistic = "share"
count = {count}
of = {of}
day = {day}
cohort = "all"
role = "{role}"
standing = "published"
{more}
"""


def read(**texts: str) -> Evidence:
    return assemble([parse_publication(text, name, f"{name}.toml") for name, text in texts.items()])


def complaints(**texts: str) -> list[str]:
    return [str(remark) for remark in read(**texts).complaints]


INSIDE = 'contains = ["small/all"]'


def test_rule_1_only_the_larger_of_two_overlapping_calibration_rows_is_used():
    found = read(small=document("Small", row(of=10), n=10), large=document("Large", row(count=15, of=20), cohort=INSIDE))
    assert [row.id for row in found.of_role("calibration")] == ["large/doris"]
    assert found.rows["small/doris"].role == "contained"
    (line,) = map(str, found.complaints)
    assert line.startswith("large.toml: row 'doris': calibrates on patients whom 'small/doris' counts too")


def test_rule_1_lets_disjoint_cohorts_other_times_and_other_families_stand():
    apart = read(one=document("One", row()), two=document("Two", row()))
    later = read(small=document("Small", row(of=10), n=10), large=document("Large", row(day=136), cohort=INSIDE))
    other = row().replace('family = "activity"', 'family = "crs"')
    family = read(small=document("Small", row(of=10), n=10), large=document("Large", other, cohort=INSIDE))
    for found in (apart, later, family):
        assert len(found.of_role("calibration")) == 2 and not found.complaints


def test_rule_2_validation_on_patients_of_a_calibration_row_is_contained():
    validation = row(role="validation", day=100)
    found = read(small=document("Small", row(of=10), n=10), large=document("Large", validation, cohort=INSIDE))
    assert found.rows["large/doris"].role == "contained" and found.rows["large/doris"].written == "validation"
    (line,) = map(str, found.set_by_code)
    assert line.startswith("large.toml: row 'doris': contained: shares patients with 'small/doris'")
    assert found.tuned(found.rows["large/doris"]) == "indirectly" and found.tuned(found.rows["small/doris"]) is True


def test_rule_2_follows_declared_overlaps_and_cohorts_within_cohorts():
    middle = document("Middle", n=15, cohort=INSIDE)
    overlap = 'overlaps = [{ with = "middle/all", n = "unknown" }]'
    found = read(
        small=document("Small", row(of=10), n=10),
        middle=middle,
        outer=document("Outer", row(role="validation"), cohort='contains = ["middle/all"]'),
        other=document("Other", row(role="validation"), cohort=overlap),
    )
    assert found.rows["outer/doris"].role == "contained"
    assert found.rows["other/doris"].role == "validation"  # the overlap may be with the five of middle who are not in small


def test_row_kept_as_validation_needs_its_reason_and_only_then():
    kept = row(role="validation", more='kept_because = "role fixed before"')
    found = read(small=document("Small", row(of=10), n=10), large=document("Large", kept, cohort=INSIDE))
    assert found.rows["large/doris"].role == "validation" and "role fixed before" in str(found.set_by_code[0])
    (line,) = complaints(alone=document("Alone", kept))
    assert line.startswith("alone.toml: row 'doris': 'kept_because' is not needed")


DERIVED = """
[row.rest]
quantity = "DORIS remission"
statistic = "share"
derived = "{how}"
cohort = "rest"
role = "context"
standing = "published"
"""
REST = '\n[cohort.rest]\nwho = "the others"\n'


def derived(how: str, cohort: str = INSIDE, rest: str = REST) -> Evidence:
    large = document("Large", row(count=15, of=20), DERIVED.format(how=how), cohort=cohort + rest)
    unverified = row(role="context").replace('"published"', '"unverified"')
    return read(small=document("Small", unverified, n=10), large=large)


def test_rule_3_difference_is_computed_and_as_well_known_as_its_parts():
    found = derived("doris - small/doris").rows["large/rest"]
    assert (found.statistic.count, found.statistic.of, found.standing) == (7, 10, "unverified")


@pytest.mark.parametrize(
    ("how", "cohort", "rest", "words"),
    [
        ("doris - small/doris", "", REST, "cohort 'large/all' is not declared to contain 'small/all'"),
        ("doris - small/none", INSIDE, REST, "is derived from 'small/none', which is no row"),
        ("doris * small/doris", INSIDE, REST, "is not 'ROW - ROW' or 'ROW + ROW'"),
        ("doris + small/doris", INSIDE, REST, "which share patients"),
        ("small/doris - doris", 'overlaps = [{ with = "small/all", n = 1 }]', REST, "is not declared to contain"),
        ("doris - small/doris", INSIDE, REST + INSIDE, "still shares patients with 'small/all'"),
    ],
)
def test_rule_3_says_what_cannot_be_derived(how, cohort, rest, words):
    (line,) = map(str, derived(how, cohort, rest).complaints)
    assert line.startswith("large.toml: row 'rest': ") and words in line


def test_rule_3_refuses_numbers_typed_beside_a_derivation():
    text = DERIVED.format(how="doris - doris") + "count = 3\nof = 4\n"
    assert any(
        "leave 'count', 'of' and 'value' out" in line for line in complaints(large=document("L", row(), text, cohort=REST))
    )


def test_rule_4_refuses_a_fact_told_twice_and_more_patients_than_the_cohort_has():
    (line,) = complaints(one=document("One", row(), row("again", "context")))
    assert line.startswith("one.toml: row 'again': says again what row 'one/doris' says of cohort 'one/all'")
    (line,) = complaints(one=document("One", row(of=30)))
    assert line == "one.toml: row 'doris': counts 30 patients in cohort 'one/all', which has 20"


def test_rule_5_borrowed_bands_are_marked_as_ours_and_declare_whom_they_pool():
    source = document("Small", row(role="context"), n=10)
    drawn = row(more='sources = ["small/doris"]', of=20)
    lines = complaints(small=source, large=document("Large", drawn))
    assert len(lines) == 2
    assert "its band is ours: add 'tolerance'" in lines[0]
    assert "declare its cohort 'small/all' in 'contains' of 'large/all'" in lines[1]
    marked = row(more='sources = ["small/doris"]\ntolerance = { low = 0.4, high = 0.9, why = "two trials" }', of=20)
    assert complaints(small=source, large=document("Large", marked, cohort=INSIDE)) == []


def test_rule_5_a_proxy_is_not_calibrated_to_without_a_tolerance():
    (line,) = complaints(one=document("One", row(more='proxy = "another response"')))
    assert line.startswith("one.toml: row 'doris': is a proxy used for calibration")


MOVE = 'history = [{{ from = "{}", to = "{}", why = "{}" }}]'


@pytest.mark.parametrize(
    ("role", "more", "words"),
    [
        ("contained", "", "role 'contained' is set by code"),
        ("calibration", MOVE.format("calibration", "validation", "x"), "a role only moves from validation to calibration"),
        ("calibration", MOVE.format("validation", "calibration", ""), "without a reason; add 'why'"),
        ("validation", MOVE.format("validation", "calibration", "x"), "a role never moves back"),
        ("calibration", 'outcome = "doris_day9"', "did you mean 'doris_day90'?"),
    ],
)
def test_roles_move_one_way_and_names_exist(role, more, words):
    (line,) = complaints(one=document("One", row(role=role, more=more)))
    assert line.startswith("one.toml: row 'doris': ") and words in line


def test_cohorts_that_nobody_declares_and_circles_are_named():
    (line,) = complaints(one=document("One", row().replace('cohort = "all"', 'cohort = "some"')))
    assert "cohort 'one/some', which no document declares; add [cohort.some]" in line
    (line,) = complaints(one=document("One", cohort='contains = ["two/all"]'))
    assert "names the cohort 'two/all', which no document declares" in line
    (line,) = complaints(one=document("One", n=5, cohort=INSIDE), small=document("Small", n=10))
    assert line == "one.toml: cohort 'all': has 5 patients and cannot contain 'small/all', which has 10"
    circle = complaints(small=document("Small", n=10, cohort='contains = ["one/all"]'), one=document("One", n=10, cohort=INSIDE))
    assert len(circle) == 2 and all("contains itself" in line for line in circle)


def test_one_publication_is_one_file():
    (line,) = complaints(one=document("One", doi="10.1/x"), two=document("Two", doi="10.1/X"))
    assert line == "two.toml: publication 'two': has the doi '10.1/x' of 'one.toml'; one publication is one file"
