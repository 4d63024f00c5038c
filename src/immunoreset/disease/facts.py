"""What is known of one real patient before treatment; what is unknown stays blank and is never filled in as fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from immunoreset.errors import InvalidValue, quoted
from immunoreset.plain_numbers import plain_number
from immunoreset.whole_numbers import is_whole


@dataclass(frozen=True)
class Quantity:
    """A fact that is a number: what is possible, and the unit."""

    lowest: float
    highest: float
    unit: str
    whole: bool = False

    @property
    def advice(self) -> str:
        return f"give {self.lowest:g} to {self.highest:g} {self.unit}"

    def why_not(self, value: float) -> str:
        """What is wrong with a value; empty where it is possible.

        >>> QUANTITIES["age"].why_not(-3.0)
        '-3 is impossible; give 0 to 110 years'
        """
        if not self.lowest <= value <= self.highest:
            return f"{value:g} is impossible; {self.advice}"
        return f"{value:g} is no whole number; {self.advice}" if self.whole and not is_whole(value) else ""


QUANTITIES = {
    "age": Quantity(0, 110, "years"),
    "weight_kg": Quantity(20, 250, "kg"),
    "sledai_2k": Quantity(0, 105, "points", whole=True),
    "egfr": Quantity(25, 140, "mL/min per 1.73 m2"),
    "class_v_share": Quantity(0, 1, "as a share"),
    "upcr_g_per_g": Quantity(0, 50, "g/g"),
    "anti_dsdna_iu_per_ml": Quantity(0, 100_000, "IU/mL"),
    "c3_g_per_l": Quantity(0.05, 5, "g/L"),
    "igg_g_per_l": Quantity(0.1, 100, "g/L"),
}
RANGED = ("age", "sledai_2k", "egfr")
"""Facts that may be known as a range."""
SEXES = ("F", "M")
WITHOUT_NEPHRITIS = 1.0  # g/g: more protein in urine than this is nephritis


@dataclass(frozen=True)
class Facts:
    """Known facts of a patient at baseline; None means not known. A range (low, high) is a fact of its own.

    Raises InvalidValue, with the patient and the fact, for what is impossible or contradicts another fact.

    >>> Facts("A", age=22, sledai_2k_range=(8, 16)).age
    22.0
    """

    patient: str
    age: float | None = None
    age_range: tuple[float, float] | None = None
    sex: str | None = None
    """`F` or `M`."""
    weight_kg: float | None = None
    sledai_2k: float | None = None
    sledai_2k_range: tuple[float, float] | None = None
    nephritis: bool | None = None
    class_v: bool | None = None
    """Nephritis with a class V (membranous) component."""
    class_v_share: float | None = None
    """The chance of one, where it is known of the patient's group only."""
    egfr: float | None = None
    """mL/min per 1.73 m2."""
    egfr_range: tuple[float, float] | None = None
    upcr_g_per_g: float | None = None
    anti_dsdna_iu_per_ml: float | None = None
    c3_g_per_l: float | None = None
    igg_g_per_l: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.patient, str):
            raise InvalidValue(f"patient {quoted(self.patient)}: give the name as a text")
        try:
            for name in QUANTITIES:
                object.__setattr__(self, name, _number(name, getattr(self, name)))
            for name in RANGED:
                object.__setattr__(self, f"{name}_range", _range(name, getattr(self, f"{name}_range"), getattr(self, name)))
            for name in ("nephritis", "class_v"):
                object.__setattr__(self, name, _yes_or_no(name, getattr(self, name)))
            if self.sex is not None and self.sex not in SEXES:
                raise InvalidValue(f"sex {quoted(self.sex)} is not known; give F or M")
            for name, why in contradictions(self.nephritis, self.class_v, self.upcr_g_per_g):
                raise InvalidValue(f"{name}: {why}")
        except InvalidValue as fault:
            raise InvalidValue(f"patient {quoted(self.patient)}: {fault}, or leave it out where it is not known") from None

    @property
    def sledai_limits(self) -> tuple[float, float] | None:
        """Lowest and highest SLEDAI-2K that agree with the facts.

        Fever and low counts alone score odd points, and few simulated patients have them, so that an odd score also agrees with
        the even one below it.
        """
        if self.sledai_2k is not None:
            return self.sledai_2k - self.sledai_2k % 2, self.sledai_2k
        return self.sledai_2k_range

    def words(self) -> str:
        """The facts that virtual twins must agree with, for messages."""
        known = []
        if self.sledai_2k is not None:
            known.append(f"SLEDAI-2K {self.sledai_2k:g}")
        elif self.sledai_2k_range is not None:
            known.append(f"SLEDAI-2K {self.sledai_2k_range[0]:g} to {self.sledai_2k_range[1]:g}")
        if self.nephritis is not None:
            known.append("nephritis" if self.nephritis else "no nephritis")
        for value, name, unit in (
            (self.upcr_g_per_g, "UPCR", "g/g"),
            (self.anti_dsdna_iu_per_ml, "anti-dsDNA", "IU/mL"),
            (self.c3_g_per_l, "C3", "g/L"),
        ):
            if value is not None:
                known.append(f"{name} {value:g} {unit}")
        return ", ".join(known) or "nothing known"


def contradictions(nephritis: bool | None, class_v: bool | None, upcr: float | None) -> Iterator[tuple[str, str]]:
    """Facts that cannot both be, by the name of the one to correct."""
    if nephritis is False and upcr is not None and upcr > WITHOUT_NEPHRITIS:
        yield "nephritis", f"no, but the UPCR is {upcr:g} g/g; correct one of them"
    if nephritis is False and class_v:
        yield "class_v", "yes, but without nephritis; correct one of them"


def why_no_range(name: str, low: float, high: float) -> str:
    """What is wrong with a range; empty where it is possible."""
    quantity = QUANTITIES[name]
    return quantity.why_not(low) or quantity.why_not(high) or ("" if low <= high else f"{low:g} is above {high:g}; exchange them")


def _number(name: str, value: Any) -> float | None:
    if value is None:
        return None
    number = plain_number(name, value)
    if why := QUANTITIES[name].why_not(number):
        raise InvalidValue(f"{name} {why}")
    return number


def _range(name: str, value: Any, alone: float | None) -> tuple[float, float] | None:
    if value is None:
        return None
    if alone is not None:
        raise InvalidValue(f"{name}: a value and a range; keep one of them")
    if isinstance(value, str) or np.shape(value) != (2,):
        raise InvalidValue(f"{name}_range {quoted(value)}: give the lowest and the highest value")
    low, high = (plain_number(f"{name}_range", end) for end in value)
    if why := why_no_range(name, low, high):
        raise InvalidValue(f"{name}_range: {why}")
    return low, high


def _yes_or_no(name: str, value: Any) -> bool | None:
    if value is None:
        return None
    if not isinstance(value, bool | np.bool_):
        raise InvalidValue(f"{name} {quoted(value)}: give True or False")
    return bool(value)


NOTHING_KNOWN = Facts("")
