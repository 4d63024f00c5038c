"""What users call stays: every name that an earlier version understood is understood today."""

import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import typer

from immunoreset.catalogue import Theta, built_in
from immunoreset.catalogue.standard import patient_with, typical
from immunoreset.cli import app
from immunoreset.evidence import published_numbers
from immunoreset.followed import followed
from immunoreset.outcomes import OUTCOMES
from immunoreset.population import POPULATIONS
from immunoreset.study import run
from immunoreset.study_document import Study
from immunoreset.therapy import DRUGS, Regimen, standard
from immunoreset.virtual_trial.kinds import trial_schema

NAMES = tomllib.loads((Path(__file__).parent / "public_names.toml").read_text("utf-8"))


def keys_by_table(schema: dict) -> dict[str, set[str]]:
    """Keys of each table of a JSON Schema; a table that several documents have, under one name."""
    found: dict[str, set[str]] = {}
    for name, table in schema["$defs"].items():
        short = name.split("__")[3] if name.startswith("immunoreset__") else name
        found.setdefault(short, set()).update(table.get("properties", {}))
    return found


@pytest.mark.parametrize("package", NAMES["packages"])
def test_name_of_a_package_can_be_imported(package):
    module = import_module(package)
    assert set(NAMES["packages"][package]) <= set(module.__all__)
    for name in NAMES["packages"][package]:
        getattr(module, name)


def test_every_outcome_and_published_quantity_is_there_in_the_same_order():
    assert [name for name in OUTCOMES if name in NAMES["outcomes"]] == NAMES["outcomes"]
    assert [n.quantity for n in published_numbers() if n.quantity in NAMES["quantities"]] == NAMES["quantities"]


def test_every_curve_of_a_run_is_there_in_the_same_unit():
    study = {"title": "curves", "start": 0, "stop": 2, "patients": {"population": "cart", "n": 1}, "arms": {"a": "no treatment"}}
    result = run(Study.model_validate(study))
    arm, outputs = result.arm("a"), patient_with("lupus").outputs
    assert set(NAMES["curves"]) <= set(arm.trajectories) and set(NAMES["curves"]) - {"sledai_2k"} <= set(
        followed(built_in().disease("lupus"))
    )
    for name, unit in NAMES["curves"].items():
        assert arm.units.get(name, "1") == unit, name
        assert name not in outputs or outputs[name].unit == unit
    assert set(NAMES["manifest"]) <= set(result.manifest)


@pytest.mark.parametrize("drug", [*NAMES["drugs"], *NAMES["aliases"]])
def test_drug_is_understood_in_a_regimen(drug):
    example = DRUGS.find(drug).example
    assert Regimen.parse(f"{drug} {example}") == Regimen.parse(f"{DRUGS.find(drug).name} {example}")
    assert drug in NAMES["aliases"] or DRUGS.find(drug).name == drug


@pytest.mark.parametrize("name", NAMES["standard_regimens"])
def test_standard_regimen_is_there(name):
    assert Regimen.parse(str(standard(name))) == standard(name)


def test_every_population_is_there():
    assert set(NAMES["populations"]) <= set(POPULATIONS)


def test_every_parameter_is_found_by_its_earlier_name_and_symbol():
    theta = Theta.current()
    for name, symbol in zip(NAMES["parameters"], NAMES["symbols"], strict=True):
        assert theta.find(name) == theta.find(symbol), name


@pytest.mark.parametrize("name", NAMES["parameter_sets"])
def test_parameter_set_is_found_and_changes_the_typical_patient(name):
    disease = name if name in built_in().diseases else "lupus"
    assert typical(name, patient=patient_with(disease)) != typical(patient=patient_with(disease))


def test_every_key_of_a_study_is_read():
    schema = Study.model_json_schema()
    found = keys_by_table(schema) | {"Study": set(schema["properties"])}
    for table, keys in NAMES["study_keys"].items():
        assert set(keys) <= found[table], table


def test_every_key_of_a_trial_is_read():
    found = keys_by_table(trial_schema())
    for table, keys in NAMES["trial_keys"].items():
        assert set(keys) <= found[table], table


def test_every_key_of_a_summary_is_written(invented_result):
    summary = invented_result.summary()
    assert set(NAMES["summary"]) <= set(summary)
    for arm in summary["arms"].values():
        assert set(NAMES["arm_of_summary"]) <= set(arm)
        for outcome in arm["outcomes"].values():
            assert set(NAMES["outcome_of_summary"]) <= set(outcome)
    assert summary["comparisons"]
    for row in summary["comparisons"]:
        assert set(NAMES["comparison_of_summary"]) <= set(row)


@pytest.mark.parametrize("command", NAMES["commands"])
def test_command_has_its_arguments_and_options(command):
    found = typer.main.get_command(app).commands[command]
    assert set(NAMES["commands"][command]) <= {word for one in found.params for word in (*one.opts, *one.secondary_opts)}
