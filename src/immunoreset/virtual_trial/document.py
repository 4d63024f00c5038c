"""The document of a trial, TRIAL.toml: who is treated with what, by which designs, and how often the trial is repeated.

kind = "phase-1"
[population]
name = "cart"
n = 2000
[doses]
"1e6 per kg" = "fludarabine 25 mg/m2 on days -5 -4 -3; cd19-car-t 1e6 cells/kg on day 0"
[[design]]
kind = "boin"
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError

from immunoreset.errors import InvalidValue
from immunoreset.patient.tolerance import LOOSEST, TIGHTEST, WHAT_RTOL_IS, Tolerance, tolerance_of
from immunoreset.study_document import WHAT_BASELINE_IS
from immunoreset.virtual_trial.tables import Table


class Population(Table):
    """The virtual patients, each simulated once under every dose or arm."""

    name: str = Field(description="population to draw from, one of those that `immunoreset diseases` lists")
    n: int = Field(2000, ge=1, le=1_000_000, description="number of virtual patients")
    baseline: str | None = Field(None, description=WHAT_BASELINE_IS)
    parameters: dict[str, float] = Field({}, description="parameters by name or symbol that replace those of every patient")
    beyond_bounds: bool = Field(False, description="accept values of parameters outside their bounds")

    @property
    def in_words(self) -> str:
        """How many patients of whom."""
        agreeing = "" if self.baseline is None else f", who agree with {self.baseline} at entry"
        return f"{self.n:,} virtual patients of the population '{self.name}'{agreeing}"


class Modules(Table):
    """A user's own drugs and diseases."""

    files: list[str] = Field(min_length=1, description="Python files beside the document that hold a DRUG or a DISEASE")


class Solver(Table):
    """How exactly the equations are solved."""

    rtol: float | None = Field(None, ge=TIGHTEST, le=LOOSEST, description=WHAT_RTOL_IS)


class TrialDocument(Table):
    """What every trial document has."""

    title: str = Field(min_length=1)
    description: str = Field("", description="the trial in one paragraph, shown on the page")
    seed: int = Field(1, ge=0, le=2**63 - 1)
    repeats: int = Field(5000, ge=1, le=1_000_000, description="simulated trials")
    modules: Modules | None = Field(None, description="a user's own drugs and diseases")
    solver: Solver = Field(default_factory=lambda: Solver(rtol=None))
    _folder: Path = Path()

    @classmethod
    def read(cls, path: Path | str) -> TrialDocument:
        """The trial of a TOML file. Raises InvalidFile that names file, line and key."""
        from immunoreset.virtual_trial.reading import read_trial

        return read_trial(Path(path))

    @property
    def drawn(self) -> Population | None:
        """The virtual patients, None where there are none."""
        return None

    @property
    def tolerance(self) -> Tolerance:
        """How exactly the virtual patients are solved."""
        return tolerance_of("trial", self.solver.rtol)

    @property
    def folder(self) -> Path:
        """Where the files that the document names are looked for."""
        return self._folder

    def in_folder(self, folder: Path) -> Self:
        """The same trial, its files looked for in `folder`."""
        moved = self.model_copy()
        moved._folder = folder
        return moved

    def changed(
        self, *, repeats: int | None = None, patients: int | None = None, seed: int | None = None, rtol: float | None = None
    ) -> Self:
        """The same trial with another number of simulated trials or virtual patients, seed or tolerance; checked again."""
        document = self.model_dump(exclude_unset=True)
        document |= {name: value for name, value in (("repeats", repeats), ("seed", seed)) if value is not None}
        if rtol is not None:
            document["solver"] = {"rtol": rtol}
        if patients is not None and document.get("population"):
            document["population"]["n"] = patients
        try:
            return type(self).model_validate(document).in_folder(self.folder)
        except ValidationError as error:
            first = error.errors()[0]
            raise InvalidValue(f"{first['loc'][-1]} is {first['input']}; {first['msg'].lower()}") from None
