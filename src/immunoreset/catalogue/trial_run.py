"""Tries a user's drug or disease before it is used: its words, numbers and units, and that the untreated patient rests."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from immunoreset.catalogue.catalogue import Catalogue
from immunoreset.catalogue.disease_run import check_names, check_patients
from immunoreset.disease.disease import Disease
from immunoreset.engine import simulate
from immunoreset.errors import ImmunoresetError, InvalidFile, unknown
from immunoreset.patient.birth_certificates import states_of, table_of
from immunoreset.patient.compose import Patient, compose
from immunoreset.patient.host import HOST
from immunoreset.patient.module import AnyModule
from immunoreset.patient.theta import Theta
from immunoreset.patient.vocabulary import Effects, Findings, Signals
from immunoreset.patient.with_units import check_units, check_words, quantities
from immunoreset.therapy.drug import Drug
from immunoreset.therapy.regimen import Regimen

AT_REST = 1e-9  # of the state, or of 1: the change per day that is rounding
DAYS = 28.0
FAULTS = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, OSError, RuntimeError, StopIteration,
    SystemExit, TypeError, ValueError,
)  # fmt: skip
"""What code of a user may raise, in whatever line."""


def check_drug(drug: Drug, catalogue: Catalogue, file: Path) -> None:
    """Raise InvalidFile, with file and line, unless the drug can be given to a patient with the first disease."""
    disease = next(iter(catalogue.diseases.values()))
    own = (drug.module,)
    patient = _checked(lambda: compose(*HOST, *disease.modules, *own), file)
    _check_patient(patient, own, catalogue.theta, file)
    _checked(lambda: _give(drug, patient, catalogue), file)


def check_disease(disease: Disease, catalogue: Catalogue, file: Path) -> None:
    """Raise InvalidFile, with file and line, unless there are untreated patients with the disease, at rest and scored."""
    patient = _checked(lambda: compose(*HOST, *disease.modules), file)
    _check_patient(patient, disease.modules, catalogue.theta, file)
    _checked(lambda: check_names(disease, catalogue), file)
    check_patients(disease, catalogue, lambda work: _checked(work, file))


def _check_patient(patient: Patient, own: tuple[AnyModule, ...], theta: Theta, file: Path) -> None:
    for module in own:
        _checked(lambda module=module: (table_of(module), states_of(module)), file)
    values = _checked(lambda: theta.values_for(patient.modules, {}), file)
    numbers = patient.build(values)
    state = _checked(lambda: patient.initial(numbers), file)
    _checked(lambda: _check_rest(patient, state, numbers, own), file)
    units = {f"{m.name}.{n}": _unit(theta, m.name, n) for m in patient.modules for n in m.number_names}
    moved = patient.state(*(type(group)(*(float(v) + 1.0 for v in group)) if m in own else group
                            for m, group in zip(patient.modules, state, strict=True)))  # fmt: skip
    worn, with_units, measured = _checked(lambda: quantities(patient, moved, values, units), file)
    for module in own:
        _checked(lambda module=module: _check_words(module, worn, with_units, measured, file), file)
    _checked(lambda: check_units(worn, with_units, measured), file)


def _check_words(module: AnyModule, patient: Patient, state: Any, numbers: Any, file: Path) -> None:
    """Each word that the module says has the unit of the vocabulary."""
    me, my = getattr(state, module.name), getattr(numbers, module.name)
    for function, words in (
        (module.offers, lambda: module.offers(me, my)),  # type: ignore[misc]
        (module.does, lambda: module.does(me, my, patient.signals(state, numbers))),  # type: ignore[misc]
    ):
        if function is not None:
            try:
                check_words(words())
            except ImmunoresetError as fault:
                line = line_of_function(function, file)
                raise InvalidFile(f"{file}{f', line {line}' if line else ''}: {fault}") from None


def line_of_function(function: Any, file: Path) -> int | None:
    """The line of the file where a function begins, or one that it encloses, as a family encloses what a drug does."""
    code = getattr(function, "__code__", None)
    if code is None:
        return None
    if Path(code.co_filename) == file:
        return code.co_firstlineno
    enclosed = (line_of_function(cell.cell_contents, file) for cell in function.__closure__ or ())
    return next((line for line in enclosed if line), None)


def _unit(theta: Theta, module: str, number: str) -> str:
    """Unit of a number, also of one that is shared or a product's."""
    return theta.owner(module, number).unit


def _check_rest(patient: Patient, state: Any, numbers: Any, own: tuple[AnyModule, ...]) -> None:
    """Untreated, nothing changes but what `moves`, nothing is below zero, and what is at zero does not fall below it."""
    changes = patient.derivative(0.0, state, numbers)
    for name, value, change in _states(patient, state, changes):
        if not patient.states[name].moves and not np.all(np.abs(change) <= AT_REST * np.maximum(1.0, np.abs(value))):
            raise ImmunoresetError(f"the untreated patient is not at rest: '{name}' changes by {float(np.max(change)):.3g} a day")
    for module in own:
        for field, value in getattr(state, module.name)._asdict().items():
            if value < 0:
                raise ImmunoresetError(f"'{module.name}.{field}' is {value:g} in the untreated patient, below zero")
            empty = state._replace(**{module.name: getattr(state, module.name)._replace(**{field: 0.0})})
            fall = getattr(getattr(patient.derivative(0.0, empty, numbers), module.name), field)
            if fall < 0:
                raise ImmunoresetError(f"'{module.name}.{field}' falls below zero: at 0 it changes by {fall:.3g} a day")


def _states(patient: Patient, state: Any, changes: Any) -> list[tuple[str, Any, Any]]:
    return [
        (f"{module.name}.{field}", value, change)
        for module, group, changed in zip(patient.modules, state, changes, strict=True)
        for field, value, change in zip(module.fields, group, changed, strict=True)
    ]


def _give(drug: Drug, patient: Patient, catalogue: Catalogue) -> None:
    """Give the drug as its example says, and follow the typical patient for four weeks."""
    regimen = Regimen.parse(f"{drug.name} {drug.example}", catalogue.drugs)
    values = catalogue.theta.values_for(patient.modules, {})
    whom = _Typical(catalogue.theta, values)
    start = min(0.0, regimen.first_day) - 1.0
    simulate(
        patient.model, parameters=values, initial=patient.initial, start=start, stop=max(regimen.first_day, 0.0) + DAYS,
        events=regimen.events(whom, founder_noise=False, start=start), atol=patient.tolerances, strictness=patient.strictness,
        threads=1,
    )  # fmt: skip


class _Typical:
    """The typical patient, as a regimen needs to know her."""

    def __init__(self, theta: Theta, values: dict[str, Any]) -> None:
        self.theta, self.parameters = theta, values
        self.ids, self.seed, self.covariates = np.zeros(1, dtype=np.int64), 0, dict[str, np.ndarray]()


def _checked(work: Callable[[], Any], file: Path) -> Any:
    """The result of the work; what goes wrong in it is one line with file and line."""
    try:
        return work()
    except InvalidFile:
        raise
    except ImmunoresetError as fault:
        raise InvalidFile(f"{where(file, fault)}: {fault}") from None
    except FAULTS as fault:
        raise InvalidFile(f"{where(file, fault)}: {said(fault)}") from None


def where(file: Path, fault: BaseException) -> str:
    """The file with the line of it where a fault happened, if it did."""
    lines = [frame.lineno for frame in traceback.extract_tb(fault.__traceback__) if Path(frame.filename) == file]
    return f"{file}, line {lines[-1]}" if lines else str(file)


def said(fault: BaseException) -> str:
    """The fault in one line; a word or number that does not exist with the nearest that does."""
    fields = getattr(fault.obj, "_fields", None) if isinstance(fault, AttributeError) else None
    if fields is not None:
        return str(unknown(f"field of {type(fault.obj).__name__}", str(fault.name), fields))  # type: ignore[attr-defined]
    if word := re.search(r"^(\w+)\.__new__\(\) got an unexpected keyword argument '(\w+)'", str(fault)):
        known = {"Signals": Signals._fields, "Effects": Effects._fields, "Findings": Findings._fields}.get(word[1], ())
        return str(unknown(f"word of {word[1]}", word[2], known))
    if isinstance(fault, SystemExit):
        return "it ends the program; leave exit and sys.exit out of a file of modules"
    return " ".join(f"{type(fault).__name__}: {fault}".split())
