"""The words in which parts of a patient speak: who says them, who hears them, and what several say together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from immunoreset import errors
from immunoreset.catalogue import Theta, built_in
from immunoreset.catalogue.standard import STANDARD_PATIENT, patient_with, typical
from immunoreset.engine.trace import flat_names, flat_values
from immunoreset.patient.compose import Patient, compose
from immunoreset.patient.host import HOST
from immunoreset.patient.module import AnyModule, Module, Nothing
from immunoreset.patient.vocabulary import ONE, Effects, Findings, Rest, Signals, TwoVoices, together
from immunoreset.patient.word_units import UNITS
from immunoreset.therapy import DRUGS, rituximab

Changed = Callable[[Any, Mapping[str, Any]], Any]
LUPUS = built_in().disease("lupus").modules


def saying(name: str, **words: float) -> AnyModule:
    """A part without states or numbers that says some words."""
    seen = {word: value for word, value in words.items() if word in Signals._fields}
    on = {word: value for word, value in words.items() if word in Effects._fields}
    return Module(
        name, __file__, Nothing, Nothing, offers=lambda me, my: Signals(**seen), does=lambda me, my, heard: Effects(**on)
    )


@pytest.mark.parametrize("word", sorted(ONE))
def test_a_word_of_one_that_two_parts_say_is_refused_in_one_line(word: str) -> None:
    patient = compose(
        *(module for module in HOST if module.name == "assay"), saying("first", **{word: 1.0}), saying("second", **{word: 2.0})
    )
    p = patient.build(Theta.current().typical())
    with pytest.raises(TwoVoices, match=f"'first' and 'second' both say '{word}', which only one part") as caught:
        patient.view(patient.initial(p), p)
    assert "\n" not in str(caught.value)


def test_words_add_up_and_shares_leave_what_is_left() -> None:
    kills = together([("a", Effects(kill_b_blood=0.1)), ("b", Effects(kill_b_blood=0.2))], Effects())
    assert kills.kill_b_blood == pytest.approx(0.3)
    blocks = [("a", Effects(block_help=0.5)), ("b", Effects(block_help=0.4)), ("c", Effects(block_help=0.1))]
    assert together(blocks, Effects()).block_help == pytest.approx(1 - 0.5 * 0.6 * 0.9)
    assert together([("a", Effects(block_help=1.0)), ("b", Effects(block_help=0.4))], Effects()).block_help == pytest.approx(1.0)


def test_two_parts_of_one_name_are_refused_and_one_part_twice_is_there_once() -> None:
    assert compose(*HOST, *HOST).modules == compose(*HOST).modules
    with pytest.raises(errors.ImmunoresetError, match="two parts of one patient are called 'body'; give each a name of its own"):
        compose(*HOST, saying("body"))


class Listening:
    """Words that note which of them are read."""

    def __init__(self, words: Any, read: set[str]) -> None:
        self._words, self._read = words, read

    def __getattr__(self, word: str) -> Any:
        self._read.add(word)
        return getattr(self._words, word)


def read_of_rest(patient: Patient, s: Any, p: Any) -> set[str]:
    """The words of `rest` that the parts of a patient read when they change, show or are read."""
    view = patient.view(s, p)
    read: set[str] = set()
    rest: Any = Rest(Listening(view.rest.seen, read), Listening(view.rest.on, read))  # type: ignore[arg-type]
    for module, me, my in zip(patient.modules, s, p, strict=True):
        for function in (module.change, module.shows):
            if function:
                function(me, my, view.seen, view.on, rest)
        for found in module.readings.values():
            found.read(my, view._replace(rest=rest))
    return read


def said_by(module: AnyModule, patient: Patient, s: Any, p: Any) -> set[str]:
    """The words that a part says, even if nothing."""
    me, my, seen = getattr(s, module.name), getattr(p, module.name), patient.view(s, p).seen
    said: set[str] = set()
    for words in (module.offers and module.offers(me, my), module.does and module.does(me, my, seen)):
        if words is not None:
            silence = type(words)()
            said |= {word for word in words._fields if getattr(words, word) is not getattr(silence, word)}
    return said


def moved(patient: Patient, p: Any) -> Any:
    """A patient far from rest, with every drug."""
    rest = patient.initial(p)
    return type(rest)(*(type(group)(*(1.3 * float(value) + 0.1 for value in group)) for group in rest))


@pytest.mark.parametrize("disease", built_in().diseases)
def test_nobody_reads_of_the_untreated_patient_what_a_drug_says(disease: str) -> None:
    """So that the untreated patient is the same whatever drugs are composed into the patient."""
    patient = patient_with(disease)
    p = patient.build(typical(patient=patient, Gd=20.0, eMMF=0.3, eCNI=1.0, soc=0.1))
    s = moved(patient, p)
    of_drugs = set().union(*(said_by(drug.module, patient, s, p) for drug in DRUGS.values()))
    read = read_of_rest(patient, s, p)
    assert len(of_drugs) > 25 and {"naive_b", "memory_b"} <= read
    assert not read & of_drugs


@pytest.mark.parametrize("disease", built_in().diseases)
def test_every_word_is_in_the_vocabulary_with_a_unit_and_somebody_says_it(disease: str) -> None:
    patient = patient_with(disease)
    p = patient.build(typical(patient=patient, Gd=20.0))
    s = moved(patient, p)
    said = {word for module in patient.modules for word in said_by(module, patient, s, p)}
    assert said <= set(UNITS) == {*Signals._fields, *Effects._fields}
    assert {*ONE} <= set(UNITS)
    assert not {*Signals._fields} & {*Effects._fields}


def test_every_word_and_finding_is_said_in_some_disease() -> None:
    said: set[str] = set()
    shown: set[str] = set()
    for disease in built_in().diseases:
        patient = patient_with(disease)
        p = patient.build(typical(patient=patient, Gd=20.0, eMMF=0.3))
        s = moved(patient, p)
        said |= {word for module in patient.modules for word in said_by(module, patient, s, p)}
        shown |= {word for word, value in patient.view(s, p).found._asdict().items() if value != 0}
    assert said == {*Signals._fields, *Effects._fields} and shown == set(Findings._fields)


def test_an_untreated_patient_is_the_same_with_and_without_drugs() -> None:
    bare, full = compose(*HOST, *LUPUS), STANDARD_PATIENT
    values = typical()
    p, q = bare.build(values), full.build(values)
    for name in bare.state._fields:
        assert getattr(bare.initial(p), name) == getattr(full.initial(q), name)
    s, t = moved(bare, p), full.initial(q)._replace(**moved(bare, p)._asdict())
    for name, expected in bare.derivative(0.0, s, p)._asdict().items():
        assert getattr(full.derivative(0.0, t, q), name) == expected, name


def test_states_and_numbers_are_grouped_by_module_in_the_order_of_composition() -> None:
    patient = compose(*HOST, *LUPUS, rituximab.DRUG.module)
    assert patient.state._fields == patient.numbers._fields == tuple(module.name for module in patient.modules)
    assert flat_names(patient.state) == list(patient.states) == list(patient.tolerances)
    assert len(flat_values(patient.initial(patient.build(typical())))) == len(patient.states)
    assert set(patient.strictness) <= set(patient.states)


def test_a_concentration_is_the_amount_over_the_volume(changed: Changed) -> None:
    p = STANDARD_PATIENT.build(typical())
    s = changed(STANDARD_PATIENT.initial(p), {"rituximab.central": 319.1})
    assert STANDARD_PATIENT.output("rituximab.concentration").read(0.0, s, p) == pytest.approx(100.0)
    with pytest.raises(errors.UnknownName, match=r"did you mean 'rituximab\.concentration'"):
        STANDARD_PATIENT.output("rituximab.concentrations")
