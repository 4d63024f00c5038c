"""Virtual patients agree with a table, or it is said in one line which row cannot be met, and what to do."""

import tomllib
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from immunoreset.baseline import Baseline, balanced, covariates_of, parse_baseline, read_baseline
from immunoreset.baseline.balanced import LEAST_EFFECTIVE, problem_of, solve
from immunoreset.errors import InvalidValue
from immunoreset.population import sample

EXAMPLES = Path(__file__).parents[2] / "examples"
AGE, WOMEN = 'covariate = "age"\nmean = 38.0\nsd = 11.0', 'covariate = "female"\ncount = 255'


def baseline(*rows: str, population: str = "trial", n: int = 300) -> Baseline:
    """A table of these rows, each the text of its keys."""
    body = "".join(f"[[row]]\n{row}\n" for row in rows)
    return parse_baseline(f'title = "A table"\npopulation = "{population}"\npatients = 60\nn = {n}\n{body}', "table.toml")


@pytest.fixture(scope="module")
def pool():
    return covariates_of(sample("trial", 4096, seed=1))


@pytest.fixture(scope="module")
def found():
    return balanced(baseline(AGE, WOMEN, 'covariate = "b_cells_per_ul"\nmedian = 150.0\nquartiles = [95.0, 240.0]'))


def test_weights_meet_every_number_far_within_its_standard_error(found):
    assert len(found.lines) == 6
    for line in found.lines:
        assert abs(line.apart) < 0.1 < abs(line.apart_before), line
        assert line.weighted == pytest.approx(line.published, rel=0.02), line


def test_patients_without_weights_agree_within_the_chance_of_so_few(found):
    age, women = found.cohort.covariates["age"], found.cohort.covariates["sex"] == "F"
    assert len(found.cohort) == 60 and len(np.unique(found.cohort.ids)) == 60
    assert age.mean() == pytest.approx(38, abs=11 / 60**0.5)
    assert women.mean() == pytest.approx(0.85, abs=0.03)
    told = {(line.covariate, line.statistic): line.after for line in found.lines}
    assert told["age", "mean"] == pytest.approx(age.mean())
    assert told["age", "SD"] == pytest.approx(age.std())


def test_patients_are_those_of_the_population_by_number(found):
    same = sample("trial", int(found.cohort.ids.max()) + 1, seed=1).select(found.cohort.ids)
    for name, values in found.cohort.parameters.items():
        assert np.array_equal(values, same.parameters[name]), name


def test_same_seed_same_patients_and_another_seed_others():
    table = baseline(AGE)
    ids = [balanced(table, seed=seed).cohort.ids.tolist() for seed in (1, 1, 2)]
    assert ids[0] == ids[1] != ids[2]


def test_table_of_the_pool_itself_gives_equal_weights(pool):
    age = pool["age"]
    rows = (
        f'covariate = "age"\nmean = {float(age.mean())}\nsd = {float(age.std())}',
        f'covariate = "female"\nshare = {float(pool["female"].mean())}',
    )
    found = solve(problem_of(baseline(*rows), pool))
    assert found.weights == pytest.approx(np.full(4096, 1 / 4096), rel=1e-6)


def test_quantile_is_the_share_of_patients_below(pool):
    found = problem_of(baseline('covariate = "sledai_2k"\nmedian = 12.0\nquantiles = { "0.9" = 16.0 }'), pool)
    weights = solve(found).weights
    values = pool["sledai_2k"]
    for value, share in ((12.0, 0.5), (16.0, 0.9)):
        below, on = weights[values < value].sum(), weights[values == value].sum()
        assert below + on / 2 == pytest.approx(share, abs=0.002)


def test_too_far_a_table_is_refused_with_the_covariate_that_costs_most(pool):
    table = baseline('covariate = "age"\nmean = 41.0', WOMEN, 'covariate = "b_cells_per_ul"\nmean = 480.0\nsd = 60.0')
    problem = problem_of(table, pool)
    without = problem.effective_without()
    assert problem.solved().effective < LEAST_EFFECTIVE < without["b_cells_per_ul"] == max(without.values())
    with pytest.raises(
        InvalidValue, match=r"table.toml, line 12 \(b_cells_per_ul\).*30 % is the least; without 'b_cells_per_ul'"
    ):
        solve(problem)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (['covariate = "age"\nmean = 92.0'], r"line 6 \(age\): mean 92, and the model's patients have 18 to 75"),
        (['covariate = "age"\nmean = 70.0\nsd = 40.0'], r"\(age\): SD 40 about that mean"),
        (['covariate = "age"\nmedian = 12.0'], r"\(age\): median 12"),
        (['covariate = "female"\nshare = 1.0'], r"\(female\): everybody is so, and 0.9"),
        (['covariate = "female"\ncount = 0'], r"\(female\): nobody is so"),
        (['covariate = "nephritis"\nshare = 0.3'], r"\(nephritis\): 0.3 of the patients, and nobody of the model is so"),
        (['covariate = "igg_g_per_l"\nmean = 17.0'], r"\(igg_g_per_l\): mean 17, and all patients of the model have 15"),
        ([AGE, 'covariate = "age"\nmean = 48.0\nsource = "elsewhere"'], r"\(age\): mean (48|38) contradicts row [12] on 'age'"),
        (
            ['covariate = "age"\nshare = 0.9\nat_least = 50', 'covariate = "age"\nshare = 0.5\nbelow = 50'],
            r"\(age\): share .* contradicts row [12] on 'age'",
        ),
    ],
)
def test_number_that_nobody_can_have_is_refused_with_its_row(rows, words, pool):
    with pytest.raises(InvalidValue, match=words) as caught:
        solve(problem_of(baseline(*rows), pool))
    assert "\n" not in str(caught.value) and "table.toml" in str(caught.value)


def test_share_that_all_have_is_no_fault():
    found = balanced(baseline('covariate = "nephritis"\nshare = 1.0', 'covariate = "age"\nmean = 33.0', population="ln"))
    assert found.lines[0].after == 1 and found.lines[1].weighted == pytest.approx(33, abs=0.1)


def test_covariate_that_the_disease_lacks_is_said_with_those_that_it_has():
    with pytest.raises(InvalidValue, match=r"'lymphoma' have no 'c3_g_per_l'; they have age, female"):
        balanced(baseline('covariate = "c3_g_per_l"\nmean = 0.9', population="lymphoma"))


@pytest.mark.parametrize("population", ["cart", "trial", "ln", "lymphoma", "leukaemia"])
def test_covariates_of_every_population_are_numbers_of_each_patient(population):
    found = covariates_of(sample(population, 50, seed=3))
    lupus = population not in ("lymphoma", "leukaemia")
    assert ("sledai_2k" in found) == ("c3_g_per_l" in found) == lupus
    for name, values in found.items():
        assert values.shape == (50,) and np.isfinite(values).all(), name


def test_b_cells_are_the_count_that_a_run_begins_with():
    from immunoreset.study import run
    from immunoreset.study_document import Study

    study = Study.model_validate(
        {"title": "b", "start": 0, "stop": 1, "patients": {"population": "trial", "n": 3}, "arms": {"a": "no treatment"}}
    )
    first = run(study).arm("a").trajectories["cd20_positive_per_ul"][:, 0]
    assert covariates_of(sample("trial", 3, seed=1))["b_cells_per_ul"] == pytest.approx(first, rel=1e-6)


def test_example_is_the_table_of_the_evidence_documents():
    """Every number of the example stands in the evidence of the package under the same name."""
    table = read_baseline(EXAMPLES / "baselines" / "bliss-sc.toml")
    names = {
        "age": "age",
        "female": "women",
        "sledai_2k": "selena-sledai",
        "anti_dsdna_iu_per_ml": "anti-dsdna-positive",
        "c3_g_per_l": "low-c3",
        "b_cells_per_ul": "cd20-b-cell",
        "steroid_above_7_5_mg": "prednisone-above-7-5-mg",
    }
    assert {row.covariate for row in table.row} == set(names)
    text = (files("immunoreset.evidence") / "publications" / "bliss-sc.toml").read_text("utf-8")
    evidence = tomllib.loads(text)["row"]
    for row in table.row:
        published = evidence[names[row.covariate]]
        assert published["standing"] == table.standing
        if row.count is not None:
            assert (row.count, table.n) == (published["count"], published["of"])
        else:
            assert (row.mean if row.median is None else row.median) == published["value"]
            assert row.sd == published.get("sd") and table.n == published["n"]
