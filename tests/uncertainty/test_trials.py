"""Trials under draws of the numbers: the assurance is the mean of single runs, and chance stays apart from what is not known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from immunoreset.catalogue import Theta
from immunoreset.errors import InvalidValue
from immunoreset.inference.posterior import Posterior
from immunoreset.uncertainty.choice import Asked
from immunoreset.virtual_trial.characteristics import characteristics_of
from immunoreset.virtual_trial.reading import parse_trial
from immunoreset.virtual_trial.run import run_trial
from immunoreset.virtual_trial.uncertain import run_uncertain_trial

THETA = Theta.current()
CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
HEAD = 'title = "A trial"\nseed = 2\nrepeats = 200\n'
COHORT = '[population]\nname = "cart"\nn = 40\n'
ENDPOINT = '[endpoint]\nkind = "response"\nmeasure = "doris"\nday = 84\n'
ARMS = f'[arms]\n"standard" = "background-care from 0"\n"car-t" = "{CAR_T}"\n'
TRIALS = {
    "phase-1": f'kind = "phase-1"\n{HEAD}target = 0.25\n{COHORT}[doses]\n"1e4" = "{CAR_T.replace("1e6", "1e4")}"\n'
    f'"1e6" = "{CAR_T}"\n[benefit]\noutcome = "depleted"\n[dlt]\n[[dlt.criteria]]\nname = "CRS"\n'
    'toxicity = "CRS"\ngrade = 1\n[[design]]\nkind = "boin"\n',
    "phase-2": f'kind = "phase-2"\n{HEAD}treatment = "{CAR_T}"\n{COHORT}[endpoint]\nmeasure = "doris"\nday = 84\n'
    '[[design]]\nkind = "simon"\np0 = 0.3\np1 = 0.6\n',
    "phase-3": f'kind = "phase-3"\n{HEAD}control = "standard"\ntreatment = "car-t"\npatients = 20\n{COHORT}{ARMS}{ENDPOINT}'
    '[[design]]\nkind = "none"\nlooks = 1\n',
    "power": f'kind = "power"\n{HEAD}control = "standard"\ntotals = [12, 24]\nwanted = 0.8\n{COHORT}{ARMS}{ENDPOINT}',
}  # fmt: skip
VALUES = [(0.01, 1.3), (0.02, 1.6), (0.06, 2.1)]
DRAWS = Posterior(("inflammation.inflammation_turnover", "crs.cut_1"), np.array(VALUES), "draws of a test")


def characteristics(found) -> dict:
    return {one.name: one for one in characteristics_of(found)}


@pytest.mark.parametrize("kind", TRIALS)
def test_the_mean_over_draws_is_the_mean_of_single_runs(kind):
    document = parse_trial(TRIALS[kind])
    result = run_uncertain_trial(document, Asked(3), DRAWS)
    plain = characteristics(run_trial(document).found)
    single = [characteristics(run_trial(document, theta=DRAWS.theta(place, THETA)).found) for place in range(3)]
    rows = {(row.design, row.measure): row for row in result.unsure.rows()}
    assert set(rows) == set(plain) and any(np.ptp([one[name].value for one in single]) > 0 for name in rows)
    for name, row in rows.items():
        values = [one[name].value for one in single]
        assert row.value == pytest.approx(plain[name].value, nan_ok=True)
        assert row.mean == pytest.approx(np.mean(values), nan_ok=True), name
        assert np.isnan(row.mean) or (row.low >= min(values) and row.high <= max(values))
        if row.kind == "success":
            assert row.enough == np.mean(np.array(values) >= 0.8)
            assert 0 <= row.chance <= 0.5 / np.sqrt(200)
    assert {row.kind for row in rows.values()} >= ({"share"} if kind == "phase-1" else {"success"})


def test_numbers_that_are_sure_leave_the_chance_of_simulation_alone():
    usual = [THETA.parameter(name).value for name in DRAWS.names]
    sure = Posterior(DRAWS.names, np.array([usual] * 4), "draws of a test")
    result = run_uncertain_trial(parse_trial(TRIALS["phase-3"]), Asked(3), sure, threads=2)
    for row in result.unsure.rows():
        assert row.low == row.high == row.value == pytest.approx(row.mean, abs=1e-12)
    power = next(row for row in result.unsure.rows() if row.measure == "power")
    assert power.chance == pytest.approx(np.sqrt(power.value * (1 - power.value) / 200))


def test_the_run_says_what_is_unsure_on_its_page_in_its_tables_and_in_its_summary(tmp_path):
    result = run_uncertain_trial(parse_trial(TRIALS["power"]), Asked(3), DRAWS, threads=1)
    again = run_uncertain_trial(parse_trial(TRIALS["power"]), Asked(3), DRAWS, threads=2)
    for folder, run in (("one", result), ("two", again)):
        run.save(tmp_path / folder)
    for file in ("report.html", "summary.json", "uncertainty.csv", "uncertainty_draws.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    summary = json.loads((tmp_path / "one" / "summary.json").read_text("utf-8"))["uncertainty"]
    assert summary["draws"] == 3 and not summary["prior"] and summary["from"] == "draws of a test"
    assert {"mean", "low", "high", "enough", "chance"} <= summary["characteristics"][0].keys()
    page = (tmp_path / "one" / "report.html").read_text("utf-8")
    assert "How sure these numbers are" in page and "power with 24 patients over the draws of the numbers" in page
    assert len((tmp_path / "one" / "uncertainty_draws.csv").read_text().splitlines()) == 1 + 3 * len(summary["characteristics"])


def test_trials_of_rates_have_no_patients_to_be_unsure_of():
    rates = (
        f'kind = "phase-1"\n{HEAD}target = 0.25\n[[scenario]]\nname = "steep"\ntoxic = [0.1, 0.3]\n[[design]]\nkind = "boin"\n'
    )
    with pytest.raises(InvalidValue, match="--uncertainty is of virtual patients, and this trial has stated rates"):
        run_uncertain_trial(parse_trial(rates), Asked(3), DRAWS)
