"""The document of a phase 2 trial in a single arm: a response watched by stopping tables, and a rule for safety."""

# pyright: reportInvalidTypeForm=false
from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, Self, Union

from pydantic import Field, model_validator

from immunoreset.endpoints.toxicity import dlt
from immunoreset.errors import ImmunoresetError, InvalidValue
from immunoreset.trial.enrolment.description import Enrolment
from immunoreset.trial.phase2.bayesian_monitoring import Rule, SafetyTable, against_rate, safety_table
from immunoreset.trial.phase2.beta_mixture import BetaMixture
from immunoreset.trial.phase2.bop2 import bop2_table, optimise_bop2
from immunoreset.trial.phase2.enumeration import StoppingTable
from immunoreset.trial.phase2.predictive_probability import PredictiveProbability
from immunoreset.trial.phase2.simon import simon_two_stage
from immunoreset.virtual_trial.document import Population, TrialDocument
from immunoreset.virtual_trial.endpoint import Response
from immunoreset.virtual_trial.observation import Observation
from immunoreset.virtual_trial.rescue import Rescue
from immunoreset.virtual_trial.tables import Table, build, table_of

Looks = Annotated[tuple[int, ...], Field(min_length=1, description="patients followed up at each look")]


class Labelled(Table):
    """What every design of the list has."""

    label: str = Field("", description="name of the design on the page; its kind unless given")


class Simon(Labelled):
    """Two stages, by Simon: the fewest patients expected (optimal) or at most (minimax)."""

    kind: Literal["simon"]
    p0: float = Field(description="uninteresting response rate")
    p1: float = Field(description="response rate worth finding")
    alpha: float = 0.05
    beta: float = 0.2
    n_max: int = Field(100, ge=2, le=300)
    choose: Literal["optimal", "minimax"] = "optimal"

    def table(self) -> StoppingTable:
        found = simon_two_stage(self.p0, self.p1, alpha=self.alpha, beta=self.beta, n_max=self.n_max)
        return (found.optimal if self.choose == "optimal" else found.minimax).table

    def text(self) -> str:
        return (
            f"Simon's {self.choose} two-stage design (Simon 1989) tests a response rate of {100 * self.p0:g}% against "
            f"{100 * self.p1:g}% with a "
            f"one-sided type I error of at most {100 * self.alpha:g}% and a power of at least {100 * (1 - self.beta):g}%."
        )


class Bop2(Labelled):
    """BOP2 for a response rate, with the thresholds of the highest power."""

    kind: Literal["bop2"]
    p0: float = Field(description="uninteresting response rate")
    p1: float = Field(description="response rate worth finding")
    looks: Looks
    alpha: float = 0.05

    def table(self) -> StoppingTable:
        found = optimise_bop2(self.p0, self.p1, self.looks, alpha=self.alpha)
        return bop2_table(self.p0, self.looks, found.thresholds)

    def text(self) -> str:
        return (
            "The BOP2 design (Zhou, Lee and Yuan 2017) stops for futility when the posterior probability that the "
            "response rate exceeds "
            f"{100 * self.p0:g}% falls below a cut-off that rises with the patients followed; the cut-offs have the "
            "highest power at "
            f"{100 * self.p1:g}% among those with a type I error of at most {100 * self.alpha:g}%."
        )


class Bayesian(Labelled):
    """Posterior probability that the response rate exceeds a fixed one, at each look."""

    kind: Literal["bayesian"]
    p0: float = Field(description="response rate to be exceeded")
    looks: Looks
    futile: float = Field(0.05, description="stop when the probability is below this")
    claim: float = Field(0.95, description="claim at the last look when the probability is above this")
    benefit: float = Field(1.0, description="claim early when the probability is above this; 1 never")
    prior: tuple[float, float] = Field((1.0, 1.0), description="beta prior of the response rate")

    def table(self) -> StoppingTable:
        prior = BetaMixture((1.0,), (self.prior[0],), (self.prior[1],))
        return against_rate(prior, self.p0, self.looks, Rule(self.futile, self.claim, self.benefit))

    def text(self) -> str:
        early = "" if self.benefit == 1 else f" and stops with a claim above {100 * self.benefit:g}%"
        return (
            f"Bayesian monitoring (Thall and Simon 1994), prior Beta({self.prior[0]:g}, {self.prior[1]:g}): a look stops "
            "for futility when "
            f"P(response rate > {100 * self.p0:g}%) is below {100 * self.futile:g}%{early}; the last look claims above "
            f"{100 * self.claim:g}%."
        )


_PREDICTIVE: Any = table_of(PredictiveProbability, more={"kind": (Literal["predictive-probability"], ...), "label": (str, "")})


class Given(Labelled):
    """A stopping table that the user brings."""

    kind: Literal["table"]
    looks: Looks
    stop_le: tuple[int, ...] = Field(description="responses at or below which each look stops; -1 never")
    stop_ge: tuple[int, ...] = ()

    def table(self) -> StoppingTable:
        return StoppingTable(self.looks, self.stop_le, self.stop_ge)

    def text(self) -> str:
        return "The trial follows a stopping table fixed before it began."


SingleArmDesign = Annotated[Union[Simon, Bop2, Bayesian, _PREDICTIVE, Given], Field(discriminator="kind")]  # noqa: UP007


class Planned(NamedTuple):
    """A stopping table and what is said of it in a protocol."""

    stopping: StoppingTable
    text: str


def planned(chosen: Any) -> Planned:
    """The stopping table of a design. Raises InvalidValue that names the design."""
    try:
        if chosen.kind == "predictive-probability":
            design: PredictiveProbability = build(chosen)
            said = (
                "Predictive probability (Lee and Liu 2008): the trial stops for futility when the probability of a claim "
                "at the end, given the "
                f"patients so far, is below {100 * design.futile:g}%. The claim needs P(response rate > "
                f"{100 * design.p0:g}%) above "
                f"{100 * design.certainty:g}% among {design.n_max} patients."
            )
            return Planned(design.table(), said)
        return Planned(chosen.table(), chosen.text())
    except ImmunoresetError as error:
        raise InvalidValue(f"design '{chosen.label or chosen.kind}': {error}") from None


class SafetyRule(Table):
    """Stop when a toxicity is too frequent: P(rate > limit) above `sure`."""

    harm: Literal["dlt", "crs", "icans"] = "dlt"
    at_least: int = Field(1, ge=1, le=5, description="lowest grade that counts, of CRS or ICANS")
    limit: float = Field(description="highest acceptable rate")
    sure: float = Field(0.9, description="stop when the limit is exceeded with this probability")
    looks: Looks
    prior: tuple[float, float] | None = Field(None, description="beta prior; the weight of one patient at the limit unless given")

    def table(self) -> SafetyTable:
        a, b = self.prior or (self.limit, 1 - self.limit)
        return safety_table(BetaMixture((1.0,), (a,), (b,)), self.limit, self.looks, sure=self.sure)


_RESPONSE: Any = table_of(Response, without=("strategies",))
_OBSERVATION: Any = table_of(Observation)
_RESCUE: Any = table_of(Rescue) | None
_DLT: Any = table_of(dlt.Definition) | None
_ENROLMENT: Any = table_of(Enrolment) | None


class Phase2(TrialDocument):
    """One arm, a response at a visit, and rules to stop."""

    kind: Literal["phase-2"]
    population: Population
    treatment: str = Field(description="the regimen of the arm")
    visits: tuple[float, ...] = Field((), description="days of the visits; that of the endpoint is always one")
    endpoint: _RESPONSE = Field(description="the response that is counted")
    dlt: _DLT = Field(None, description="definition of dose-limiting toxicity")
    safety: SafetyRule | None = None
    observation: _OBSERVATION = Field(_OBSERVATION(), description="missed visits, drop-out, delay of reports")
    rescue: _RESCUE = Field(None, description="when a patient is given rescue treatment, which counts as non-response")
    enrolment: _ENROLMENT = Field(None, description="sites, screening, manufacture; gives durations")
    design: tuple[SingleArmDesign, ...] = Field(min_length=1, description="designs to compare, on the same patients")

    @property
    def drawn(self) -> Population | None:
        return self.population

    @model_validator(mode="after")
    def _rising(self) -> Self:
        check_visits(self.visits)
        return self


def check_visits(visits: tuple[float, ...]) -> None:
    """Raises ValueError unless the days rise from above 0."""
    if any(later <= earlier for earlier, later in zip((0.0, *visits), visits, strict=False)):
        raise ValueError(f"visits on days {', '.join(f'{day:g}' for day in visits)}: give rising days after the infusion")
