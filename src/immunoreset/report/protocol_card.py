"""Text for a protocol: what a dose-finding design does, in words made from its settings, ready to be pasted and edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from immunoreset.report.words import number
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
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.tite_boin import TiteBOIN
from immunoreset.trial.dose_finding.tite_crm import TiteCRM
from immunoreset.trial.dose_finding.u_boin import UBOIN
from immunoreset.trial.printing import unwrapped


class Plan(NamedTuple):
    """What all designs of a trial share."""

    doses: tuple[str, ...]
    target: float
    cohort: int
    planned: int
    window_days: float
    start: int = 1


_VARIANTS = {
    "no_deescalation": "The trial ends at the first dose with two toxicities, and the dose below is recommended, with 3 "
    "or 6 patients.",
    "deescalation": "Before a lower dose is recommended it is filled up to 6 patients; the highest dose may be "
    "recommended with 3.",
    "six_at_mtd": "The recommended dose, the highest one included, needs 6 patients with at most one toxicity.",
}


def statistics_text(design: Design, plan: Plan) -> list[str]:
    """Paragraphs on the design, its rules and the conduct of the trial.

    >>> from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
    >>> text = statistics_text(ThreePlusThree(2), Plan(("low", "high"), 0.25, cohort=3, planned=12, window_days=28))
    >>> text[0]
    'The 3+3 design (Storer 1989) treats patients in groups of three.'
    """
    inside, rules = unwrapped(design)
    sentences = _of(inside)
    said = [f"{rule.question} If so: {rule.answer}." for rule in rules]
    paragraphs = [*sentences, _conduct(plan)]
    if said:
        paragraphs.insert(-1, "After each cohort, in this order: " + " ".join(said))
    return paragraphs


def _conduct(plan: Plan) -> str:
    doses = ", ".join(
        f"{place} ({name})" if name != f"dose {place}" else f"{place}" for place, name in enumerate(plan.doses, start=1)
    )
    return (
        f"Doses: {doses}. Patients are treated in cohorts of at most {plan.cohort}, from dose {plan.start}, "
        f"{plan.planned} patients at most. "
        f"Dose-limiting toxicity is assessed over {plan.window_days:g} days from the infusion. Nobody is treated at a "
        "dose that the "
        "design has closed, and the design is asked again after every cohort."
    )


def _of(design: Design) -> list[str]:
    for kind, words in _WORDS.items():
        if isinstance(design, kind):
            return words(design)
    return [f"{type(design).__name__}: see its documentation."]


def _percent(share: float) -> str:
    return number(share, "fraction").replace(" %", "%")


def _three_plus_three(design: ThreePlusThree) -> list[str]:
    return [
        "The 3+3 design (Storer 1989) treats patients in groups of three.",
        "With no toxicity among three the dose is raised; with one, three more are treated; with two or more it is too toxic. "
        "Among six, at most one toxicity is tolerated. " + _VARIANTS[design.variant],
    ]


def _boin(design: BOIN) -> list[str]:
    closing = (
        f"A dose is closed, with all above it, when the posterior probability (uniform prior) that its rate exceeds the target "
        f"is above {_percent(design.cutoff_eli)}, from 3 patients on."
        if design.cutoff_eli < 1
        else "No dose is closed."
    )
    extras = []
    if design.extrasafe:
        extras.append(
            f"The lowest dose is closed, and the trial stopped, already above {_percent(design.cutoff_eli - design.offset)}."
        )
    if design.titration:
        extras.append("Single patients are treated at rising doses until the first toxicity.")
    if design.n_earlystop:
        extras.append(
            f"The trial ends when {design.n_earlystop} patients were treated at a dose and the answer is to stay there."
        )
    if design.bound_mtd:
        extras.append(f"The recommended dose must have an estimated rate below {design.lambda_d:.3f}.")
    return [
        "The Bayesian optimal interval (BOIN) design (Liu and Yuan 2015) aims at a toxicity rate of "
        f"{_percent(design.target)}; rates up to "
        f"{_percent(design.safe)} are too low, rates from {_percent(design.toxic)} too high.",
        f"The dose is raised when the observed share of toxicities at the current dose is at most {design.lambda_e:.3f}, "
        "lowered when it is "
        f"at least {design.lambda_d:.3f}, and kept in between.",
        " ".join([closing, *extras]),
        "At the end the recommended dose is the open one whose rate, estimated by isotonic regression, is nearest to the target.",
    ]


def _interval(name: str, source: str) -> Callable[[Any], list[str]]:
    def words(design: Any) -> list[str]:
        low, high = design.target - design.epsilon1, design.target + design.epsilon2
        return [
            f"The {name} design ({source}) aims at a toxicity rate of {_percent(design.target)}; rates from "
            f"{_percent(low)} to {_percent(high)} "
            "count as on target.",
            "The next dose follows from the numbers of patients and toxicities at the current dose alone, by the "
            "decision table, which was "
            "computed before the trial.",
            f"A dose is closed, with all above it, when the posterior probability that its rate exceeds the target is above "
            f"{_percent(design.exclusion_certainty)}.",
            "At the end the recommended dose is the open one whose rate, estimated by isotonic regression, is nearest to "
            "the target.",
        ]

    return words


def _crm(design: CRM) -> list[str]:
    guesses = ", ".join(f"{guess:.3g}" for guess in design.skeleton)
    how = (
        "maximum likelihood, once both outcomes were seen"
        if design.method == "ml"
        else "Bayesian updating by numerical integration"
    )
    stop = (
        "The trial stops when the posterior probability that dose 1 exceeds the target is above "
        f"{_percent(design.stop_confidence)}."
        if design.stop_confidence
        else "The model itself never stops the trial."
    )
    return [
        f"The continual reassessment method (O'Quigley 1990) aims at a toxicity rate of {_percent(design.target)}, with "
        f"the skeleton {guesses} "
        f"and the {type(design.model).__name__} model ({_prior(design.model)}), fitted by {how}.",
        "After each cohort the model is fitted to all patients, and the next cohort gets the dose whose estimated "
        "toxicity is nearest to the "
        "target." + (" The dose is not raised straight after a cohort at or above the target." if design.coherent else ""),
        stop + " At the end the dose that the model would give next is recommended.",
    ]


def _prior(model: Any) -> str:
    shown = [f"{name} {value:.3g}" for name, value in vars(model).items() if isinstance(value, int | float)]
    pairs = [
        f"{name} ({', '.join(f'{part:g}' for part in value)})" for name, value in vars(model).items() if isinstance(value, tuple)
    ]
    return "prior: " + ", ".join([*pairs, *shown])


def _blrm(design: BLRM) -> list[str]:
    low, high = design.target
    priors = " and ".join(_prior(part) for part in design.components)
    return [
        "The Bayesian logistic regression model (Neuenschwander 2008) describes the log odds of toxicity as log a + b "
        "log(dose / reference), "
        f"with reference {design.reference:g}, doses {', '.join(f'{amount:g}' for amount in design.amounts)}, and "
        f"{priors}, for (log a, log b).",
        f"Rates from {_percent(low)} to {_percent(high)} are on target, rates from {_percent(design.unacceptable)} unacceptable.",
        f"Overdose control: a dose may be given only while the posterior probability of a rate above {_percent(high)} is below "
        f"{_percent(design.ewoc)}. Of the doses left, the one most likely to be on target is given; the trial stops when "
        "none is left. "
        "At the end that dose is recommended.",
    ]


def _boin12(design: BOIN12) -> list[str]:
    return [
        "BOIN12 (Lin 2020) looks for the dose with the best balance of benefit and toxicity. Scores: benefit without toxicity "
        f"{design.utility.benefit:g}, neither {design.utility.neither:g}, both {design.utility.both:g}, toxicity without benefit "
        f"{design.utility.toxicity:g}.",
        f"The highest tolerable toxicity rate is {_percent(design.phi_t)}, the lowest benefit of interest "
        f"{_percent(design.phi_e)}. Toxicity at "
        f"the current dose says, by the boundaries {design.boin.lambda_e:.3f} and {design.boin.lambda_d:.3f} of BOIN, "
        "which neighbouring doses come "
        f"into question (from {design.n_star} patients on without the next higher one, if toxicity is between them); of "
        "these the one with the highest "
        "rank-based desirability score is given.",
        f"A dose is closed when toxicity is too high with probability above {_percent(design.c_t)}, or benefit too low "
        "with probability above "
        f"{_percent(design.c_e)}, from {design.close_after} patients on. At the end the open dose with the highest mean "
        "score, not above the maximum "
        "tolerated dose, is recommended.",
    ]


def _u_boin(design: UBOIN) -> list[str]:
    return [
        f"U-BOIN finds doses in two stages: first by toxicity alone, until {design.stage_one} patients were treated at a "
        "dose, then by the mean score "
        "of benefit and toxicity.",
        f"The highest tolerable toxicity rate is {_percent(design.phi_t)}, the lowest benefit of interest "
        f"{_percent(design.phi_e)}; a dose is closed "
        f"with a confidence of {_percent(design.c_t)} for toxicity and {_percent(design.c_e)} for benefit.",
    ]


def _efftox(design: EffTox) -> list[str]:
    return [
        "EffTox (Thall and Cook 2004) fits a joint model of benefit and toxicity and gives the dose with the best "
        "trade-off between them, "
        f"by the contour through benefit {_percent(design.contour.effective)} without toxicity and toxicity "
        f"{_percent(design.contour.toxic)} with certain "
        "benefit.",
        f"A dose is open while benefit above {_percent(design.effective_limit)} has probability above "
        f"{_percent(design.effective_chance)} and toxicity "
        f"below {_percent(design.toxic_limit)} has probability above {_percent(design.toxic_chance)}.",
    ]


def _tite_boin(design: TiteBOIN) -> list[str]:
    return [
        *_boin(design.boin),
        "Patients still in follow-up count for the share of the window that they were watched (TITE-BOIN, Yuan 2018). No "
        "decision is made while more than "
        f"{_percent(design.max_pending)} of the patients at the current dose are still watched.",
    ]


def _tite_crm(design: TiteCRM) -> list[str]:
    return [
        *_crm(design.crm),
        "Patients still in follow-up count for the share of the window watched (TITE-CRM, Cheung and Chappell 2000).",
    ]


def _table(design: DecisionTable) -> list[str]:
    return [
        "The next dose follows from a decision table fixed before the trial, by the numbers of patients and toxicities "
        "at the current dose.",
        f"At the end the open dose whose rate, estimated by isotonic regression, is nearest to {_percent(design.target)} "
        "is recommended.",
    ]


def _tpi(design: TPI) -> list[str]:
    return _table(design)  # pyright: ignore[reportArgumentType]


_WORDS: dict[type, Callable[[Any], list[str]]] = {
    ThreePlusThree: _three_plus_three,
    BOIN: _boin,
    TiteBOIN: _tite_boin,
    MTPI: _interval("mTPI", "Ji 2010"),
    Keyboard: _interval("Keyboard (mTPI-2)", "Yan 2017, Guo 2017"),
    I3Plus3: _interval("i3+3", "Liu 2020"),
    TPI: _tpi,
    CRM: _crm,
    TiteCRM: _tite_crm,
    BLRM: _blrm,
    BOIN12: _boin12,
    UBOIN: _u_boin,
    EffTox: _efftox,
    DecisionTable: _table,
}
