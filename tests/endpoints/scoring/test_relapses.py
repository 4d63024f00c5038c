"""Relapses and confirmed worsening of a file are what the plain functions say of each patient."""

import numpy as np
import pytest

from immunoreset.endpoints.other_diseases.multiple_sclerosis import confirmed_worsening, relapse_starts
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits
from immunoreset.errors import InvalidValue


def table(*rows):
    """The scores by name and (patient, day), of rows (patient, day, item, value); nan where not known, absent where not shown."""
    patient, day, item, value = zip(*rows, strict=True)
    visits = Visits.from_long(patient=patient, day=day, item=item, value=value)
    keys = [(visits.patients[who], float(on)) for who, on in zip(visits.patient, visits.day, strict=True)]
    found = {}
    for result in score(visits, USUAL).results:
        low, high = result.limits()
        known = np.where(low == high, low, np.nan)
        found[result.name] = {key: known[row] for row, key in enumerate(keys) if result.shown[row]}
    return found


def test_a_relapse_recorded_at_several_visits_counts_once_and_belongs_to_its_patient():
    found = table(
        ("A", 0, "EDSS", 2.0),
        ("A", 50, "RELAPSE", 1),
        ("A", 57, "RELAPSE", 1),
        ("A", 80, "RELAPSE", 1),
        ("A", 84, "EDSS", 2.0),
        ("B", 0, "EDSS", 2.0),
        ("B", 84, "EDSS", 2.0),
    )
    assert found["relapses"] == {("A", 50): 1, ("A", 57): 1, ("A", 80): 2, ("A", 84): 2, ("B", 84): 0}
    assert found["relapsed"][("A", 84)] == 1 and found["relapsed"][("B", 84)] == 0
    assert found["annualised_relapse_rate"][("A", 84)] == pytest.approx(2 * 365.25 / 84)


def test_a_relapse_before_baseline_is_no_relapse_since_and_goes_on_as_the_same():
    found = table(("A", -10, "RELAPSE", 1), ("A", 0, "EDSS", 2.0), ("A", 10, "RELAPSE", 1), ("A", 30, "RELAPSE", 1))
    assert found["relapses"] == {("A", 10): 0, ("A", 30): 1}


def test_worsening_counts_from_the_visit_at_which_it_began_once_it_is_confirmed():
    course = [(0, 2.0), (84, 3.0), (126, 3.0), (168, 3.0)]
    found = table(*(("A", day, "EDSS", value) for day, value in course), *(("B", day, "EDSS", 2.0) for day, _ in course))
    assert found["edss_confirmed"] == {("A", 84): 1, ("A", 126): 1, ("A", 168): 1} | dict.fromkeys(
        [("B", 84), ("B", 126), ("B", 168)], 0
    )
    near = table(*(("A", day, "EDSS", value) for day, value in course), ("A", 90, "RELAPSE", 1))
    assert near["edss_confirmed"][("A", 168)] == 0, "a worsening near a relapse starts nothing"
    last = table(("A", 0, "EDSS", 2.0), ("A", 168, "EDSS", 3.0))
    assert last["edss_confirmed"][("A", 168)] == 0 and last["edss_worse"][("A", 168)] == 1
    assert np.isnan(table(("A", 84, "EDSS", 6.5), ("A", 168, "EDSS", 6.5))["edss_confirmed"][("A", 84)]), "no baseline"


def test_many_patients_of_a_file_are_judged_as_the_plain_function_judges_each():
    random = np.random.default_rng(1)
    days = np.arange(0, 700, 84.0)
    rows, expected = [], {}
    for patient in range(40):
        name, seen = f"P{patient:02d}", days[random.random(len(days)) < 0.8]
        values = np.round(2 + 2 * random.random() * seen / 700 + random.random(len(seen)) * 0.8, 0)
        relapses = np.sort(random.choice(700, size=random.integers(0, 3), replace=False)) + 1.0
        rows += [(name, 0, "EDSS", 2.0)]
        rows += [(name, day, "EDSS", value) for day, value in zip(seen, values, strict=True) if day > 0]
        rows += [(name, day, "RELAPSE", 1) for day in relapses]
        after = seen > 0
        starts = relapse_starts(relapses)
        expected[name] = confirmed_worsening(2.0, values[after], seen[after], relapse_days=starts, weeks=12).day
    found = table(*rows)["edss_confirmed"]
    assert sum(~np.isnan(day) for day in expected.values()) > 5
    for (name, day), value in found.items():
        assert value == (expected[name] <= day), (name, day)


def test_the_start_of_a_relapse_is_thirty_days_or_more_from_the_one_before():
    assert relapse_starts([[1, 30, 31, 60.9, 61]]).tolist()[0][::2] == [1, 31, 61]
    assert np.isnan(relapse_starts([[1, 30, 31, 60.9, 61]])[0, [1, 3]]).all()
    assert relapse_starts(np.empty((2, 0))).shape == (2, 0)
    with pytest.raises(InvalidValue, match="does not come after"):
        relapse_starts([10, 5])
