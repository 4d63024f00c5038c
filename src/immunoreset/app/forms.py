"""What the Patient page sends: who is treated, with what, and from when to when; checked key by key."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from immunoreset.app.diseases import OF_EVERYBODY, published_patients
from immunoreset.app.settings import Limits
from immunoreset.catalogue import built_in
from immunoreset.disease.facts import QUANTITIES, contradictions
from immunoreset.errors import UnknownName
from immunoreset.population import Facts, find_population
from immunoreset.population.twins import TWINS_OF
from immunoreset.study_document import Strict

LIMITS = Limits()
PATIENT = "patient"  # the name of a patient described by facts; it names the twins' random numbers
Interval = Annotated[list[float], Field(min_length=2, max_length=2)]


def _within(name: str, meaning: str) -> Any:
    quantity = QUANTITIES[name]
    return Field(None, ge=quantity.lowest, le=quantity.highest, description=f"{meaning}, {quantity.unit}")


class FactsForm(Strict):
    """What is known of one patient; what is unknown is left out."""

    age: float | None = _within("age", "age")
    sex: Literal["F", "M"] | None = None
    weight_kg: float | None = _within("weight_kg", "body weight")
    sledai_2k: int | None = _within("sledai_2k", "SLEDAI-2K at entry")
    sledai_2k_range: Interval | None = Field(None, description="lowest and highest SLEDAI-2K, where the score is not known")
    nephritis: bool | None = Field(None, description="whether the kidneys are involved")
    upcr_g_per_g: float | None = _within("upcr_g_per_g", "urine protein to creatinine ratio")
    anti_dsdna_iu_per_ml: float | None = _within("anti_dsdna_iu_per_ml", "antibodies against double-stranded DNA")
    c3_g_per_l: float | None = _within("c3_g_per_l", "complement C3")
    igg_g_per_l: float | None = _within("igg_g_per_l", "immunoglobulin G")

    @model_validator(mode="after")
    def _possible(self) -> FactsForm:
        for name, why in contradictions(self.nephritis, None, self.upcr_g_per_g):
            raise ValueError(f"{name}: {why}")
        if self.sledai_2k_range is not None:
            low, high = self.sledai_2k_range
            if self.sledai_2k is not None or not 0 <= low <= high <= QUANTITIES["sledai_2k"].highest:
                raise ValueError("give sledai_2k or sledai_2k_range, and the lowest score of the range first")
        return self

    def facts(self) -> Facts:
        """The same as the package knows it."""
        known = self.model_dump()
        known["sledai_2k_range"] = None if self.sledai_2k_range is None else tuple(self.sledai_2k_range)
        return Facts(PATIENT, **known)


class PatientForm(Strict):
    """Who is treated: one of the published patients, a patient described by facts, or, with neither, the typical patient."""

    published: int | None = Field(None, ge=1, le=5, description="number of the published patient")
    facts: FactsForm | None = None
    population: str = Field(TWINS_OF, description="whom unknown facts and the bands are drawn from; it says the disease")

    @field_validator("population")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            return find_population(name).name
        except UnknownName as fault:
            raise ValueError(str(fault)) from None

    @model_validator(mode="after")
    def _one_kind(self) -> PatientForm:
        if self.published is not None and self.facts is not None:
            raise ValueError("give published or facts, not both")
        disease, _ = built_in().population(self.population)
        if self.published is not None and not published_patients(disease):
            raise ValueError(f"no published patient has {disease.title}; leave out published, or take another population")
        known = {} if self.facts is None else self.facts.model_dump(exclude_none=True)
        for name in known:
            if name not in (*OF_EVERYBODY, *disease.facts):
                raise ValueError(f"facts.{name} is not read of a patient with {disease.title}; leave it out")
        return self


class TreatmentForm(Strict):
    """One treatment to set beside others."""

    name: str = Field("treatment", min_length=1, max_length=80)
    text: str = Field(max_length=LIMITS.treatment_characters, description="a regimen, or 'no treatment'")


class CourseForm(Strict):
    """One patient under up to four treatments."""

    patient: PatientForm = PatientForm()  # type: ignore[call-arg]
    parameters: dict[str, float] = Field(
        {}, max_length=400, description="parameters by name or symbol that replace the patient's"
    )
    treatments: list[TreatmentForm] = Field(min_length=1, max_length=LIMITS.treatments)
    start: float = Field(-35.0, ge=-365, le=0, description="first simulated day; day 0 is the infusion")
    stop: float = Field(730.0, ge=1, le=3650, description="last simulated day")
    seed: int = Field(1, ge=0, le=2**53)
    judged: bool = Field(False, description="read responses and remission too, which takes ten times as long as the course")


class BandsForm(CourseForm):
    """The same in many virtual twins."""

    twins: int = Field(256, ge=2, le=LIMITS.twins)


class UnsureForm(CourseForm):
    """The median of twins under draws of the numbers of the model."""

    twins: int = Field(32, ge=2, le=256)
    draws: int = Field(32, ge=2, le=64, description="draws of the numbers")


class RegimenForm(Strict):
    """A regimen as it is being written."""

    text: str = Field(max_length=LIMITS.treatment_characters)
