"""Diseases, populations and drugs are found by what people call them, or the message says what there is."""

from __future__ import annotations

import json

import pytest

from immunoreset.catalogue import built_in
from immunoreset.cli import guarded
from immunoreset.errors import InvalidRegimen, UnknownName
from immunoreset.therapy.language import not_simulated


def test_no_disease_is_called_as_another_is() -> None:
    called = [name for disease in built_in().diseases.values() for name in (disease.name, *disease.aliases)]
    assert len(called) == len(set(called)) and all(name == name.lower() for name in called)
    assert not set(called) & {p for p in built_in().populations if p not in built_in().diseases}


@pytest.mark.parametrize(("name", "meant"), [("RA", "rheumatoid-arthritis"), ("sle", "lupus"), ("MS", "multiple-sclerosis")])
def test_a_disease_is_found_by_its_short_name_and_a_population_is_not_guessed(name: str, meant: str) -> None:
    assert built_in().disease(name).name == meant
    with pytest.raises(
        UnknownName, match=rf"no population '{name}'; of {meant}: {built_in().disease(meant).populations[0].name}"
    ):
        built_in().population(name)


@pytest.mark.parametrize(
    ("drug", "words"),
    [
        ("ocrelizumab", "is not simulated: it is an antibody against CD20; rituximab"),
        ("Eculizumab", "eculizumab is not simulated: it is an antibody against C5; zilucoplan"),
        ("leflunomide", "background-care stands for all other care"),
        ("rituxmab", "no drug 'rituxmab'; did you mean 'rituximab'"),
    ],
)
def test_a_drug_that_is_not_simulated_is_told_from_one_that_is_spelt_wrongly(drug: str, words: str) -> None:
    with pytest.raises(InvalidRegimen, match=words):
        built_in().drugs.find(drug)


def test_no_drug_that_is_simulated_is_said_not_to_be() -> None:
    for drug in built_in().drugs.values():
        assert not any(not_simulated.not_simulated(name) for name in (drug.name, *drug.aliases))


def test_one_disease_can_be_listed_with_what_it_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["diseases", "pemphigus"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert 'population = "pemphigus"' in told and "rheumatoid" not in told
    for drug, why in built_in().disease("pemphigus").refuses.items():
        assert f"refuses {drug}: {why}" in told
    assert guarded(["diseases", "pv", "--json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)["diseases"]] == ["pemphigus"]
    assert guarded(["diseases", "pemfigus"]) == 2
    assert "did you mean 'pemphigus'" in capsys.readouterr().err


def test_the_numbers_of_a_disease_are_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["parameters", "--disease", "ra", "--json"]) == 0
    own = json.loads(capsys.readouterr().out)
    host = built_in().theta.host("rheumatoid-arthritis").parameters
    assert set(host) <= set(own) and "arthritis.crp" in own and "car_t.expansion_max" not in own
    assert all(own[name]["value"] == number.value for name, number in host.items())
    assert guarded(["parameters", "titre.from_long_lived", "--disease", "sjogren", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out).values()
    assert one["value"] == built_in().theta.host("sjogren").parameters["titre.from_long_lived"].value
