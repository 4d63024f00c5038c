"""How exactly the equations are solved: the relative tolerance of each kind of work, and who chose it.

The defaults follow from benchmarks/tolerance.py, which compares them on all examples, diseases and treatments; what it found
is in docs/decisions/engine.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from immunoreset.errors import InvalidValue

Kind = Literal["patients", "population", "trial", "rows"]
TIGHTEST, LOOSEST = 1e-12, 1e-2


class Tolerance(NamedTuple):
    """A relative tolerance, and who chose it."""

    rtol: float
    chosen: str

    def __str__(self) -> str:
        return f"{self.rtol:g}, {self.chosen}"


DEFAULTS: Mapping[Kind, Tolerance] = {
    "patients": Tolerance(1e-6, "the default of single patients and their twins"),
    "population": Tolerance(1e-5, "the default of populations"),
    "trial": Tolerance(1e-4, "the default of trials"),
    "rows": Tolerance(1e-5, "the default of rows"),
}
WHAT_RTOL_IS = (
    f"relative tolerance of the solver; left out: {DEFAULTS['patients'].rtol:g} for single patients and their twins, "
    f"{DEFAULTS['population'].rtol:g} for populations, {DEFAULTS['trial'].rtol:g} for trials"
)


def tolerance_of(kind: Kind, asked: float | None = None) -> Tolerance:
    """The tolerance that was asked for, or the default of this kind of work. Raises InvalidValue for one that is no use.

    >>> print(tolerance_of("population"))
    1e-05, the default of populations
    >>> print(tolerance_of("population", 1e-7))
    1e-07, as asked
    """
    if asked is None:
        return DEFAULTS[kind]
    if not TIGHTEST <= asked <= LOOSEST:
        raise InvalidValue(f"rtol is {asked:g}; give a relative tolerance from {TIGHTEST:g} to {LOOSEST:g}, such as 1e-6")
    return Tolerance(float(asked), "as asked")


def in_words(of_arms: Mapping[str, Tolerance]) -> str:
    """The tolerance of all arms, or of each where they differ.

    >>> in_words({"a": tolerance_of("population"), "b": tolerance_of("population")})
    'relative tolerance 1e-05, the default of populations'
    """
    each = {name: str(tolerance) for name, tolerance in of_arms.items()}
    if len(set(each.values())) == 1:
        return f"relative tolerance {next(iter(each.values()))}"
    return "relative tolerance " + "; ".join(f"{words} ({name})" for name, words in each.items())


def as_document(of_arms: Mapping[str, Tolerance]) -> dict[str, dict[str, float | str]]:
    """The tolerances of the arms as a manifest holds them; `from_document` reads them again."""
    return {name: tolerance._asdict() for name, tolerance in of_arms.items()}


def from_document(told: Mapping[str, Mapping[str, float | str]]) -> dict[str, Tolerance]:
    """The tolerances of a manifest."""
    return {name: Tolerance(float(one["rtol"]), str(one["chosen"])) for name, one in told.items()}
