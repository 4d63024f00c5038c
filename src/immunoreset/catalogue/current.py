"""What this process can compose patients of: this version, installed packages, and files that its user named at the start."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from immunoreset.catalogue.catalogue import Catalogue
from immunoreset.catalogue.own import with_files
from immunoreset.catalogue.plugins import installed_diseases, installed_drugs
from immunoreset.disease.anca_vasculitis import ANCA_VASCULITIS
from immunoreset.disease.disease import Disease
from immunoreset.disease.leukaemia import LEUKAEMIA
from immunoreset.disease.lupus import LUPUS
from immunoreset.disease.lymphoma import LYMPHOMA
from immunoreset.disease.multiple_sclerosis import MULTIPLE_SCLEROSIS
from immunoreset.disease.myasthenia_gravis import MYASTHENIA_GRAVIS
from immunoreset.disease.myositis import MYOSITIS
from immunoreset.disease.nmosd import NMOSD
from immunoreset.disease.pemphigus import PEMPHIGUS
from immunoreset.disease.rheumatoid_arthritis import RHEUMATOID_ARTHRITIS
from immunoreset.disease.sjogren import SJOGREN
from immunoreset.disease.stiff_person import STIFF_PERSON
from immunoreset.disease.systemic_sclerosis import SYSTEMIC_SCLEROSIS
from immunoreset.patient.theta import Theta, provide_current
from immunoreset.therapy.catalogue import DRUGS

DISEASES: tuple[Disease, ...] = (
    LUPUS,
    RHEUMATOID_ARTHRITIS,
    MYOSITIS,
    SYSTEMIC_SCLEROSIS,
    MULTIPLE_SCLEROSIS,
    ANCA_VASCULITIS,
    MYASTHENIA_GRAVIS,
    SJOGREN,
    PEMPHIGUS,
    NMOSD,
    STIFF_PERSON,
    LYMPHOMA,
    LEUKAEMIA,
)
FILES = "IMMUNORESET_MODULES"
"""The environment variable that lists Python files of a user's own drugs and diseases, for the command line and the pages."""


def name_files(files: Sequence[Path]) -> None:
    """Add files of a user's own to those that this process, and those that it starts, compose patients of."""
    named = os.environ.get(FILES, "").split(os.pathsep)
    os.environ[FILES] = os.pathsep.join([*filter(None, named), *(str(file.absolute()) for file in files)])
    built_in.cache_clear()


@cache
def built_in() -> Catalogue:
    """The diseases and drugs of this version, of installed packages, and of the files that IMMUNORESET_MODULES lists."""
    own = Catalogue(MappingProxyType({disease.name: disease for disease in DISEASES}), DRUGS)
    installed = own.with_own(installed_diseases(), installed_drugs())
    return with_files(installed, [Path(file) for file in os.environ.get(FILES, "").split(os.pathsep) if file])


def numbers_for(catalogue: Catalogue | None, theta: Theta | None) -> Catalogue:
    """The catalogue that is given, or that of this version, with the numbers of `theta` where those are given."""
    return (catalogue or built_in()).with_theta(theta)


class Files(Protocol):
    """A table of Python files."""

    @property
    def files(self) -> Sequence[str]: ...


class NamesModules(Protocol):
    """A document that may name a user's own modules, looked for in its folder."""

    @property
    def folder(self) -> Path: ...

    @property
    def modules(self) -> Files | None: ...


def catalogue_of(document: NamesModules, catalogue: Catalogue | None = None, theta: Theta | None = None) -> Catalogue:
    """The catalogue with the modules that the document names, which are looked for beside it, and the numbers of `theta`."""
    files = document.modules.files if document.modules else ()
    return with_files(catalogue or built_in(), [document.folder / file for file in files]).with_theta(theta)


provide_current(lambda: built_in().theta)
