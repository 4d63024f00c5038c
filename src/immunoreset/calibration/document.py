"""The calibration document: what a person writes in CALIBRATION.toml, checked key by key.

title = "Expansion and killing"
evidence = ["our-trial.toml"]                      # evidence documents beside this one, read with those of the package
free = ["car_t.expansion_max", "car_t.kill_max"]   # or "standing tuned": all numbers of that standing that reach a patient
spreads = ["car_t.expansion_max"]                  # whose spread between patients is not known either

[arms.cells]
population = "cart"
treatment = "cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
stop = 180

[rows]                                             # a calibration row, and what is read of the patients of an arm
"our-trial/peak-day" = "car_t_peak_day in cells"
"our-trial/response-gain" = "sri4 at visit 364 in anifrolumab less standard care"

[validation]                                       # rows that take no part, and are shown before and after
"our-trial/peak" = "car_t_peak_per_ul in cells"
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from immunoreset.document_kinds import refuse_other_kinds
from immunoreset.errors import InvalidFile, quoted
from immunoreset.study_document import FIVE_PATIENTS, Modules, Strict
from immunoreset.toml_document import Where, first_lower, nearest, one_line, parse_toml, read_text

NARROWEST_PRIOR, WIDEST_PRIOR = 0.001, 10.0
"""Standard deviations on a logarithm or logit: beyond them a number is fixed, or its prior spans all that floats can hold."""


class Arm(Strict):
    """Patients under one treatment. With `visits` they are seen as in a trial, with noise, rescue, drop-out and missed visits."""

    population: str = Field("", description="population to draw from")
    listed: Literal["five-patients", ""] = Field("", description=f'"{FIVE_PATIENTS}": twins of the five published patients')
    treatment: str = Field("no treatment", description="a regimen")
    start: float = Field(-35.0, ge=-1000, le=0, description="first simulated day")
    stop: float = Field(365.0, ge=1, le=7300, description="last simulated day")
    visits: list[float] = Field([], description="days on which patients are seen as in a trial")

    @model_validator(mode="after")
    def _one_kind(self) -> Arm:
        if bool(self.population) == bool(self.listed):
            raise ValueError("give either population or listed, not both and not neither")
        if self.listed and self.visits:
            raise ValueError("an arm with visits draws its patients from a population")
        if any(day <= 0 for day in self.visits):
            raise ValueError("visits come after day 0")
        return self


class Design(Strict):
    """How many points and patients; what is left out follows from the number of unknowns."""

    points: int | None = Field(None, ge=8, le=65_536, description="points of the first wave; 20 per unknown, at least 512")
    patients: int = Field(64, ge=8, le=8192, description="patients of each arm at each point")
    center: int = Field(4096, ge=64, le=131_072, description="patients of each arm at the model as it is, to anchor")
    checks: int = Field(16, ge=4, le=1024, description="points with other patients, to see how wrong the emulator is")
    check_patients: int = Field(1024, ge=64, le=65_536, description="patients of each arm at each of these points")
    wave_points: int = Field(256, ge=8, le=65_536, description="points of each later wave, drawn from the posterior")


class Document(Strict):
    """A calibration document."""

    title: str = Field(min_length=1, description="what is calibrated")
    description: str = Field("", description="a paragraph for the reader of the page")
    seed: int = Field(1, ge=0, le=2**31 - 1, description="of points, patients and draws")
    evidence: list[str] = Field([], description="evidence documents beside this one")
    free: list[str] = Field(min_length=1, description='numbers by name or symbol, or "standing tuned"')
    spreads: list[str] = Field([], description="numbers whose spread between patients is unknown too")
    prior: dict[str, float] = Field({}, description="sd of the prior on the scale of the number, in place of that by standing")
    parameters: dict[str, float] = Field({}, description="numbers changed for this calibration, about which the prior lies")
    arms: dict[str, Arm] = Field(min_length=1, description="arms by name")
    rows: dict[str, str] = Field(min_length=1, description="calibration rows by name or target: READING in ARM [less ARM]")
    validation: dict[str, str] = Field({}, description="validation rows, written alike: only shown, before and after")
    design: Design = Design()
    waves: int = Field(2, ge=1, le=4, description="waves at most")
    draws: int = Field(400, ge=100, le=100_000, description="draws of the posterior that are kept")
    modules: Modules | None = Field(None, description="files of your own drugs and diseases")
    _folder: Path = PrivateAttr(default=Path())

    @field_validator("prior")
    @classmethod
    def _possible_priors(cls, prior: dict[str, float]) -> dict[str, float]:
        for name, sd in prior.items():
            if sd > WIDEST_PRIOR or 0 < sd < NARROWEST_PRIOR:
                said = f"the prior of {quoted(name)} has the sd {sd:g} on the scale of its number"
                raise ValueError(f"{said}; give {NARROWEST_PRIOR:g} to {WIDEST_PRIOR:g}")
        return prior

    @field_validator("arms")
    @classmethod
    def _plain_names(cls, arms: dict[str, Arm]) -> dict[str, Arm]:
        for name in arms:
            if not name.strip() or " in " in name or " less " in name:
                raise ValueError(f"the arm {quoted(name)} needs a name without ' in ' and ' less '")
        return arms

    @property
    def folder(self) -> Path:
        """Where the files that the document names are looked for."""
        return self._folder

    def in_folder(self, folder: Path) -> Document:
        """The same calibration, its files looked for in `folder`."""
        moved = self.model_copy()
        moved._folder = folder
        return moved


def read_document(path: Path) -> Document:
    """The calibration of a TOML file. Raises InvalidFile, in one line with the line of the file."""
    text, name = read_text(path, "calibration"), str(path)
    document = parse_toml(text, name)
    refuse_other_kinds(document, "calibration", name=name)
    try:
        return Document.model_validate(document).in_folder(path.parent)
    except ValidationError as error:
        raise InvalidFile(one_line(error, text, name, say=_complaint)) from None


def _complaint(complaint: Any, location: Where) -> str:
    keys = [str(part) for part in location]
    key = ".".join(keys) or "the calibration"
    match complaint["type"]:
        case "extra_forbidden":
            tables = {"arms": Arm, "design": Design, "modules": Modules}
            known = tables[keys[0]].model_fields if len(keys) > 1 and keys[0] in tables else Document.model_fields
            return f"no key '{key}' in a calibration; {nearest(keys[-1], known)}"
        case "missing":
            return f"the key '{key}' is missing; docs/calibration.md describes all keys"
        case "value_error":
            return f"'{key}': {complaint['ctx']['error']}"
        case _:
            return f"'{key}' is {quoted(complaint['input'])}; {first_lower(complaint['msg'])}"
