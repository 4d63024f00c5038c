"""Draws of the numbers in a study: nothing is added where nothing is unsure, and what is known to vary varies as known."""

from __future__ import annotations

import numpy as np
import pytest

from immunoreset import store
from immunoreset.catalogue import Theta
from immunoreset.cli import BAD_INPUT, guarded
from immunoreset.errors import InvalidFile, InvalidValue, UnknownName
from immunoreset.inference.posterior import Posterior
from immunoreset.save import save
from immunoreset.store import open_run
from immunoreset.study import run
from immunoreset.study_document import Study
from immunoreset.uncertain_study import run_uncertain
from immunoreset.uncertainty.choice import Asked, accepted

CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
PATIENTS = {"population": "cart", "n": 24}
STUDY = Study.model_validate(
    {
        "title": "How sure",
        "seed": 3,
        "stop": 100,
        "patients": PATIENTS,
        "arms": {"car-t": CAR_T, "rituximab": "rituximab 1 g on day 0"},
    }
)
ONE_ARM = Study.model_validate({"title": "How sure", "seed": 3, "stop": 40, "patients": PATIENTS, "arms": {"car-t": CAR_T}})
THETA = Theta.current()
EXPANSION, COPIES = "car_t.expansion_max", "car_t.copies_per_cell"


def draws_of(values: dict[str, list[float]]) -> Posterior:
    return Posterior(tuple(values), np.array(list(values.values())).T, "draws of a test")


def as_it_is(*names: str, draws: int = 4) -> Posterior:
    return draws_of({name: [THETA.parameter(name).value] * draws for name in names})


@pytest.fixture(scope="module")
def sure():
    return run(STUDY, posterior=as_it_is(EXPANSION, "rituximab.kill_tissue"), draws=3, threads=2)


def test_a_posterior_of_no_width_adds_nothing_and_changes_no_bit(sure):
    plain = run(STUDY)
    for name, arm in sure.arms.items():
        for outcome, values in plain.arms[name].outcomes.values.items():
            np.testing.assert_array_equal(arm.outcomes.values[outcome], values)
            for drawn in arm.spread.outcomes[outcome]:
                np.testing.assert_array_equal(drawn, values, err_msg=outcome)
            of = arm.interval(outcome)
            np.testing.assert_array_equal(of.numbers, (of.value, of.value))
        for curve, values in plain.arms[name].trajectories.items():
            np.testing.assert_array_equal(arm.trajectories[curve], values)
            low, high = arm.spread.band(curve)
            np.testing.assert_array_equal(low, high)
            np.testing.assert_allclose(low, arm.quantiles(curve)[2], rtol=1e-6)


def test_a_trial_varies_by_patients_alone_where_the_numbers_are_sure(sure):
    of = sure.arms["car-t"].interval("car_t_peak_per_ul", n=6)
    assert of.patients.low < of.trial.low < of.value < of.trial.high < of.patients.high
    larger = sure.arms["car-t"].interval("car_t_peak_per_ul", n=60)
    assert of.trial.low < larger.trial.low < larger.trial.high < of.trial.high


def test_the_band_of_a_linear_outcome_is_that_of_its_number():
    """Copies per cell are a factor of copies per microgram alone: the curve is proportional to them."""
    usual = THETA.parameter(COPIES).value
    factors = np.linspace(0.8, 1.25, 21)
    low, high = np.quantile(factors, [0.05, 0.95])
    result = run(ONE_ARM, posterior=draws_of({COPIES: list(usual * factors)}), draws=21)
    spread = result.arms["car-t"].spread
    day = int(np.searchsorted(result.days, 12))
    plain = result.arms["car-t"].quantiles("car_t_copies_per_ug")[2, day]
    found = spread.band("car_t_copies_per_ug")[:, day]
    np.testing.assert_allclose(found, [low * plain, high * plain], rtol=1e-4)
    np.testing.assert_allclose(
        spread.numbers("il6_peak", share=False), result.arms["car-t"].interval("il6_peak").value, rtol=1e-12
    )


def test_draws_without_patients_are_replaced_and_counted():
    usual = THETA.parameter("b_cells.naive_loss").value
    posterior = draws_of({"b_cells.naive_loss": [0.02, usual, 0.02, 1.01 * usual, 0.99 * usual, usual]})
    result = run(ONE_ARM, posterior=posterior, draws=3)
    assert len(result.numbers) == 3 and result.numbers.tried == 5
    assert "2 of 5 draws have no patients" in result.numbers.words
    assert "b_cells.naive_loss = 0.02" in result.numbers.refused[0]
    assert np.all(result.numbers.values[:, 0] < 0.02)
    with pytest.raises(
        InvalidValue, match=r"only 4 of 6 draws of draws of a test have patients; of the first without: .*naive_loss"
    ):
        run(ONE_ARM, posterior=posterior, draws=5)


def test_threads_change_no_bit():
    posterior = draws_of({EXPANSION: [1.9, 2.1, 2.2]})
    one, two = (run(ONE_ARM, posterior=posterior, draws=3, threads=threads) for threads in (1, 2))
    assert one.summary() == two.summary()
    for outcome, values in one.arms["car-t"].spread.outcomes.items():
        np.testing.assert_array_equal(values, two.arms["car-t"].spread.outcomes[outcome])


def test_without_a_calibration_the_draws_are_of_the_prior_and_every_label_says_so(tmp_path):
    assert accepted() is None or accepted().is_dir()
    if accepted() is not None:
        pytest.skip("a calibration is accepted")
    result = run_uncertain(ONE_ARM, Asked(3, trial_size=20), threads=2)
    assert result.numbers.is_prior and len(result.numbers.names) > 200
    assert "the prior (no calibration is accepted: what bounds and standing allow)" in result.numbers.words
    assert "body.egfr" in result.numbers.left_out and not set(result.numbers.left_out) & set(result.numbers.names)
    summary = result.summary()
    assert summary["uncertainty"]["prior"] and summary["arms"]["car-t"]["trial size"] == 20
    save(result, tmp_path / "run")
    page = (tmp_path / "run" / "report.html").read_text("utf-8")
    for words in ("From what is not known of the numbers (prior)", "What a trial of 20 would report (prior)", "Between patients"):
        assert f"<th>{words}" in page
    stored = open_run(tmp_path / "run")
    table = stored.query("SELECT * FROM uncertainty WHERE outcome = 'crs_any' ORDER BY draw")
    expected = result.arms["car-t"].spread.statistics("crs_any", share=True)
    np.testing.assert_array_equal(table["value"], expected)
    assert list(stored.query("SELECT * FROM draws").columns) == ["draw", *result.numbers.names]
    low, high = np.quantile(expected, [0.05, 0.95])
    assert stored.summary["arms"]["car-t"]["outcomes"]["crs_any"]["numbers"] == pytest.approx({"low": low, "high": high})


def test_numbers_of_a_calibration_that_reach_nobody_are_left_alone():
    with_lymphoma = (
        as_it_is(EXPANSION, "voclosporin.volume") if THETA.has("voclosporin.volume") else as_it_is(EXPANSION, "body.egfr")
    )
    result = run(ONE_ARM, posterior=with_lymphoma, draws=2)
    assert result.numbers.names == (EXPANSION,)
    with pytest.raises(InvalidValue, match="reaches the patients of this document"):
        run(ONE_ARM, posterior=as_it_is("rituximab.kill_tissue"), draws=2)


@pytest.mark.parametrize("draws", [0, 1, -3, 10_001])
def test_a_number_of_draws_that_says_nothing_is_refused(draws):
    with pytest.raises(InvalidValue, match=f"--uncertainty {draws}: ask for 2 to 10,000 draws"):
        Asked(draws)


def test_what_cannot_be_asked_is_said_in_one_line(sure, tmp_path):
    with pytest.raises(InvalidValue, match="9 draws of 4 in draws of a test"):
        run(ONE_ARM, posterior=as_it_is(EXPANSION), draws=9)
    with pytest.raises(InvalidFile, match=r"holds no posterior\.parquet"):
        run_uncertain(ONE_ARM, Asked(5, tmp_path))
    with pytest.raises(UnknownName, match="did you mean 'crs_any'"):
        sure.arms["car-t"].interval("crs_anny")
    with pytest.raises(InvalidValue, match="level between 0 and 1"):
        sure.arms["car-t"].interval("crs_any", 90)
    with pytest.raises(InvalidValue, match="--trial-size 0"):
        Asked(5, trial_size=0)
    with pytest.raises(InvalidValue, match="without draws of the numbers"):
        run(ONE_ARM).arms["car-t"].interval("crs_any")


@pytest.mark.parametrize("columns", [None, {"row": ["a study/a row"], "after": [0.5]}, {"patient": [1, 2], "weight": [0.5, 1.5]}])
def test_a_file_that_is_no_table_of_draws_is_named(columns, tmp_path):
    file = tmp_path / "other.parquet"
    if columns is None:
        file.write_text("not a table")
    else:
        store.write_table(file, columns)
    with pytest.raises(InvalidFile, match=r"other\.parquet' is not a table of draws; name the folder of a calibration"):
        Posterior.read(file)


def test_the_command_writes_resumes_and_refuses(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(
        f'title = "How sure"\nstop = 30\n[patients]\npopulation = "cart"\nn = 6\n[arms]\ncar-t = "{CAR_T}"\n', "utf-8"
    )
    store.write_table(tmp_path / "posterior.parquet", {EXPANSION: [1.9, 2.0, 2.1, 2.2]})
    asked = ["simulate", "study.toml", "--out", "run", "--uncertainty", "3", "--posterior", "posterior.parquet"]
    assert guarded(asked) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "3 draws of 1 number of the model from the calibration in 'posterior.parquet'" in said and "prior" not in said
    assert "What a trial of 6 would" in said
    assert guarded([*asked, "--resume"]) == 0
    assert "complete already" in capsys.readouterr().out
    assert guarded([*asked[:5], "4", *asked[6:], "--resume"]) == BAD_INPUT
    assert "another uncertainty" in capsys.readouterr().err
    for options, words in (
        (["--uncertainty", "1"], "--uncertainty 1: ask for 2 to 10,000 draws"),
        (["--posterior", "posterior.parquet"], "--posterior goes with --uncertainty N"),
        (["--trial-size", "20"], "--trial-size goes with --uncertainty N"),
        (["--uncertainty", "50", "--posterior", "posterior.parquet"], "50 draws of 4 in"),
    ):
        assert guarded(["simulate", "study.toml", "--out", "other", *options]) == BAD_INPUT
        assert words in capsys.readouterr().err
    assert not (tmp_path / "other").exists()
