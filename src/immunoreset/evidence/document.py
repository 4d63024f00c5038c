"""The evidence document as it stands in a TOML file, and the values that it becomes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from immunoreset.evidence.rows import (
    Cohort,
    Kind,
    Move,
    Overlap,
    Point,
    Product,
    Publication,
    Role,
    Row,
    Standing,
    Statistic,
    Tolerance,
)

Pair = Annotated[list[float], Field(min_length=2, max_length=2)]
Count = Annotated[int, Field(ge=0)]
Patients = Annotated[int, Field(ge=1)]
NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "share": (("count", "of"), ("value",), ("derived",), ("tolerance",)),
    "sd": (("value", "n"),),
    "mean": (("value",), ("tolerance",)),
    "median": (("value",), ("range", "n"), ("tolerance",)),
    "geometric mean": (("value",), ("tolerance",)),
    "range": (("range",),),
    "rate": (("value",), ("events", "patient_days"), ("tolerance",)),
    "free": (("events", "patient_days", "horizon_days"),),
    "difference": (("count", "of", "against_count", "against_of"), ("value",), ("tolerance",)),
    "ratio": (("value",),),
    "value": (("value",), ("tolerance",)),
    "text": (("text",),),
    "sealed": (("sha256",),),
}
"""Which keys a row needs for its statistic: one of the groups, whole."""


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True, allow_inf_nan=False)


class PublicationTable(Table):
    name: str
    doi: str = ""
    read: str = ""


class OverlapTable(Table):
    cohort: str = Field(alias="with")
    n: Patients | Literal["unknown"]


class CohortTable(Table):
    who: str
    n: Patients | None = None
    disease: str = "lupus"
    population: str = ""
    arm: str = ""
    product: Product = ""
    contains: list[str] = []
    overlaps: list[OverlapTable] = []


class ToleranceTable(Table):
    low: float
    high: float
    why: str = Field(min_length=1)


class MoveTable(Table):
    before: Role = Field(alias="from")
    after: Role = Field(alias="to")
    why: str = ""
    date: str = ""


class RowTable(Table):
    cohort: str
    quantity: str
    statistic: Kind
    role: Role
    standing: Standing
    unit: str = ""
    arm: str = ""
    disease: str = ""
    population: str = ""
    product: Product = ""
    place: str = ""
    family: str = ""
    day: float | None = None
    since: float | None = None
    against: str = ""
    value: float | None = None
    n: Patients | None = None
    count: Count | None = None
    of: Patients | None = None
    against_count: Count | None = None
    against_of: Patients | None = None
    sd: Annotated[float, Field(ge=0)] | None = None
    se: Annotated[float, Field(ge=0)] | None = None
    cv: Annotated[float, Field(ge=0)] | None = None
    range: Pair | None = None
    iqr: Pair | None = None
    interval: Pair | None = None
    events: Count | None = None
    patient_days: Annotated[float, Field(gt=0)] | None = None
    horizon_days: Annotated[float, Field(gt=0)] | None = None
    limit: Literal["<", ">", "~", ""] = ""
    text: str = ""
    label: str = ""
    outcome: str = ""
    target: str = ""
    proxy: str = ""
    note: str = ""
    derived: str = ""
    sources: list[str] = []
    tolerance: ToleranceTable | None = None
    kept_because: str = ""
    history: list[MoveTable] = []
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def _complete(self) -> RowTable:
        groups = NEEDED[self.statistic]
        if not any(all(_given(getattr(self, key)) for key in group) for group in groups):
            wanted = ", or ".join(" with ".join(f"'{key}'" for key in group) for group in groups)
            raise ValueError(f"a {self.statistic} needs {wanted}")
        for whole, part in ((self.of, self.count), (self.against_of, self.against_count)):
            if part is not None and whole is not None and part > whole:
                raise ValueError(f"{part} of {whole} is not a share")
        if (self.role == "sealed") != (self.statistic == "sealed"):
            raise ValueError("a sealed row has both role and statistic 'sealed'")
        if self.statistic == "share" and self.value is not None and not 0 <= self.value <= 1:
            raise ValueError(f"the share {self.value:g} is not between 0 and 1")
        for name in ("range", "iqr", "interval"):
            pair = getattr(self, name)
            if pair and pair[0] > pair[1]:
                raise ValueError(f"{name} runs from {pair[0]:g} down to {pair[1]:g}")
            if pair and self.value is not None and not pair[0] <= self.value <= pair[1]:
                raise ValueError(f"{self.value:g} lies outside its own {name}, {pair[0]:g} to {pair[1]:g}")
        if self.statistic == "geometric mean" and self.value is not None and self.value <= 0:
            raise ValueError(f"a geometric mean is above 0, not {self.value:g}")
        if self.tolerance and self.tolerance.low > self.tolerance.high:
            raise ValueError(f"the tolerance runs from {self.tolerance.low:g} down to {self.tolerance.high:g}")
        return self


class PointTable(Table):
    output: str
    label: str
    standing: Standing
    days: list[float]
    values: list[float] | None = None
    low: list[float] | None = None
    high: list[float] | None = None
    day_sd: list[float] | None = None
    limit: list[str] = []


class Document(Table):
    """An evidence document."""

    publication: PublicationTable
    cohort: dict[str, CohortTable] = {}
    row: dict[str, RowTable] = {}
    point: list[PointTable] = []


def _given(value: Any) -> bool:
    return value is not None and value != ""


def _pair(values: list[float] | None) -> tuple[float, float] | None:
    return (values[0], values[1]) if values else None


def full(name: str, publication: str) -> str:
    """A cohort or row by its whole name; within its own file the publication may be left out.

    >>> full("five", "mackensen-2022"), full("mueller-2024/sle", "mackensen-2022")
    ('mackensen-2022/five', 'mueller-2024/sle')
    """
    return name if "/" in name else f"{publication}/{name}"


def to_publication(document: Document, name: str, file: str) -> Publication:
    """The document as values; `name` is what other files call it."""
    cohorts = {key: _cohort(table, key, name) for key, table in document.cohort.items()}
    return Publication(
        id=name,
        name=document.publication.name,
        doi=document.publication.doi,
        read=document.publication.read,
        file=file,
        cohorts=tuple(cohorts.values()),
        rows=tuple(_row(table, key, name, cohorts, document.publication.read) for key, table in document.row.items()),
        points=tuple(_point(table) for table in document.point),
    )


def _cohort(table: CohortTable, key: str, publication: str) -> Cohort:
    overlaps = (Overlap(full(o.cohort, publication), None if isinstance(o.n, str) else o.n) for o in table.overlaps)
    return Cohort(
        id=f"{publication}/{key}",
        contains=tuple(full(other, publication) for other in table.contains),
        overlaps=tuple(overlaps),
        **table.model_dump(exclude={"contains", "overlaps"}),
    )


def _row(table: RowTable, key: str, publication: str, cohorts: dict[str, Cohort], read: str) -> Row:
    cohort = cohorts.get(table.cohort, Cohort(full(table.cohort, publication), ""))
    numbers = set(Statistic.__dataclass_fields__) - {"kind", "range", "iqr", "interval"}
    statistic = Statistic(
        kind=table.statistic,
        range=_pair(table.range),
        iqr=_pair(table.iqr),
        interval=_pair(table.interval),
        **table.model_dump(include=numbers),
    )
    return Row(
        id=f"{publication}/{key}",
        publication=publication,
        cohort=full(table.cohort, publication),
        statistic=statistic,
        arm=table.arm or cohort.arm,
        disease=table.disease or cohort.disease,
        product=table.product or cohort.product,
        population=table.population or cohort.population,
        written=table.role,
        place=table.place or read,
        family=table.family or table.quantity,
        against=full(table.against, publication) if table.against else "",
        sources=tuple(full(name, publication) for name in table.sources),
        tolerance=Tolerance(**table.tolerance.model_dump()) if table.tolerance else None,
        history=tuple(Move(**move.model_dump()) for move in table.history),
        sha256=table.sha256 or "",
        **table.model_dump(
            include={
                *("quantity", "unit", "role", "standing", "day", "since", "label"),
                *("outcome", "target", "proxy", "note", "derived", "kept_because"),
            }
        ),
    )


def _point(table: PointTable) -> Point:
    drawn = table.model_dump(include={"values", "low", "high", "day_sd"})
    return Point(
        output=table.output,
        label=table.label,
        standing=table.standing,
        days=tuple(table.days),
        columns={name: tuple(values) for name, values in drawn.items() if values},
        limit=tuple(table.limit),
    )
