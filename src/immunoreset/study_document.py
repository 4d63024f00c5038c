"""The study document: what a person writes in STUDY.toml, checked key by key.

title = "Five patients"
[patients]
listed = "five-patients"
twins = 400
[arms]
car-t = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0"
untreated = "no treatment"
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from immunoreset.errors import InvalidValue, first_lower, nearest, quoted
from immunoreset.patient.tolerance import LOOSEST, TIGHTEST, WHAT_RTOL_IS, Tolerance, tolerance_of

FIVE_PATIENTS = "five-patients"
WHAT_BASELINE_IS = "whom patients of the population agree with: a baseline document, or patients.csv of `immunoreset population`"


class _Told(type(BaseModel)):
    """Whoever makes a table in Python is told in one line what is wrong, as whoever writes it in a file."""

    def __call__(cls, *values: Any, **named: Any) -> Any:
        try:
            return super().__call__(*values, **named)
        except ValidationError as error:
            raise InvalidValue(_in_one_line(cls, error)) from None


def _in_one_line(table: type, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    match first["type"]:
        case "extra_forbidden" if len(first["loc"]) == 1:
            said = f"no '{place}'; {nearest(place, table.model_fields)}"  # type: ignore[attr-defined]
        case "missing":
            said = f"'{place}' is missing"
        case "value_error":
            said = f"{place + ': ' if place else ''}{first.get('ctx', {}).get('error')}"
        case _:
            said = f"'{place}' is {quoted(first['input'])}; {first_lower(first['msg'])}"
    return f"{table.__name__}: {said}{more}"


class Strict(BaseModel, metaclass=_Told):
    """A table of the document: frozen, and without keys that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: object) -> object:
        """A NumPy number as the number that it is, and a whole float as a whole number; else types are strict."""
        return plain_number(value)


def plain_number(value: object) -> object:
    """
    >>> plain_number(3.0), plain_number(2.5), plain_number("7")
    (3, 2.5, '7')
    """
    if isinstance(value, dict):
        return {key: plain_number(inner) for key, inner in value.items()}
    if type(value).__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        value = value.item()  # type: ignore[attr-defined]
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Patients(Strict):
    """Who is treated: listed patients, each with many virtual twins, or patients drawn from a population."""

    listed: str | None = Field(None, description=f'"{FIVE_PATIENTS}", or a CSV file of baseline facts, relative to the study')
    twins: int = Field(400, ge=1, le=1_000_000, description="virtual twins of each listed patient")
    population: str | None = Field(None, description="population to draw from, one of those that `immunoreset diseases` lists")
    n: int | None = Field(None, ge=1, le=10_000_000, description="number of patients drawn from the population")
    baseline: str | None = Field(None, description=WHAT_BASELINE_IS)
    parameters: dict[str, float] = Field({}, description="parameters by name or symbol that replace those of every patient")
    factors: dict[str, float] = Field({}, description="parameters by name or symbol, multiplied by this in every patient")
    beyond_bounds: bool = Field(False, description="accept values of parameters outside their bounds; the report says so")
    only: str | None = Field(None, description="one of these patients by name, who alone is simulated")

    @model_validator(mode="after")
    def _one_kind(self) -> Patients:
        if (self.listed is None) == (self.population is None):
            raise ValueError("give either listed or population, not both and not neither")
        if self.population is not None and self.n is None:
            raise ValueError("a population needs n, the number of patients")
        if self.baseline is not None and self.population is None:
            raise ValueError("a baseline needs the population whose patients are to agree with it, and n, their number")
        return self

    def __hash__(self) -> int:
        return hash(self.model_dump_json())


class Arm(Strict):
    """One treatment; `patients` only when this arm has other patients than the rest."""

    treatment: str = Field(description='a regimen, such as "rituximab 1000 mg on days 0 14", or "no treatment"')
    patients: Patients | None = None


def _arm(value: object) -> object:
    """A bare regimen is an arm."""
    return {"treatment": value} if isinstance(value, str) else value


class Outputs(Strict):
    """What is kept besides what every study keeps: any reading, state, concentration, signal or effect, by name, on more days."""

    quantities: list[str] = Field(
        [], description="names, such as rituximab.concentration, baff or on.kill_b_tissue (the guide lists the words)"
    )
    days: list[float] = Field([], description="days on which trajectories are kept too")


class Axis(Strict):
    """The steps of one parameter: values for everybody, or factors on what each patient has."""

    parameter: str = Field(description="a parameter by name or symbol")
    values: list[float] = Field([], description="the value in every patient, step by step")
    factors: list[float] = Field([], description="or: what each patient's own value is multiplied by, step by step")
    label: str = Field("", description="what the axis is called on the page; the parameter if left out")

    @model_validator(mode="after")
    def _one_kind(self) -> Axis:
        if bool(self.values) == bool(self.factors):
            raise ValueError("give either values or factors, not both and not neither")
        if len(set(self.steps)) < len(self.steps):
            raise ValueError("a step stands twice; give each once")
        return self

    @property
    def steps(self) -> list[float]:
        return self.values or self.factors

    @property
    def title(self) -> str:
        return self.label or (f"{self.parameter}, factor" if self.factors else self.parameter)

    def applied(self, patients: Patients, step: float) -> Patients:
        """The patients at this step."""
        if self.values:
            return patients.model_copy(update={"parameters": {**patients.parameters, self.parameter: step}})
        factor = step * patients.factors.get(self.parameter, 1.0)
        return patients.model_copy(update={"factors": {**patients.factors, self.parameter: factor}})


class Scan(Strict):
    """One arm again at every combination of the steps of one or two parameters; the same patients, only their outcomes kept."""

    arm: str = Field(description="the arm whose treatment and patients are scanned")
    axes: list[Axis] = Field(min_length=1, max_length=2, description="[[scan.axes]]: columns of the map, then its rows")
    show: list[str] = Field(
        [], description="outcomes that the page shows at each combination, shares as maps; such as relapse_year5"
    )


class Modules(Strict):
    """A user's own drugs and diseases."""

    files: list[str] = Field(min_length=1, description="Python files beside the study that hold a DRUG or a DISEASE")


class Solver(Strict):
    """How exactly the equations are solved."""

    rtol: float | None = Field(None, ge=TIGHTEST, le=LOOSEST, description=WHAT_RTOL_IS)


class Study(Strict):
    """A cohort through one or more treatments; the keys of STUDY.toml."""

    title: str = Field(min_length=1, max_length=300)
    description: str = Field("", description="the study in one paragraph, shown on the page")
    seed: int = Field(1, ge=0, le=2**63 - 1)
    start: float = Field(-35.0, ge=-1000, le=0, description="first simulated day; day 0 is the infusion")
    stop: float = Field(730.0, ge=1, le=7300, description="last simulated day")
    patients: Patients
    arms: dict[str, Annotated[Arm, BeforeValidator(_arm)]] = Field(min_length=1, description="name of the arm: its regimen")
    outputs: Outputs | None = Field(None, description="what is kept besides what every study keeps")
    scan: Scan | None = Field(None, description="one arm again over steps of one or two parameters")
    modules: Modules | None = Field(None, description="a user's own drugs and diseases")
    solver: Solver = Field(default_factory=lambda: Solver(rtol=None))
    compare_with: Literal["mackensen2022"] | None = Field(
        None, description="published study to set beside the arms car-t and rituximab"
    )
    _folder: Path = Path()

    @model_validator(mode="after")
    def _scanned_arm(self) -> Study:
        if self.scan and self.scan.arm not in self.arms:
            raise ValueError(f"scan: no arm '{self.scan.arm}'; the arms are {', '.join(self.arms)}")
        return self

    def patients_of(self, arm: str) -> Patients:
        return self.arms[arm].patients or self.patients

    def tolerance_of(self, arm: str) -> Tolerance:
        """How exactly an arm is solved: as the document asks, or as is usual for such patients, whatever the other arms are.

        A patient who is picked from a population (`only`) is solved as all of it is, so that he is the same alone.
        """
        who = self.patients_of(arm)
        drawn = who.population is not None and (who.n or 1) > 1
        return tolerance_of("population" if drawn else "patients", self.solver.rtol)

    @classmethod
    def read(cls, path: Path | str) -> Study:
        """The study of a TOML file. Raises InvalidFile that names file, line and key."""
        from immunoreset.study_reading import read_study

        return read_study(Path(path))

    @property
    def folder(self) -> Path:
        """Where the files that the study names are looked for."""
        return self._folder

    def in_folder(self, folder: Path) -> Study:
        """The same study, its files looked for in `folder`."""
        moved = self.model_copy()
        moved._folder = folder
        return moved

    def changed(self, *, twins: int | None = None, seed: int | None = None, rtol: float | None = None) -> Study:
        """The same study with another number of twins, or patients drawn, another seed or tolerance; checked again."""
        document = self.model_dump(exclude_unset=True)
        if rtol is not None:
            document["solver"] = {"rtol": rtol}
        if seed is not None:
            document["seed"] = seed
        if twins is not None:
            own = [arm["patients"] for arm in document["arms"].values() if arm.get("patients")]
            for patients in (document["patients"], *own):
                patients["twins" if patients.get("listed") else "n"] = twins
        return self._checked(document)

    def of_patient(self, name: str | None) -> Study:
        """The same study for one of its patients alone, who has the same twins as in the whole; for all of them with None."""
        document = self.model_dump(exclude_unset=True)
        own = [arm["patients"] for arm in document["arms"].values() if arm.get("patients")]
        for patients in (document["patients"], *own) if name is not None else ():
            patients["only"] = name
        return self._checked(document)

    def _checked(self, document: dict[str, object]) -> Study:
        try:
            return type(self).model_validate(document).in_folder(self.folder)
        except ValidationError as error:
            first = error.errors()[0]
            raise InvalidValue(f"{first['loc'][-1]} is {first['input']}; {first['msg'].lower()}") from None
