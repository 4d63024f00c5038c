"""The whole sentence on a few twins: what is known is respected, treatments do what they do, and mistakes stop it early."""

import numpy as np
import pytest

from immunoreset.errors import ImmunoresetError, InvalidFile, InvalidRegimen, InvalidValue, UnknownName
from immunoreset.patient import course as courses
from immunoreset.study import run
from immunoreset.study_reading import parse_study

CAR_T = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
STUDY = f"""\
title = "Five patients, few twins"
compare_with = "mackensen2022"
[patients]
listed = "five-patients"
twins = 4
[arms]
car-t = "{CAR_T}"
rituximab = "rituximab 1000 mg on days 0 14"
untreated = "no treatment"
"""


@pytest.fixture(scope="module")
def result():
    return run(parse_study(STUDY), threads=2)


def test_twins_agree_with_the_published_scores(result):
    entry = result.arm("untreated").outcomes.by_patient("sledai_entry")
    known = dict(zip(result.patients, entry, strict=True))
    for rank in ("rank1", "rank2", "rank3"):
        assert set(known[rank]) == {16}
    assert set(known["rank5"]) == {8}
    assert known["rank4"].min() >= 8 and known["rank4"].max() <= 16


def test_twins_have_the_proteinuria_of_nephritis(result):
    assert (result.arm("untreated").trajectories["proteinuria"][:, 0] > 0.5).mean() >= 0.9


def test_all_arms_start_with_the_same_twins(result):
    first = [arm.trajectories["anti_dsdna_reading"][:, 0] for arm in result.arms.values()]
    np.testing.assert_array_equal(first[0], first[1])
    np.testing.assert_array_equal(first[0], first[2])


def test_only_car_t_cells_clear_the_lymph_node(result):
    cleared = {name: arm.outcomes.values["node_cleared"].mean() for name, arm in result.arms.items()}
    assert cleared["car-t"] > 0.9
    assert cleared["rituximab"] < 0.3
    assert cleared["untreated"] == 0


def test_arm_without_cells_has_no_car_t_peak(result):
    assert np.isnan(result.arm("rituximab").outcomes.values["car_t_peak_day"]).all()


def test_nothing_failed_and_nothing_is_missing(result):
    assert result.failed == 0
    assert result.manifest["failures"]["car-t"] == {"twins": 20, "failed": {}}
    assert len(result.comparisons) == 21


def test_result_does_not_depend_on_threads_or_on_other_arms(result):
    alone = run(parse_study(STUDY[: STUDY.index("rituximab")]), threads=1)
    for name, values in alone.arm("car-t").outcomes.values.items():
        np.testing.assert_array_equal(values, result.arm("car-t").outcomes.values[name], err_msg=name)


def test_another_seed_gives_other_twins(result):
    other = run(parse_study(STUDY).changed(seed=99))
    peaks = [study.arm("car-t").outcomes.values["car_t_peak_day"] for study in (result, other)]
    assert not np.array_equal(*peaks)


def test_manifest_names_seed_version_solver_and_parameters(result):
    manifest = result.manifest
    assert manifest["seed"] == 1 and manifest["solver"]["method"] == "Rodas5P" and manifest["solver"]["rtol"] == 1e-6
    assert sum(manifest["parameters_by_standing"].values()) > 300
    assert len(manifest["parameter_hash"]) == 64


def test_replaced_parameter_changes_the_hash_and_the_course(result):
    text = STUDY.replace("twins = 4", "twins = 4\nparameters = { penA = 0.004 }")
    sanctuary = run(parse_study(text))
    assert sanctuary.manifest["parameter_hash"] != result.manifest["parameter_hash"]
    late = sanctuary.arm("car-t").outcomes.values["sledai_day360"].mean()
    assert late > result.arm("car-t").outcomes.values["sledai_day360"].mean()


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        ("rituximab 1000 mg on", "rituxinab 1000 mg on", InvalidRegimen, ["arm 'rituximab'", "rituxinab", "rituximab"]),
        ("rituximab 1000 mg on", "rituximab -5 mg on", InvalidRegimen, ["arm 'rituximab'"]),
        ("rituximab 1000 mg on", "rituximab 1000 furlongs on", InvalidRegimen, ["arm 'rituximab'", "furlongs"]),
        ("days 0 14", "days soon", InvalidRegimen, ["arm 'rituximab'", "soon"]),
        ("rituximab 1000 mg on days 0 14", "rituximab 1000 mg on day -50", InvalidRegimen, ["arm 'rituximab'", "-35"]),
        ("twins = 4", "twins = 4\nparameters = { kexpp = 2 }", UnknownName, ["kexpp", "did you mean 'kexp'"]),
        ("twins = 4", "twins = 4\nparameters = { kexp = 200 }", InvalidValue, ["kexp", "200"]),
        ('listed = "five-patients"\ntwins = 4', 'population = "crat"\nn = 4', UnknownName, ["crat", "did you mean 'cart'"]),
        ("five-patients", "nowhere.csv", InvalidFile, ["nowhere.csv"]),
    ],
)
def test_mistakes_stop_the_study_before_anything_is_simulated(monkeypatch, old, new, kind, words):
    monkeypatch.setattr(courses, "simulate", lambda *_, **__: pytest.fail("the simulation must not begin"))
    with pytest.raises(kind) as error:
        run(parse_study(STUDY.replace(old, new)))
    assert isinstance(error.value, ImmunoresetError)
    for word in words:
        assert word in str(error.value)


def test_study_that_cannot_fit_in_memory_is_refused_at_once():
    with pytest.raises(InvalidValue, match=r"GB; ask for at most \d+ twins of each patient"):
        run(parse_study(STUDY).changed(twins=1_000_000))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,-3,F,60,16,yes,2,100,0.6,10", ["line 2", "age"]),
        ("a,30,F,60,300,yes,2,100,0.6,10", ["line 2", "sledai_2k"]),
        ("a,thirty,F,60,16,yes,2,100,0.6,10", ["line 2", "thirty"]),
        ("a,30,F,60,16,yes,2,100,0.6,10\na,31,F,60,16,yes,2,100,0.6,10", ["line 3", "already"]),
    ],
)
def test_patients_file_beside_the_study_is_checked(tmp_path, row, words):
    header = "patient,age,sex,weight_kg,sledai_2k,nephritis,upcr_g_per_g,anti_dsdna_iu_per_ml,c3_g_per_l,igg_g_per_l"
    (tmp_path / "patients.csv").write_text(f"{header}\n{row}\n")
    study = parse_study(STUDY.replace("five-patients", "patients.csv")).in_folder(tmp_path)
    with pytest.raises(InvalidFile) as error:
        run(study)
    for word in words:
        assert word in str(error.value)
