"""`immunoreset drugs`: every drug of the package, as it is."""

import json
from typing import Any

import pytest

from immunoreset.catalogue import built_in
from immunoreset.cli import BAD_INPUT, guarded
from immunoreset.therapy import DRUGS, Regimen


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert guarded(["drugs", *arguments]) == 0
    text = capsys.readouterr().out
    return json.loads(text)["drugs"] if "--json" in arguments else text


def test_every_drug_is_listed_once_by_class_with_its_example(capsys):
    found = printed(capsys, "--json")
    assert sorted(one["name"] for one in found) == sorted(DRUGS)
    classes = [one["class"] for one in found]
    assert len(set(classes)) == sum(one != other for one, other in zip(classes, [None, *classes], strict=False))
    for one in found:
        drug = DRUGS[one["name"]]
        assert Regimen.parse(one["example"]).drugs == (drug.name,)
        assert one["meaning"] == drug.meaning and one["aliases"] == list(drug.aliases) and one["title"]
        assert sum(one["standing"].values()) == sum(len(module.number_names) for module in drug.modules())


def test_one_line_says_what_it_is_how_it_is_written_and_who_refuses_it(capsys):
    lines = [line.strip() for line in printed(capsys).splitlines()]
    for drug in DRUGS.values():
        (line,) = (line for line in lines if line.startswith((f"{drug.name}:", f"{drug.name} (")))
        assert drug.meaning in line and f"'{drug.name} {drug.example}'" in line and all(alias in line for alias in drug.aliases)
    (tacrolimus,) = (line for line in lines if line.startswith("tacrolimus"))
    assert "not in rheumatoid-arthritis" in tacrolimus and "lupus" not in tacrolimus.split("not in")[1]


def test_numbers_of_one_have_unit_standing_and_source_and_the_best_known_come_first(capsys):
    (one,) = printed(capsys, "hcq", "--json")
    assert one["name"] == "hydroxychloroquine" and one["since_entry"]
    clearance = next(number for number in one["numbers"] if number["name"] == "hydroxychloroquine.clearance")
    assert (clearance["value"], clearance["unit"], clearance["standing"]) == (237.4, "L/day", "published")
    assert "Carmichael 2003" in clearance["source"]
    standings = [number["standing"] for number in one["numbers"]]
    assert standings[0] == "published" and standings[-1] == "assumed"
    assert "hydroxychloroquine.clearance = 237.4 L/day (120 to 450), published: Carmichael" in printed(capsys, "hcq")


def test_a_number_that_is_shared_or_like_anothers_is_listed_as_it_is(capsys):
    (tacrolimus,) = printed(capsys, "tacrolimus", "--json")
    shared = {number["name"]: number["value"] for number in tacrolimus["numbers"]}
    assert shared["tacrolimus.help_loss"] == built_in().theta.table["voclosporin.help_loss"].value
    (rapid,) = printed(capsys, "cd19-car-t-rapid", "--json")
    assert len(rapid["numbers"]) == len(DRUGS["cd19-car-t-rapid"].module.number_names)


def test_unknown_drug_is_one_line_with_the_nearest_name(capsys):
    assert guarded(["drugs", "metotrexate"]) == BAD_INPUT
    assert "no drug 'metotrexate'; did you mean 'methotrexate'?" in capsys.readouterr().err
