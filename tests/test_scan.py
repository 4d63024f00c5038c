"""A scan keeps the patients and their random numbers, changes what it says, and says what it found."""

import numpy as np
import pytest

from immunoreset.app.api.jobs import refuse_files
from immunoreset.app.faults import Refused
from immunoreset.errors import ImmunoresetError, InvalidFile, InvalidValue, UnknownName
from immunoreset.evidence import bands
from immunoreset.scan import patients_by_steps
from immunoreset.store import open_run
from immunoreset.study import run
from immunoreset.study_reading import parse_study

CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
STUDY = f"""\
title = "Killing and rejection"
stop = 400
[patients]
population = "cart"
n = 30
beyond_bounds = true
[arms]
car-t = "{CAR_T}"
[scan]
arm = "car-t"
show = ["b_cell_return_day", "node_cleared", "relapse_year1"]
[[scan.axes]]
parameter = "kk"
factors = [0.02, 1]
label = "killing"
[[scan.axes]]
parameter = "kRej"
values = [0.05, 2]
"""


@pytest.fixture(scope="module")
def result():
    return run(parse_study(STUDY))


def shares(result, outcome):
    return {point.steps: point.share(outcome) for point in result.scan.points}


def test_every_combination_is_simulated_in_the_order_of_the_steps(result):
    assert [point.steps for point in result.scan.points] == [(0.02, 0.05), (0.02, 2), (1, 0.05), (1, 2)]
    assert result.failed == 0 and result.simulations == 5 * 30


def test_step_that_changes_nothing_gives_the_arm_itself():
    text = STUDY[: STUDY.index("[[scan.axes]]")] + '[[scan.axes]]\nparameter = "kk"\nfactors = [1]\n'
    same = run(parse_study(text))
    assert same.scan
    for name, values in same.arm("car-t").outcomes.values.items():
        np.testing.assert_array_equal(same.scan.points[0].outcomes.values[name], values, err_msg=name)


def test_factor_multiplies_what_each_patient_has_and_value_replaces_it(result):
    study = parse_study(STUDY)
    who = patients_by_steps(study)[(0.02, 2)]
    assert who.factors == {"kk": 0.02} and who.parameters == {"kRej": 2}
    from immunoreset.catalogue import built_in
    from immunoreset.study import draw_twins

    usual, changed = (draw_twins(one, study, built_in()).cohort.parameters for one in (study.patients, who))
    np.testing.assert_allclose(changed["car_t.kill_max"], 0.02 * usual["car_t.kill_max"], rtol=1e-14)
    assert changed["car_t.response_kill"] == 2 and np.std(usual["car_t.response_kill"]) > 0


def test_weak_killing_leaves_the_node_and_slow_rejection_keeps_b_cells_away(result):
    cleared = shares(result, "node_cleared")
    assert cleared[(1, 0.05)].share > 0.9 > 0.5 > cleared[(0.02, 0.05)].share
    returned = {point.steps: np.nanmedian(point.outcomes.values["b_cell_return_day"]) for point in result.scan.points}
    assert returned[(1, 0.05)] > returned[(1, 2)]


def test_share_has_its_count_and_exact_interval(result):
    found = shares(result, "node_cleared")[(1, 2)]
    assert (found.low, found.high) == bands.fraction(found.happened, found.of) and found.of == 30
    told = result.summary()["scan"][3]["outcomes"]["node_cleared"]
    assert (told["count"], told["twins"], told["low"], told["high"]) == (found.happened, 30, found.low, found.high)
    with pytest.raises(UnknownName, match="node_cleard"):
        result.scan.points[0].share("node_cleard")


def test_saved_run_holds_every_twin_at_every_combination_and_draws_the_shares(result, tmp_path):
    result.save(tmp_path / "run")
    table = open_run(tmp_path / "run").query('select "killing", "kRej", count(*) as n from scan group by all order by all')
    assert table.to_numpy().tolist() == [[0.02, 0.05, 30], [0.02, 2, 30], [1, 0.05, 30], [1, 2, 30]]
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert page.count('at each combination"') == 2 and "a factor on each patient" in page
    assert "car_t.kill_max = 0.1 1/day (bounds 2–12; scan)" in page


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        ('arm = "car-t"', 'arm = "car"', InvalidFile, ["no arm 'car'", "car-t"]),
        ("factors = [0.02, 1]", "factors = [0.02, 1]\nvalues = [1]", InvalidFile, ["either values or factors"]),
        ("factors = [0.02, 1]", "", InvalidFile, ["either values or factors"]),
        ("factors = [0.02, 1]", "factors = [1, 1]", InvalidFile, ["stands twice"]),
        ("factors = [0.02, 1]", "factor = [0.02, 1]", InvalidFile, ["factor", "did you mean 'factors'"]),
        ("factors = [0.02, 1]", "factors = [-1]", InvalidValue, ["factor -1", "kk"]),
        ('parameter = "kk"', 'parameter = "kkk"', UnknownName, ["kkk"]),
        ('"relapse_year1"', '"relapse_year2"', UnknownName, ["relapse_year2", "did you mean 'relapse_year"]),
        ("beyond_bounds = true", "", InvalidValue, ["kk", "give a value from 2 to 12"]),
    ],
)
def test_mistakes_stop_a_scan_with_one_line(monkeypatch, old, new, kind, words):
    from immunoreset.patient import course

    monkeypatch.setattr(course.engine, "prepare", lambda *_, **__: pytest.fail("the simulation must not begin"))
    assert old in STUDY
    with pytest.raises(kind) as error:
        run(parse_study(STUDY.replace(old, new, 1)))
    assert isinstance(error.value, ImmunoresetError) and "\n" not in str(error.value)
    for word in words:
        assert word in str(error.value)


def test_web_page_refuses_a_scan_in_one_line():
    with pytest.raises(Refused, match="the page runs no scans"):
        refuse_files({"scan": {"arm": "car-t"}})
