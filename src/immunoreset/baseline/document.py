"""The baseline document: a published table of patients at entry, which virtual patients are to agree with.

title = "TULIP-1 and TULIP-2, placebo"
population = "trial"
n = 366
[[row]]
covariate = "age"
mean = 41.0
sd = 11.9
[[row]]
covariate = "female"
count = 341
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from immunoreset.baseline.covariates import COVARIATES, known_covariate
from immunoreset.document_kinds import refuse_other_kinds
from immunoreset.errors import InvalidFile, UnknownName, quoted
from immunoreset.study_document import Modules, Strict
from immunoreset.toml_document import Where, first_lower, line_of, nearest, one_line, parse_toml, read_text

Standing = Literal["published", "secondary", "unverified"]
_WHAT = ("mean", "share", "count", "median", "quartiles", "quantiles")


class Row(Strict):
    """What was published of one covariate at entry."""

    covariate: str = Field(description=f"one of {', '.join(COVARIATES)}")
    mean: float | None = None
    sd: float | None = Field(None, gt=0, description="standard deviation about that mean")
    count: int | None = Field(None, ge=0, description="patients with it, of `of` or else of n")
    of: int | None = Field(None, ge=1, description="patients of whom it is known; n if left out")
    share: float | None = Field(None, ge=0, le=1, description="in place of a count: a fraction, 0.93 for 93 %")
    at_least: float | None = Field(None, description="count or share of patients with this value or more")
    below: float | None = Field(None, description="count or share of patients below this value")
    median: float | None = None
    quartiles: list[float] | None = Field(None, min_length=2, max_length=2, description="first and third")
    quantiles: dict[str, float] = Field({}, description='values by the share of patients below them, as { "0.9" = 24.0 }')
    n: int | None = Field(None, ge=1, description="patients of whom it is known, where not those of the table")
    source: str = Field("", description="where it was published, if elsewhere than the table")
    standing: Standing | None = Field(None, description="published, secondary or unverified, if other than the table")
    note: str = ""

    @field_validator("covariate")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            known_covariate(name)
        except UnknownName as error:
            raise ValueError(str(error)) from None
        return name

    @field_validator("quantiles")
    @classmethod
    def _fractions(cls, given: dict[str, float]) -> dict[str, float]:
        for key in given:
            try:
                inside = 0 < float(key) < 1
            except ValueError:
                inside = False
            if not inside:
                raise ValueError(f"'{key}' is no share between 0 and 1; write the tenth centile as \"0.1\"")
        return given

    @model_validator(mode="after")
    def _agrees(self) -> Row:
        about = COVARIATES[self.covariate]
        given = [name for name in _WHAT if getattr(self, name) not in (None, {})]
        if self.sd is not None and self.mean is None:
            raise ValueError("sd needs the mean about which it is")
        if not given:
            raise ValueError(f"nothing is said of '{self.covariate}'; give {', '.join(_WHAT[:-1])} or {_WHAT[-1]}")
        if self.count is not None and self.share is not None:
            raise ValueError("give count or share, not both")
        if self.count is not None and self.of is not None and self.count > self.of:
            raise ValueError(f"count {self.count} is more than of = {self.of}")
        cut = self.at_least is not None or self.below is not None
        counted = self.count is not None or self.share is not None
        if about.yes_or_no and (cut or set(given) - {"count", "share"}):
            raise ValueError(f"'{self.covariate}' is yes or no; give count or share alone")
        if not about.yes_or_no and counted != cut:
            raise ValueError(f"'{self.covariate}' is a number: a count or share goes with at_least or below")
        if self.at_least is not None and self.below is not None and self.at_least >= self.below:
            raise ValueError(f"nobody has at least {self.at_least:g} and is below {self.below:g}")
        steps = self.shares_below()
        if any(first >= second for first, second in zip(steps.values(), list(steps.values())[1:], strict=False)):
            raise ValueError("quantiles must rise with the share of patients below them")
        return self

    def shares_below(self) -> dict[float, float]:
        """Median, quartiles and other quantiles: the value by the share of patients below it, in rising order."""
        found = {float(key): value for key, value in self.quantiles.items()}
        if self.quartiles is not None:
            found |= {0.25: self.quartiles[0], 0.75: self.quartiles[1]}
        if self.median is not None:
            found[0.5] = self.median
        return dict(sorted(found.items()))


class Baseline(Strict):
    """The keys of BASELINE.toml."""

    title: str = Field(min_length=1, max_length=300)
    description: str = Field("", description="the table in one paragraph, shown on the page")
    population: str = Field(description="population of the model from which patients are taken: cart, trial, ln and others")
    seed: int = Field(1, ge=0, le=2**63 - 1)
    patients: int = Field(500, ge=1, le=1_000_000, description="virtual patients wanted")
    n: int | None = Field(None, ge=1, description="patients of the published table, where a row does not say")
    source: str = Field("", description="where the table was published")
    standing: Standing = Field("published", description="published, secondary (read in a report of it) or unverified (recalled)")
    modules: Modules | None = Field(None, description="a user's own drugs and diseases")
    row: list[Row] = Field(min_length=1, max_length=60, description="[[row]]: what was published of one covariate")
    _folder: Path = Path()
    _name: str = "baseline"
    _lines: tuple[int | None, ...] = ()

    @model_validator(mode="after")
    def _counted(self) -> Baseline:
        for number, row in enumerate(self.row, 1):
            of = row.of or row.n or self.n
            if of is None:
                raise ValueError(f"row {number} ({row.covariate}): of how many patients? give n, of the table or of the row")
            if row.count is not None and row.count > of:
                raise ValueError(f"row {number} ({row.covariate}): count {row.count} is more than n = {of}")
        return self

    @property
    def folder(self) -> Path:
        """Where the files that the document names are looked for."""
        return self._folder

    def told(self, row: int) -> str:
        """Where a row stands, for messages: the file, its line and its covariate."""
        line = self._lines[row] if self._lines else None
        where = f"{self._name}, line {line}" if line else f"{self._name}, row {row + 1}"
        return f"{where} ({self.row[row].covariate})"

    def published_n(self, row: int) -> int:
        """Of how many patients the statistics of a row were published; its count may be `of` others."""
        return self.row[row].n or self.n or self.row[row].of or 1

    @property
    def name(self) -> str:
        """The document's name in messages."""
        return self._name


def read_baseline(path: Path | str) -> Baseline:
    """The baseline of a TOML file. Raises InvalidFile that names file, line and key."""
    path = Path(path)
    found = parse_baseline(read_text(path, "baseline"), name=str(path))
    found._folder = path.parent
    return found


def parse_baseline(text: str, name: str = "baseline") -> Baseline:
    """The baseline of a TOML text; `name` stands in the error messages."""
    document = parse_toml(text, name)
    refuse_other_kinds(document, "baseline", name=name)
    try:
        found = Baseline.model_validate(document)
    except ValidationError as error:
        raise InvalidFile(one_line(error, text, name, place=lambda fault: list(fault["loc"]), say=_complaint)) from None
    found._name = name
    found._lines = tuple(line_of(text, ["row", number, "covariate"]) for number in range(len(found.row)))
    return found


def _complaint(fault: Any, location: Where) -> str:
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in location) or "the document"
    match fault["type"]:
        case "extra_forbidden":
            table = Row if "row" in location[:-1] else Baseline
            return f"no key '{key}' in a baseline; {nearest(str(location[-1]), table.model_fields)}"
        case "missing":
            return f"the key '{key}' is missing; add it (docs/populations.md describes all keys)"
        case "value_error":
            return str(fault["ctx"]["error"])
        case _:
            return f"'{key}' is {quoted(fault['input'])}; {first_lower(fault['msg'])}"
