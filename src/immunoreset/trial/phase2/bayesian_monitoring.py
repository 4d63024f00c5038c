"""Bayesian watch over a rate in one arm: stop for futility, for benefit or for toxicity, as a table fixed before the trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from immunoreset.errors import InvalidValue
from immunoreset.trial.phase2.beta_mixture import BetaMixture
from immunoreset.trial.phase2.comparison import greater_by_result
from immunoreset.trial.phase2.enumeration import StoppingTable, check_looks, operating_characteristics

Floats = NDArray[np.float64]


class Rule(NamedTuple):
    """How sure one must be: below `futile` a look stops, above `benefit` it claims; above `claim` the last look claims."""

    futile: float
    claim: float
    benefit: float = 1.0


class SafetyTable(NamedTuple):
    """After `looks` patients (K,), stop when so many or more had the event (K,); one more than the patients never stops."""

    looks: tuple[int, ...]
    stop_ge: tuple[int, ...]


class SafetyCharacteristics(NamedTuple):
    """For each true rate of the event (R,): probability of stopping, average patients, and stops by look (R, K)."""

    stop: Floats
    expected: Floats
    stop_at: Floats


def _checked(rule: Rule) -> Rule:
    if not (0 <= rule.futile < rule.claim < 1 and rule.claim <= rule.benefit <= 1):
        raise InvalidValue(f"Bayesian monitoring: {rule} needs 0 <= futile < claim < 1 and claim <= benefit <= 1")
    return rule


def against_rate(prior: BetaMixture, rate: float, looks: Sequence[int], rule: Rule) -> StoppingTable:
    """The stopping table for P(response rate > `rate`), the rate being known.

    >>> against_rate(BetaMixture((1.0,), (0.2,), (0.8,)), 0.2, (10, 20, 30), Rule(futile=0.1, claim=0.9))
    StoppingTable(looks=(10, 20, 30), stop_le=(0, 2, 9), stop_ge=(11, 21, 10))

    Raises InvalidValue for a rate outside (0, 1), impossible thresholds, or a design that could never claim.
    Source: Thall & Simon 1994.
    """
    check_looks(looks)
    if not 0 < rate < 1:
        raise InvalidValue(f"Bayesian monitoring: rate {rate:g} must be between 0 and 1")
    sure = [prior.posteriors(np.arange(n + 1), n).above(rate)[:, 0] for n in looks]
    return _table(looks, sure, _checked(rule))


def against_history(
    prior: BetaMixture, control: BetaMixture, looks: Sequence[int], rule: Rule, *, margin: float = 0.0
) -> StoppingTable:
    """The stopping table for P(response rate > rate of a historical control + `margin`), both uncertain.

    `control` is what history says, such as a power prior or a robust MAP prior.

    >>> history = BetaMixture((1.0,), (11.0,), (32.0,))
    >>> against_history(BetaMixture((1.0,), (1.0,), (1.0,)), history, (10, 20), Rule(0.2, 0.9)).stop_le
    (0, 8)

    Source: Thall & Simon 1994; Schmidli et al. 2014.
    """
    check_looks(looks)
    history = control.posteriors([0], 0)
    sure = [greater_by_result(prior.posteriors(np.arange(n + 1), n), history, margin)[:, 0] for n in looks]
    return _table(looks, sure, _checked(rule))


def _table(looks: Sequence[int], sure: list[Floats], rule: Rule) -> StoppingTable:
    check_looks(looks)
    low = [int((chance < rule.futile).sum()) - 1 for chance in sure[:-1]]
    high = [int((chance <= rule.benefit).sum()) for chance in sure[:-1]]
    last = int((sure[-1] <= rule.claim).sum()) - 1
    if last >= looks[-1]:
        raise InvalidValue(
            f"Bayesian monitoring: even {looks[-1]} of {looks[-1]} responses do not reach {rule.claim:g}; lower the claim"
        )
    return StoppingTable(tuple(looks), (*low, last), (*high, last + 1))


def safety_table(prior: BetaMixture, limit: float, looks: Sequence[int], *, sure: float = 0.9) -> SafetyTable:
    """When to stop because P(event rate > `limit`) is above `sure`.

    >>> safety_table(BetaMixture((1.0,), (0.3,), (0.7,)), 0.3, (3, 6, 9))
    SafetyTable(looks=(3, 6, 9), stop_ge=(3, 4, 5))

    Raises InvalidValue for a limit or certainty outside (0, 1), and for a rule that can never stop.
    Source: Thall, Simon & Estey 1995.
    """
    check_looks(looks)
    if not 0 < limit < 1 or not 0 < sure < 1:
        raise InvalidValue(f"safety rule: limit {limit:g} and certainty {sure:g} must be between 0 and 1")
    bounds = tuple(int((prior.posteriors(np.arange(n + 1), n).above(limit)[:, 0] <= sure).sum()) for n in looks)
    if all(bound > n for bound, n in zip(bounds, looks, strict=True)):
        raise InvalidValue(
            f"safety rule: no number of events among {looks[-1]} patients would stop the trial; lower the certainty"
        )
    return SafetyTable(tuple(looks), bounds)


def safety_characteristics(table: SafetyTable, rates: ArrayLike) -> SafetyCharacteristics:
    """Exact probability that a safety rule stops the trial, for each true event rate (R,).

    >>> rule = safety_table(BetaMixture((1.0,), (0.3,), (0.7,)), 0.3, (3, 6, 9))
    >>> safety_characteristics(rule, [0.2, 0.6]).stop.round(3)
    array([0.031, 0.758])
    """
    never = (-1,) * (len(table.looks) - 1)
    as_claims = StoppingTable(table.looks, (*never, table.stop_ge[-1] - 1), table.stop_ge)
    found = operating_characteristics(as_claims, rates)
    return SafetyCharacteristics(found.claim, found.expected, found.stop_at)
