"""How a number is spread between virtual patients, as tables of numbers describe it in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

_NUMBER = r"([0-9.eE+-]+)"
_LOGNORMAL = re.compile(rf"lognormal(?: median {_NUMBER})?(?: cv {_NUMBER})?(?: sd {_NUMBER})?(?: cap {_NUMBER})?")
_SHARED = re.compile(rf"shared (\w+) cv {_NUMBER}(?: power {_NUMBER})?(?: own cv {_NUMBER})?")
_LOGUNIFORM = re.compile(rf"loguniform {_NUMBER} {_NUMBER} share {_NUMBER}")


@dataclass(frozen=True)
class Lognormal:
    """Log-normal between patients: `median` (None: the typical value), `sd` of the logarithm, and the highest value."""

    median: float | None
    sd: float
    cap: float = np.inf


@dataclass(frozen=True)
class Shared:
    """A factor that several parameters share, to a power, times a factor of the parameter's own; sds of the logarithm."""

    factor: str
    sd: float
    power: float
    own_sd: float


@dataclass(frozen=True)
class Rare:
    """Typical in all but a share of patients, in whom it is log-uniform between two values."""

    low: float
    high: float
    share: float


def log_sd(cv: Any) -> Any:
    """Standard deviation of the logarithm of a log-normal with this coefficient of variation; of an array, one of each."""
    return np.sqrt(np.log1p(cv * cv)) if np.ndim(cv) else float(np.sqrt(np.log1p(cv * cv)))


@cache
def read_spread(text: str) -> Lognormal | Shared | Rare | None:
    """The spread that the text describes; None when it is not drawn by rule.

    >>> read_spread("lognormal median 0.17 sd 0.5 cap 0.6")
    Lognormal(median=0.17, sd=0.5, cap=0.6)
    """
    if found := _LOGNORMAL.fullmatch(text):
        median, cv, sd, cap = (None if group is None else float(group) for group in found.groups())
        return Lognormal(median, sd if cv is None else log_sd(cv), np.inf if cap is None else cap)  # type: ignore[arg-type]
    if found := _SHARED.fullmatch(text):
        factor, cv, power, own = found.groups()
        return Shared(factor, log_sd(float(cv)), float(power or 1), log_sd(float(own or 0)))
    if found := _LOGUNIFORM.fullmatch(text):
        return Rare(*(float(group) for group in found.groups()))
    return None
