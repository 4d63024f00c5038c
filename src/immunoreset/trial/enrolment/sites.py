"""Trial sites and the days on which volunteers come to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from immunoreset.engine.random import uniform
from immunoreset.errors import InvalidValue

DAYS_PER_MONTH = 365.25 / 12
_PURPOSE = "arrivals at site"
_FIRST_BLOCK = 64


@dataclass(frozen=True)
class Site:
    """A site that opens on day `opens` and then sees `per_month` volunteers a month, as a Poisson process.

    Over the first `ramp_up` days the rate grows in proportion to time, from nothing to full.
    Raises InvalidValue for a rate that is not positive or for negative days.

    >>> Site("Erlangen", per_month=2, opens=30).days(np.array([1.0])).round(1).tolist()
    [45.2]
    """

    name: str
    per_month: float
    opens: float = 0.0
    ramp_up: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.per_month < np.inf:
            raise InvalidValue(f"site '{self.name}': {self.per_month:g} patients per month; give a rate above zero")
        for name, value in (("opens", self.opens), ("ramp_up", self.ramp_up)):
            if not 0 <= value < np.inf:
                raise InvalidValue(f"site '{self.name}': {name} {value:g}; give days of zero or more")

    def days(self, expected: NDArray[np.float64]) -> NDArray[np.float64]:
        """Days by which the site has seen `expected` volunteers on average."""
        rate = self.per_month / DAYS_PER_MONTH
        if not self.ramp_up:
            return self.opens + expected / rate
        growing = np.sqrt(2 * expected * self.ramp_up / rate)
        return self.opens + np.where(growing < self.ramp_up, growing, self.ramp_up / 2 + expected / rate)


def check_sites(sites: tuple[Site, ...]) -> None:
    """Raises InvalidValue unless there is a site and every name is used once."""
    if not sites:
        raise InvalidValue("no sites: give at least one, with its patients per month")
    names = [site.name for site in sites]
    for name in names:
        if names.count(name) > 1:
            raise InvalidValue(f"site '{name}' is there twice: give each site a name of its own")


def arrivals(sites: tuple[Site, ...], trial: int, seed: int) -> Iterator[tuple[float, int]]:
    """Day and site (its place in `sites`) of one volunteer after another, without end.

    The days of a site depend on its place and on trial and seed only, not on the other sites.
    """
    given, number = 0, _FIRST_BLOCK
    while True:
        day, site = _merged(sites, np.array([trial]), seed=seed, number=number)
        yield from zip(day[0][given:].tolist(), site[0][given:].tolist(), strict=True)
        given, number = len(day[0]), 4 * number


def first_arrivals(
    sites: tuple[Site, ...], trials: NDArray[np.int64], *, seed: int, number: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Days and sites of the first `number` volunteers of each of the `trials` (T,), both (T, number)."""
    day = np.stack([_site_days(site, place, trials, seed=seed, number=number) for place, site in enumerate(sites)], axis=1)
    flat = day.reshape(len(trials), -1)
    order = np.argsort(flat, axis=1, kind="stable")[:, :number]
    return np.take_along_axis(flat, order, axis=1), order // number


def _merged(
    sites: tuple[Site, ...], trials: NDArray[np.int64], *, seed: int, number: int
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.int64]]]:
    """All volunteers up to the day on which the first site has had its `number`, by trial."""
    day = np.stack([_site_days(site, place, trials, seed=seed, number=number) for place, site in enumerate(sites)], axis=1)
    days, places = [], []
    for table in day:
        flat = table.ravel()
        order = np.argsort(flat, kind="stable")
        order = order[flat[order] <= table[:, -1].min()]
        days.append(flat[order])
        places.append(order // number)
    return days, places


def _site_days(site: Site, place: int, trials: NDArray[np.int64], *, seed: int, number: int) -> NDArray[np.float64]:
    steps = -np.log(uniform(seed, f"{_PURPOSE} {place + 1}", trials, number))
    return site.days(steps.cumsum(axis=1))
