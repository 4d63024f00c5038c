"""A study keeps what it asks for, on the days it asks for, and says which numbers stand outside their bounds."""

import json

import numpy as np
import pytest

from immunoreset.catalogue import built_in
from immunoreset.errors import InvalidFile, InvalidValue, UnknownName
from immunoreset.report.page import build_page
from immunoreset.store import open_run
from immunoreset.study import run
from immunoreset.study_document import Study
from immunoreset.study_reading import parse_study

ASKED = {
    "rituximab.concentration": "mg/L",
    "baff": "1",
    "b_cells.naive_b_tissue": "Mcell",
    "flare_drive": "1",
    "seen.weight": "kg",
    "on.kill_b_tissue": "1/day",
    "lymphocytes_per_ul": "cell/uL",
}
DOCUMENT = f"""
title = "Asked for"
start = -7
stop = 40
[patients]
population = "cart"
n = 4
[arms]
untreated = "no treatment"
treated = "rituximab 1000 mg on day 0"
[outputs]
quantities = {json.dumps(list(ASKED))}
days = [0.5, 3.25]
"""
INSIDE = built_in().theta.parameter("car_t.half_cytokine").value
BEYOND = f'parameters = {{kexp = 9.0, "car_t.half_cytokine" = {INSIDE}}}\nbeyond_bounds = true\n'


@pytest.fixture(scope="module")
def result():
    return run(parse_study(DOCUMENT))


def changed(**tables):
    document = parse_study(DOCUMENT).model_dump(exclude_unset=True)
    return Study.model_validate({**document, **tables})


def test_quantities_are_kept_with_label_and_unit_in_every_arm_that_has_them(result):
    treated, untreated = result.arm("treated"), result.arm("untreated")
    for name, unit in ASKED.items():
        assert treated.trajectories[name].shape == (4, len(result.days)), name
        assert treated.units[name] == unit and treated.labels[name], name
    assert set(ASKED) - set(untreated.trajectories) == {"rituximab.concentration"}


def test_kept_quantities_are_those_of_the_patient(result):
    treated = result.arm("treated")
    before, after = result.days.searchsorted(0.0), result.days.searchsorted(0.5)
    plasma, kill = treated.trajectories["rituximab.concentration"], treated.trajectories["on.kill_b_tissue"]
    assert (plasma[:, before] == 0).all() and (plasma[:, after] > 100).all() and (kill[:, after] > kill[:, before]).all()
    assert (treated.trajectories["seen.weight"] == treated.trajectories["seen.weight"][:, :1]).all()
    np.testing.assert_allclose(
        result.arm("untreated").trajectories["flare_drive"], treated.trajectories["flare_drive"], rtol=1e-5
    )  # twins have the same flares, solved as exactly as populations are


def test_days_asked_for_are_kept_and_change_no_outcome(result):
    assert {0.5, 3.25} <= set(result.days.tolist())
    plain = run(changed(outputs={}))
    assert set(result.days) - set(plain.days) == {0.5, 3.25}
    for name, values in plain.arm("treated").outcomes.values.items():
        np.testing.assert_array_equal(values, result.arm("treated").outcomes.values[name], err_msg=name)
    for name, values in plain.arm("treated").trajectories.items():
        kept = result.arm("treated").trajectories[name][:, np.isin(result.days, plain.days)]
        np.testing.assert_array_equal(values, kept, err_msg=name)


def test_quantities_are_saved_and_shown_with_label_and_unit(result, tmp_path):
    folder = result.save(tmp_path / "run")
    assert set(ASKED) <= set(open_run(folder).query("select * from trajectories").columns)
    page = (folder / "report.html").read_text("utf-8")
    for words in ("Rituximab in plasma", "mg/L", "10⁶ cells", "1/day", "Lymphocytes", "cells/µL", "no unit"):
        assert words in page, words
    for name in ASKED:
        assert result.arm("treated").labels[name] in page, name


def test_quantity_that_no_arm_has_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match=r"'rituximab.concentration'; did you mean"):
        run(changed(arms={"a": "obinutuzumab 1000 mg on day 0"}))
    with pytest.raises(UnknownName, match=r"'on.kill_b_tisue'; did you mean 'on.kill_b_tissue'"):
        run(changed(outputs={"quantities": ["on.kill_b_tisue"]}))


@pytest.mark.parametrize(
    "arms",
    [
        {"a": "rituximab 1 g on day 0; fludarabine 25 mg/m2 on day 0"},
        {"a": "rituximab 1 g on day 0", "b": "fludarabine 25 mg/m2 on day 0"},
    ],
)
def test_short_name_that_several_parts_have_is_refused(arms):
    """`central` of two drugs is no one quantity, in one arm or in several."""
    with pytest.raises(InvalidValue, match=r"'central' can be fludarabine.central or rituximab.central; write which"):
        run(changed(arms=arms, outputs={"quantities": ["central"]}))


def test_day_that_is_not_simulated_is_refused():
    with pytest.raises(InvalidValue, match="day 41 is not simulated, only days -7 to 40"):
        run(changed(outputs={"days": [41]}))


def test_key_of_outputs_that_nobody_reads_is_refused_by_line():
    with pytest.raises(InvalidFile, match=r"line 12.*'outputs.quantity'.*quantities"):
        parse_study(DOCUMENT.replace("quantities =", "quantity ="))


def test_value_beyond_bounds_is_refused_unless_the_study_asks_for_it():
    with pytest.raises(InvalidValue, match="'kexp' is 9; give a value from"):
        run(parse_study(DOCUMENT.replace("n = 4\n", "n = 4\nparameters = {kexp = 9.0}\n")))


def test_values_beyond_bounds_are_said_in_manifest_and_report():
    result = run(parse_study(DOCUMENT.replace("n = 4\n", f"n = 4\n{BEYOND}")))
    bounds = built_in().theta.parameter("kexp").bounds
    (row,) = result.manifest["beyond_bounds"]
    assert (row["parameter"], row["value"], row["unit"]) == ("car_t.expansion_max", 9.0, "1/day")
    assert (row["bounds"], row["arms"]) == (list(bounds), ["untreated", "treated"])
    page = build_page(result)
    assert "car_t.expansion_max = 9 1/day (bounds 1.5–3.5; untreated, treated)" in page
    assert "car_t.half_cytokine" not in page


def test_study_within_bounds_says_nothing_of_them(result):
    assert result.manifest["beyond_bounds"] == [] and "outside the bounds" not in build_page(result)


@pytest.mark.parametrize("value", ["nan", "inf", "1e400"])
def test_value_that_is_no_number_is_refused_beyond_bounds_too(value):
    with pytest.raises((InvalidFile, InvalidValue), match="kexp"):
        run(parse_study(DOCUMENT.replace("n = 4\n", f"n = 4\n{BEYOND}".replace("9.0", value))))
