"""What is not known of the model, as standard normal coordinates: one per number, or per spread of a number between patients.

A point z = 0 is the model as it is; z = 1 is one standard deviation of the prior above it. Every method of this folder works on
z and never sees units, bounds or logarithms.

The width of a prior follows from standing and bounds of the number (`prior_of`); docs/decisions/inference.md says why.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from immunoreset.catalogue import Catalogue
from immunoreset.disease.facts import NOTHING_KNOWN
from immunoreset.errors import InvalidValue
from immunoreset.patient.birth_certificates import Parameter, table_of
from immunoreset.patient.draws import Draws
from immunoreset.patient.host import HOST
from immunoreset.patient.module import AnyModule
from immunoreset.patient.spreads import Lognormal, read_spread
from immunoreset.patient.theta import Theta
from immunoreset.population import Cohort
from immunoreset.population.changed import without_effect
from immunoreset.population.sample import A_FEW, draw
from immunoreset.therapy import Regimen

Scale = Literal["log", "logit", "linear"]
Floats = NDArray[np.float64]
SPREAD = "spread of "
"""What stands before the name of a number whose spread between patients is the unknown."""
OF_STANDING: Mapping[str, float] = {"published": 0.10, "adapted": 0.20, "unverified": 0.30}
"""Standard deviation of the logarithm (or logit) of a number that somebody measured, by how well it is known (chosen by us)."""
WIDEST, SHARE_OF_BOUNDS = 0.5, 0.25
"""A number that nobody measured: a quarter of the width of its bounds, at most 0.5, both on its scale (chosen by us)."""
OF_SPREADS = 0.4
"""Standard deviation of the logarithm of the factor on a spread between patients (chosen by us)."""
NEVER_FREE = ("body.weight", "body.surface_area")


@dataclass(frozen=True)
class Unknown:
    """One coordinate: `name` is a flat name, or "spread of NAME"; `center` its value at z = 0, `sd` the prior's on its scale.

    Values beyond the bounds are not cut off but folded in smoothly: each half of the prior is a normal truncated at the bound.
    """

    name: str
    center: float
    sd: float
    scale: Scale
    bounds: tuple[float, float]
    standing: str

    @property
    def parameter(self) -> str:
        """The flat name of the number itself."""
        return self.name.removeprefix(SPREAD)

    def value(self, z: float | Floats) -> Floats:
        """The number at coordinates z, of any shape, in its unit; at z = 0 it is the center to the last bit."""
        middle, below, above = self._folds()
        chance = ndtr(np.asarray(z, dtype=float))
        folded = np.where(chance < 0.5, 0.5 - (0.5 - below) * (1 - 2 * chance), 0.5 + (above - 0.5) * (2 * chance - 1))
        values = np.clip(_off(self.scale, middle + self.sd * ndtri(folded)), *self.bounds)
        return np.where(np.asarray(z) == 0, self.center, values)  # to the last bit

    def coordinate(self, value: float) -> float:
        """The z of a value: the other way round. Raises InvalidValue for one on or beyond the bounds."""
        middle, below, above = self._folds()
        place = float(ndtr((_on(self.scale, value) - middle) / self.sd))
        if not below < place < above:
            raise InvalidValue(f"{self.name} = {value:g} is not between {self.bounds[0]:g} and {self.bounds[1]:g}")
        half = (place - below) / (0.5 - below) / 2 if place < 0.5 else 0.5 + (place - 0.5) / (above - 0.5) / 2
        return float(ndtri(half)) if place != 0.5 else 0.0

    def _folds(self) -> tuple[float, float, float]:
        """The center on the scale, and the chance of a normal about it below the lower and below the upper bound."""
        low, high = (_on(self.scale, bound) for bound in self.bounds)
        middle = _on(self.scale, self.center)
        return middle, float(ndtr((low - middle) / self.sd)), float(ndtr((high - middle) / self.sd))


def _on(scale: Scale, value: float) -> float:
    if scale == "log":
        return math.log(value) if value > 0 else -math.inf
    if scale == "logit":
        return math.log(value / (1 - value)) if 0 < value < 1 else math.copysign(math.inf, value - 0.5)
    return value


def _off(scale: Scale, value: Floats) -> Floats:
    return np.exp(value) if scale == "log" else 1 / (1 + np.exp(-value)) if scale == "logit" else value


def scale_of(parameter: Parameter) -> Scale | None:
    """The scale on which a number is uncertain; None for a switch, or a zero that says that something is not there."""
    low, high = parameter.bounds
    if low == high or parameter.spread in ("population", "logistic") or "Bernoulli" in parameter.spread:
        return None
    if low < 0:
        return "linear"
    middle = _middle(parameter)
    if middle <= 0:
        return None
    return "logit" if parameter.unit == "1" and high <= 1 and middle < high else "log"


def _middle(parameter: Parameter) -> float:
    """The value about which patients are drawn: a spread can name its own median."""
    spread = read_spread(parameter.spread)
    return spread.median if isinstance(spread, Lognormal) and spread.median is not None else parameter.value


def prior_of(theta: Theta, name: str, sd: float | None = None) -> Unknown:
    """The unknown of a number by name, symbol, earlier name or "spread of" one of these; `sd` in place of that by standing.

    Raises UnknownName for one that does not exist, InvalidValue for one that cannot be free.

    >>> prior_of(Theta.current(), "kexp")
    Unknown(name='car_t.expansion_max', center=..., sd=..., scale='log', bounds=(...), standing='...')
    """
    if sd is not None and not (math.isfinite(sd) and sd > 0):
        raise InvalidValue(f"the prior of '{name}' has the sd {sd:g}; give a number above 0")
    if name.startswith(SPREAD):
        flat = theta.find(name.removeprefix(SPREAD).strip())
        theta.with_values({}, spread={flat: 1.0})  # raises for a number that is not drawn log-normally
        factor = theta.spread(flat)
        if factor <= 0:
            raise InvalidValue(f"the spread of '{flat}' is 0 and has no factor to be free; give it a spread first")
        return Unknown(SPREAD + flat, factor, sd or OF_SPREADS, "log", (0.1 * factor, 10.0 * factor), "assumed")
    parameter = theta.parameter(name)
    scale = scale_of(parameter)
    if scale is None or parameter.name in NEVER_FREE:
        why = "it is a switch, or a zero that says what is not there"
        raise InvalidValue(f"'{parameter.name}' = {parameter.value:g} cannot be free: {why}")
    middle = parameter.value if parameter.name in theta.changed else _middle(parameter)
    return Unknown(parameter.name, middle, sd or _width(parameter, scale), scale, parameter.bounds, parameter.standing)


def _width(parameter: Parameter, scale: Scale) -> float:
    if parameter.standing in OF_STANDING:
        relative = OF_STANDING[parameter.standing]
        return relative * max(abs(parameter.value), 0.1) if scale == "linear" else relative
    low, high = (_on(scale, bound) for bound in parameter.bounds)
    quarter = SHARE_OF_BOUNDS * (high - low)
    return min(quarter, WIDEST) if math.isfinite(quarter) else WIDEST


def can_be_free(theta: Theta) -> list[str]:
    """Flat names of all numbers that can be unknown, in the order of the modules."""
    table = theta.table
    return [name for name, own in table.items() if scale_of(own) is not None and name not in NEVER_FREE]


def live(theta: Theta, population: str, regimens: Iterable[Regimen], catalogue: Catalogue) -> list[str]:
    """Flat names of the numbers that can be unknown and that patients of a population under these treatments have.

    Left out are numbers of drugs that nobody takes, and numbers that the population draws by a rule of its own. Of a product that
    is like another, numbers of its own stand for themselves, and those that it shares are the other's.
    """
    disease, group = catalogue.population(population)
    few = Draws(0, np.arange(A_FEW))

    def drawn(within: Catalogue) -> Cohort:
        return draw(disease, group, few, NOTHING_KNOWN, within)[0]

    patients = drawn(catalogue.with_theta(theta))
    taken = {module for regimen in regimens for module in regimen.modules(patients.parameters, theta)}
    ordered = sorted(taken, key=lambda module: module.name)
    had = dict.fromkeys(name for module in (*HOST, *disease.modules, *ordered) for name in _numbers_of(module, theta))
    free = [name for name in had if scale_of(theta.parameter(name)) is not None and name not in NEVER_FREE]
    moved = {name: float(prior_of(theta, name).value(-0.1)) for name in free}  # a little, which no patient is refused for
    within = catalogue.with_theta(theta.with_values(moved))
    dead = set(without_effect(within, drawn(within).parameters, lambda other: drawn(other).parameters))
    return [name for name in free if name not in dead]


def _numbers_of(module: AnyModule, theta: Theta) -> Iterator[str]:
    """The flat names of the numbers that a module is given, wherever they are its own."""
    like, product = table_of(module).like, theta.products.get(module.name)
    for number in module.number_names:
        own = f"{module.name}.{number}"
        is_own = own in theta.table or (product is not None and own in product.parameters)
        yield own if is_own else theta.owner(like or module.name, number).name


def thetas_at(points: Floats, unknowns: Sequence[Unknown], base: Theta) -> list[Theta]:
    """The numbers at each of the points (T, K): `base` with the unknowns' values in place of its own."""
    values = np.column_stack([own.value(points[:, column]) for column, own in enumerate(unknowns)])
    return [theta_of(dict(zip((own.name for own in unknowns), row.tolist(), strict=True)), base) for row in values]


def theta_of(values: Mapping[str, float], base: Theta) -> Theta:
    """`base` with these values, by the names of unknowns."""
    numbers = {name: value for name, value in values.items() if not name.startswith(SPREAD)}
    spreads = {name.removeprefix(SPREAD): value for name, value in values.items() if name.startswith(SPREAD)}
    return base.with_values(numbers, spread=spreads)
