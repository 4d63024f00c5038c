"""The documents of randomised trials: phase 3 with interim looks, and power by sample size."""

# pyright: reportInvalidTypeForm=false
from __future__ import annotations

from typing import Annotated, Any, Literal, Self, Union

from pydantic import Field, model_validator

from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.group_sequential.design import BetaSpending, FutilityBounds, GroupSequential
from immunoreset.virtual_trial.document import Population, TrialDocument
from immunoreset.virtual_trial.endpoint import Change, Endpoint, Response, TimeTo
from immunoreset.virtual_trial.observation import RandomisedObservation
from immunoreset.virtual_trial.randomised import NEPHRITIS_AND_ACTIVITY, Factor
from immunoreset.virtual_trial.rescue import Rescue
from immunoreset.virtual_trial.single_arm_document import check_visits
from immunoreset.virtual_trial.tables import Table, build, table_of


def _kind(name: str) -> dict[str, Any]:
    return {"kind": (Literal[name], Field(description="kind of endpoint"))}


_ENDPOINTS: Any = (
    table_of(Response, without=("strategies",), more=_kind("response")),
    table_of(Change, more=_kind("change")),
    table_of(TimeTo, more=_kind("time-to")),
)
_ENDPOINT: Any = Annotated[Union[_ENDPOINTS], Field(discriminator="kind")]  # noqa: UP007
_OBSERVATION: Any = table_of(RandomisedObservation)
_RESCUE: Any = table_of(Rescue) | None
_ENROLMENT: Any = table_of(Enrolment) | None
_FACTOR: Any = table_of(Factor)


class Futility(Table):
    """Stop for futility: by fixed bounds on z, or by spending the type II error."""

    z: tuple[float, ...] | None = Field(None, description="bounds of z, one for each look but the last")
    spending: Literal["bsOF", "bsP", "bsHSD", "bsKD", "bsUser"] | None = None
    parameter: float | None = None
    spent: tuple[float, ...] = ()
    binding: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.z is None) == (self.spending is None):
            raise ValueError("give either z, the bounds, or spending, a function of the type II error")
        return self

    def bounds(self) -> FutilityBounds | BetaSpending:
        if self.z is not None:
            return FutilityBounds(self.z, self.binding)
        return BetaSpending(str(self.spending), self.parameter, self.spent, self.binding)


class Looks(Table):
    """A group-sequential test; without looks, one analysis at the end."""

    label: str = Field("", description="name of the design on the page; its boundary unless given")
    kind: Literal["OF", "P", "WT", "HP", "asOF", "asP", "asHSD", "asKD", "asUser", "none"] = Field(
        description="boundary: O'Brien-Fleming, Pocock, Wang-Tsiatis, Haybittle-Peto, alpha spending (as...), or none"
    )
    looks: tuple[float, ...] | int = Field(1, description="number of looks, or their information rates, rising to 1")
    alpha: float = 0.025
    beta: float = 0.2
    sides: Literal[1, 2] = 1
    parameter: float | None = None
    spent: tuple[float, ...] = ()
    futility: Futility | None = None

    def plan(self) -> GroupSequential:
        """The test. Raises InvalidValue for rates that do not rise to 1 or alpha that is spent twice."""
        futility = None if self.futility is None else self.futility.bounds()
        return GroupSequential(
            self.kind, self.looks, alpha=self.alpha, beta=self.beta, sides=self.sides, parameter=self.parameter,
            spent=self.spent, futility=futility,
        )  # fmt: skip


class RandomisedDocument(TrialDocument):
    """What randomised trials share."""

    population: Population
    arms: dict[str, str] = Field(min_length=2, description="name of the arm: its regimen")
    control: str = Field(description="the arm to compare with")
    visits: tuple[float, ...] = Field((), description="days of the visits; that of the endpoint is always one")
    endpoint: _ENDPOINT
    ratio: tuple[int, int] = Field((1, 1), description="treated to control patients")
    factors: tuple[_FACTOR, ...] = Field(NEPHRITIS_AND_ACTIVITY, description="prognostic factors of randomisation and analysis")
    method: Literal["blocks", "minimisation", "complete"] = "blocks"
    observation: _OBSERVATION = Field(_OBSERVATION(), description="missed visits, drop-out, delay of reports")
    rescue: _RESCUE = Field(None, description="when a patient is given rescue treatment")

    @property
    def drawn(self) -> Population | None:
        return self.population

    @model_validator(mode="after")
    def _known_arms(self) -> Self:
        check_visits(self.visits)
        for name in self.named_arms:
            if name not in self.arms:
                raise ValueError(f"no arm '{name}'; the arms are {', '.join(self.arms)}")
        return self

    @property
    def named_arms(self) -> tuple[str, ...]:
        """Arms that the document names elsewhere."""
        return (self.control,)

    def read_endpoint(self) -> Endpoint:
        return build(self.endpoint)

    def read_factors(self) -> tuple[Factor, ...]:
        return tuple(build(one) for one in self.factors)


class Phase3(RandomisedDocument):
    """One treatment against control, with looks; every design of the list meets the same patients."""

    kind: Literal["phase-3"]
    treatment: str = Field(description="the arm under test")
    patients: int = Field(ge=4, le=10_000, description="patients in both arms together, at most")
    null: bool = Field(True, description="also simulate no effect, for the type I error")
    enrolment: _ENROLMENT = Field(None, description="sites, screening, manufacture; gives durations")
    product_arms: tuple[str, ...] | None = Field(None, description="arms that wait for a product; the treatment unless given")
    design: tuple[Looks, ...] = Field(min_length=1, description="group-sequential tests to compare")

    @property
    def named_arms(self) -> tuple[str, ...]:
        return (self.control, self.treatment, *(self.product_arms or ()))


class Power(RandomisedDocument):
    """Power of several treatments against one control, by number of patients."""

    kind: Literal["power"]
    treatments: tuple[str, ...] = Field((), description="arms under test; all but the control unless given")
    totals: tuple[int, ...] = Field(min_length=1, description="patients in both arms together, rising")
    wanted: float = Field(0.8, description="power that is wanted")
    design: tuple[Looks, ...] = Field((), max_length=1, description="the test; one analysis at the end unless given")

    @property
    def named_arms(self) -> tuple[str, ...]:
        return (self.control, *self.treatments)
