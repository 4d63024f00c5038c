"""A user's own modules: Python files that hold a DRUG or a DISEASE (or several, as DRUGS or DISEASES), with their numbers beside.

They are loaded only from files that a study or trial document names on the user's own machine, or that whoever starts the process
lists in IMMUNORESET_MODULES; a document that comes to the server over the network can name none.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from immunoreset.catalogue.catalogue import Catalogue
from immunoreset.catalogue.trial_run import FAULTS, check_disease, check_drug, said, where
from immunoreset.disease.disease import Disease
from immunoreset.errors import ImmunoresetError, InvalidFile
from immunoreset.therapy.drug import Drug


def with_files(catalogue: Catalogue, files: Sequence[Path]) -> Catalogue:
    """The catalogue with the drugs and diseases of these files, each tried before it is used; a file that is in it stays.

    Raises InvalidFile, in one line with file and line, for what is wrong in them.
    """
    for file in files:
        if file.resolve() in catalogue.files:
            continue
        found = _load(file)
        drugs = _things(found, file, "DRUG", Drug)
        diseases = _things(found, file, "DISEASE", Disease)
        if not drugs and not diseases:
            raise InvalidFile(f"{file}: holds neither a DRUG nor a DISEASE; name yours so at the end of the file")
        try:
            catalogue = replace(catalogue.with_own(diseases, drugs), files=(*catalogue.files, file.resolve()))
        except ImmunoresetError as fault:
            raise InvalidFile(f"{file}: {fault}") from None
        for drug in drugs:
            check_drug(drug, catalogue, file)
        for disease in diseases:
            check_disease(disease, catalogue, file)
    return catalogue


def _load(file: Path) -> ModuleType:
    """The file as a module. Raises InvalidFile with the line where it fails."""
    if not file.is_file():
        raise InvalidFile(f"{file}: no such file; those of a document are looked for beside it, of --modules in this folder")
    spec = spec_from_file_location(f"immunoreset_own_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise InvalidFile(f"{file}: is no Python file; its name must end in .py")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # NamedTuples look their annotations up in the module
    try:
        spec.loader.exec_module(module)
    except ImmunoresetError as fault:
        raise InvalidFile(f"{where(file, fault)}: {fault}") from None
    except SyntaxError as fault:
        raise InvalidFile(f"{file}, line {fault.lineno}: {fault.msg}") from None
    except FAULTS as fault:
        raise InvalidFile(f"{where(file, fault)}: {said(fault)}") from None
    return module


def _things(found: ModuleType, file: Path, name: str, kind: type[Any]) -> list[Any]:
    """What the file holds under NAME and NAMES."""
    one, several = getattr(found, name, None), getattr(found, f"{name}S", ())
    things = [*([] if one is None else [one]), *several]
    for thing in things:
        if not isinstance(thing, kind):
            raise InvalidFile(f"{file}: {name} is a {type(thing).__name__}, not a {kind.__name__}")
    return things
