"""Designs from calls of the R package escalation, such as `get_boin(num_doses = 5, target = 0.3)`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from immunoreset.errors import InvalidValue
from immunoreset.trial.decision import Design
from immunoreset.trial.dose_finding.boin import BOIN
from immunoreset.trial.dose_finding.boin12 import BOIN12
from immunoreset.trial.dose_finding.crm import CRM
from immunoreset.trial.dose_finding.desirability import Utility
from immunoreset.trial.dose_finding.keyboard import Keyboard
from immunoreset.trial.dose_finding.mtpi import MTPI, TPI
from immunoreset.trial.dose_finding.three_plus_three import ThreePlusThree
from immunoreset.trial.dose_finding.toxicity_curves import Empiric, Logistic, LogisticGamma, TwoParameterLogistic
from immunoreset.trial.rules.doses import NoSkipping
from immunoreset.trial.rules.stopping import StopAtN, StopWhenAtDose, StopWithoutLowerDose

Settings = dict[str, str]


def three_plus_three_maker(settings: Settings) -> Design:
    variant = "deescalation" if settings.get("allow_deescalate") == "TRUE" else "no_deescalation"
    return ThreePlusThree(int(settings["num_doses"]), variant, settle=settings.get("strict_mode") != "FALSE")


def boin_maker(settings: Settings) -> Design:
    cutoff = 1.0 if settings.get("use_stopping_rule") == "FALSE" else 0.95
    return BOIN(int(settings["num_doses"]), float(settings["target"]), cutoff_eli=cutoff)


def interval_maker(kind: type[MTPI] | type[Keyboard]) -> Callable[[Settings], Design]:
    def make(settings: Settings) -> Design:
        margins = float(settings["epsilon1"]), float(settings["epsilon2"])
        certainty = float(settings["exclusion_certainty"])
        return kind(int(settings["num_doses"]), float(settings["target"]), *margins, exclusion_certainty=certainty)

    return make


def tpi_maker(settings: Settings) -> Design:
    spreads, certainty = (float(settings["k1"]), float(settings["k2"])), float(settings["exclusion_certainty"])
    return TPI(int(settings["num_doses"]), float(settings["target"]), *spreads, exclusion_certainty=certainty)


def number(text: str) -> float:
    """A number as R writes it, perhaps as a square root."""
    root = re.fullmatch(r"sqrt\((.*)\)", text)
    return float(root[1]) ** 0.5 if root else float(text)


def crm_maker(settings: Settings) -> Design:
    """The CRM of dfcrm, by plug-in estimates, or of trialr, by posterior means; which curve shows in the settings."""
    skeleton = tuple(float(part) for part in re.findall(r"[\d.]+(?:e-?\d+)?", settings["skeleton"]))
    found = {name: number(text) for name, text in settings.items() if name not in ("skeleton", "model", "method")}
    estimate = "mean"
    if "alpha_mean" in found:
        spread = (found["alpha_sd"], found["beta_sd"])
        model = TwoParameterLogistic((found["alpha_mean"], found["beta_mean"]), spread)
    elif "beta_shape" in found:
        model = LogisticGamma(found["a0"], found["beta_shape"], found["beta_inverse_scale"])
    elif "a0" in found:
        model = Logistic(found["a0"], found["beta_sd"], found.get("beta_mean", 0.0))
    elif "beta_sd" in found:
        model = Empiric(found["beta_sd"])
    else:
        scale, estimate = found.get("scale", math.sqrt(1.34)), "plug_in"
        model = Logistic(found.get("intcpt", 3.0), scale) if settings.get("model") == "logistic" else Empiric(scale)
    method = "ml" if settings.get("method") == "mle" else "bayes"
    return CRM(skeleton, found["target"], model, method=method, estimate=estimate, stop_confidence=None)


def boin12_maker(settings: Settings) -> Design:
    """The source goes on at the lowest dose after a toxic first cohort, so that doses close from the second cohort on."""
    found = {name: float(text) for name, text in settings.items()}
    worth = Utility(found.get("u1", 100), found["u2"], found["u3"], found.get("u4", 0))
    confidence = {name: found[name] for name in ("c_t", "c_e") if name in found}
    return BOIN12(
        int(found["num_doses"]),
        found["phi_t"],
        found["phi_e"],
        worth,
        n_star=int(found.get("n_star", 6)),
        close_after=6,
        prior=(found.get("prior_alpha", 1.0), found.get("prior_beta", 1.0)),
        start=int(found.get("start_dose", 1)),
        **confidence,  # pyright: ignore[reportArgumentType]
    )


MAKERS: dict[str, Callable[[Settings], Design]] = {
    "three_plus_three": three_plus_three_maker,
    "get_three_plus_three": three_plus_three_maker,
    "get_boin": boin_maker,
    "get_tpi": tpi_maker,
    "get_mtpi": interval_maker(MTPI),
    "get_mtpi2": interval_maker(Keyboard),
    "get_dfcrm": crm_maker,
    "get_trialr_crm": crm_maker,
    "get_boin12": boin12_maker,
}
"""Makers of designs by the name in the reference table."""

RULES: dict[str, Callable[[Design, Settings], Design]] = {
    "stop_at_n": lambda design, settings: StopAtN(design, int(settings["n"])),
    "stop_when_n_at_dose": lambda design, settings: StopWhenAtDose(design, int(settings["n"]), settings.get("dose", "any")),
    "dont_skip_doses": lambda design, settings: NoSkipping(design),
    "select_boin_mtd": lambda design, settings: design,
}

NOT_HERE = {"get_wages_and_tait": "the design of Wages and Tait is not among those of this package"}


def settings_of(call: str) -> tuple[str, Settings]:
    """The name and the settings of one call, such as `get_boin(num_doses = 5, target = 0.3)`."""
    match = re.fullmatch(r"\s*(?:\w+::)?(\w+)\((.*)\)\s*", call, flags=re.DOTALL)
    if match is None:
        raise InvalidValue(f"'{call}' is no call of a design")
    settings, parts = {}, re.split(r",(?![^(]*\))", match[2])
    for part in filter(str.strip, parts):
        name, _, value = part.partition("=")
        settings[name.strip()] = value.strip().strip("'\"")
    return match[1], settings


def design_of(call: str) -> Design | None:
    """The design of a call with the rules piped onto it; None for one that this package does not have."""
    first, *rules = re.split(r"%>%", call)
    name, settings = settings_of(first)
    if name in NOT_HERE:
        return None
    design = MAKERS[name](settings)
    if settings.get("stop_when_deescalation_impossible") == "TRUE":
        design = StopWithoutLowerDose(design)
    for rule in rules:
        name, settings = settings_of(rule)
        design = RULES[name](design, settings)
    return design


def outcomes_of(text: str) -> str:
    """The outcomes of a row; where the table kept only the word `tibble`, the source gives these six patients."""
    return "1NNN 2NTT" if text.startswith("tibble") else text
