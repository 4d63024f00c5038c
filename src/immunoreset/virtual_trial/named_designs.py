"""Dose-finding designs and rules by the names that a trial document gives them, each with its options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, Union

from pydantic import Field

from immunoreset.errors import ImmunoresetError, InvalidValue
from immunoreset.trial.decision import Design
from immunoreset.trial.dose_finding.blrm import BLRM
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.decision_table import DecisionTable
from immunoreset.trial.dose_finding.efftox import EffTox
from immunoreset.trial.dose_finding.i3plus3 import I3Plus3
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.mtpi import MTPI, TPI
from immunoreset.trial.dose_finding.skeleton import getprior
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.tite_boin import TiteBOIN
from immunoreset.trial.dose_finding.tite_crm import TiteCRM
from immunoreset.trial.dose_finding.titration import AcceleratedTitration
from immunoreset.trial.dose_finding.toxicity_curves import Empiric, Logistic, TwoParameterLogistic
from immunoreset.trial.dose_finding.u_boin import UBOIN
from immunoreset.trial.rules.backfill import Backfill
from immunoreset.trial.rules.cohorts import CohortSize, Stagger, WaitForPending
from immunoreset.trial.rules.doses import AtMostAtDose, CloseTooToxic, NoSkipping
from immunoreset.trial.rules.stopping import StopAtN, StopWhenAtDose, StopWhenPrecise, StopWhenTooToxic, StopWithoutLowerDose
from immunoreset.virtual_trial.tables import Table, build, table_of

RULES: dict[str, type] = {
    "accelerated-titration": AcceleratedTitration,
    "at-most-at-dose": AtMostAtDose,
    "backfill": Backfill,
    "close-too-toxic": CloseTooToxic,
    "cohort-size": CohortSize,
    "no-skipping": NoSkipping,
    "stagger": Stagger,
    "stop-at-dose": StopWhenAtDose,
    "stop-at-n": StopAtN,
    "stop-when-precise": StopWhenPrecise,
    "stop-when-too-toxic": StopWhenTooToxic,
    "stop-without-lower-dose": StopWithoutLowerDose,
    "wait-for-pending": WaitForPending,
}


def _named(kind: type, name: str, *, without: tuple[str, ...], **more: Any) -> type[Table]:
    return table_of(kind, without=without, more={"kind": (Literal[name], Field(description="name of the design or rule"))} | more)


_RULE_TABLES = tuple(_named(rule, name, without=("design",)) for name, rule in RULES.items())
Rule = Annotated[Union[_RULE_TABLES], Field(discriminator="kind")]  # noqa: UP007


class Asked(NamedTuple):
    """What the trial says to all of its designs."""

    doses: int
    target: float
    start: int


def _target(chosen: Any, asked: Asked) -> float:
    return asked.target if chosen.target is None else chosen.target


def _aimed(chosen: Any, asked: Asked) -> Design:
    """A design with a number of doses, a target and a first dose."""
    return build(chosen, without=("target",), doses=asked.doses, start=asked.start, target=_target(chosen, asked))


def _keyboard(chosen: Any, asked: Asked) -> Design:
    """Keyboard is mTPI-2 without the keys at both ends."""
    ends = {} if "end_keys" in chosen.model_fields_set else {"end_keys": False}
    return build(chosen, without=("target",), doses=asked.doses, start=asked.start, target=_target(chosen, asked), **ends)


def _ranged(chosen: Any, asked: Asked) -> Design:
    """A design with a number of doses and a first dose."""
    return build(chosen, doses=asked.doses, start=asked.start)


def _amounts(chosen: Any, asked: Asked) -> Design:
    """A design that knows the amounts of the doses."""
    _check_doses("amounts", len(chosen.amounts), asked)
    return build(chosen, start=asked.start)


def _check_doses(what: str, given: int, asked: Asked) -> None:
    if given != asked.doses:
        raise InvalidValue(f"{given} {what} for {asked.doses} doses: give one for each")


def _crm(chosen: Any, asked: Asked) -> CRM:
    target = _target(chosen, asked)
    guesses = chosen.skeleton or tuple(getprior(chosen.halfwidth, target, chosen.guess or asked.doses, asked.doses).tolist())
    _check_doses("guesses of the skeleton", len(guesses), asked)
    sd = {} if chosen.prior_sd is None else {"sd": chosen.prior_sd}
    curves = {"empiric": Empiric, "logistic": Logistic}
    curve = TwoParameterLogistic() if chosen.model == "logistic 2" else curves[chosen.model](**sd)
    return CRM(
        guesses, target, curve, method=chosen.method, estimate=chosen.estimate, coherent=chosen.coherent,
        stop_confidence=chosen.stop_confidence or None, start=asked.start,
    )  # fmt: skip


def _blrm(chosen: Any, asked: Asked) -> Design:
    _check_doses("amounts", len(chosen.amounts), asked)
    prior = TwoParameterLogistic(chosen.prior_mean, chosen.prior_sd, chosen.prior_correlation)
    return build(chosen, prior=prior, start=asked.start)


def _table(chosen: Any, asked: Asked) -> Design:
    rows = {int(patients): line for patients, line in chosen.rows.items()}
    return DecisionTable.read(asked.doses, rows, target=_target(chosen, asked), start=asked.start)


def _tite_boin(chosen: Any, asked: Asked) -> Design:
    boin = build(chosen, without=("target",), doses=asked.doses, start=asked.start, target=_target(chosen, asked))
    return TiteBOIN(boin, chosen.max_pending)


_AIM: dict[str, Any] = {"target": (float | None, Field(None, description="target toxicity rate; that of the trial unless given"))}
_ITS_DOSES = ("doses", "start", "target")
_CRM_KEYS: dict[str, Any] = {
    "skeleton": (tuple[float, ...], Field((), description="first guesses of toxicity by dose; else made from `guess`")),
    "guess": (int | None, Field(None, description="dose first guessed to have the target rate; the highest unless given")),
    "halfwidth": (float, Field(0.05, description="half of the interval of indifference, for a skeleton made from `guess`")),
    "model": (Literal["empiric", "logistic", "logistic 2"], "empiric"),
    "prior_sd": (float | None, None),
    "stop_confidence": (float, Field(0.95, description="stop when dose 1 is too toxic with this probability; 0 never stops")),
}
_BLRM_KEYS: dict[str, Any] = {
    "prior_mean": (tuple[float, float], Field((-1.4, 0.0), description="prior means of log a and log b")),
    "prior_sd": (tuple[float, float], Field((1.2, 0.6), description="prior standard deviations of log a and log b")),
    "prior_correlation": (float, 0.0),
}


class Entry(NamedTuple):
    """A design of the table: the keys of the document, and how it is made from them."""

    table: type[Table]
    make: Callable[[Any, Asked], Design]


def _common() -> dict[str, Any]:
    return {
        "label": (str, Field("", description="name of the design on the page; its kind unless given")),
        "rule": (tuple[Rule, ...], Field((), description="rules around the design, the innermost first")),
    }


def _entry(name: str, kind: type, make: Callable[[Any, Asked], Design], without: tuple[str, ...], **more: Any) -> Entry:
    return Entry(_named(kind, name, without=without, **more, **_common()), make)


DESIGNS: dict[str, Entry] = {
    "3+3": _entry("3+3", ThreePlusThree, _ranged, ("doses", "start")),
    "blrm": _entry("blrm", BLRM, _blrm, ("prior", "weights", "start"), **_BLRM_KEYS),
    "boin": _entry("boin", BOIN, _aimed, _ITS_DOSES, **_AIM),
    "boin12": _entry("boin12", BOIN12, _ranged, ("doses", "start")),
    "crm": _entry("crm", CRM, _crm, ("skeleton", "target", "model", "stop_confidence", "start"), **_AIM, **_CRM_KEYS),
    "efftox": _entry("efftox", EffTox, _amounts, ("start",)),
    "i3+3": _entry("i3+3", I3Plus3, _aimed, _ITS_DOSES, **_AIM),
    "keyboard": _entry("keyboard", Keyboard, _keyboard, _ITS_DOSES, **_AIM),
    "mtpi": _entry("mtpi", MTPI, _aimed, _ITS_DOSES, **_AIM),
    "mtpi-2": _entry("mtpi-2", Keyboard, _aimed, _ITS_DOSES, **_AIM),
    "table": _entry("table", DecisionTable, _table, (*_ITS_DOSES, "rows"), **_AIM, rows=(dict[str, str], ...)),
    "tite-boin": _entry("tite-boin", BOIN, _tite_boin, _ITS_DOSES, **_AIM, max_pending=(float, 0.5)),
    "tite-crm": _entry(
        "tite-crm", CRM, lambda chosen, asked: TiteCRM(_crm(chosen, asked)),
        ("skeleton", "target", "model", "stop_confidence", "start"), **_AIM, **_CRM_KEYS,
    ),
    "tpi": _entry("tpi", TPI, _aimed, _ITS_DOSES, **_AIM),
    "u-boin": _entry("u-boin", UBOIN, _ranged, ("doses", "start")),
}  # fmt: skip
_DESIGN_TABLES = tuple(entry.table for entry in DESIGNS.values())
NamedDesign = Annotated[Union[_DESIGN_TABLES], Field(discriminator="kind")]  # noqa: UP007
IN_CALENDAR_TIME = ("tite-boin", "tite-crm")
WAITING_RULES = ("stagger", "wait-for-pending")


def make_design(chosen: Any, asked: Asked) -> Design:
    """The design of a table of the document, with its rules around it. Raises InvalidValue that names the design.

    >>> table = DESIGNS["boin"].table.model_validate({"kind": "boin", "rule": [{"kind": "stop-at-n", "n": 30}]})
    >>> type(make_design(table, Asked(doses=4, target=0.3, start=1))).__name__
    'StopAtN'
    """
    try:
        design = DESIGNS[chosen.kind].make(chosen, asked)
        for rule in chosen.rule:
            design = build(rule, design=design)
    except ImmunoresetError as error:
        raise InvalidValue(f"design '{chosen.label or chosen.kind}': {error}") from None
    return design


def needs_calendar(chosen: Any) -> bool:
    """Whether the design asks for time: it counts part of a window, or waits."""
    return chosen.kind in IN_CALENDAR_TIME or any(rule.kind in WAITING_RULES for rule in chosen.rule)
