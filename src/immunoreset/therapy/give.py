"""Regimens in Python: one function per drug, joined with `+`.

>>> from immunoreset.therapy.give import car_t, cyclophosphamide, fludarabine
>>> print(fludarabine(25, "mg/m2", days=(-5, -4, -3)) + cyclophosphamide(1, "g/m2", days=-3) + car_t(1e6, "cells/kg"))
fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3; cd19-car-t 1e6 cells/kg on day 0
"""

from __future__ import annotations

from collections.abc import Sequence

from immunoreset.errors import InvalidRegimen, unknown
from immunoreset.therapy.language.items import Course, Dose, Rescue
from immunoreset.therapy.language.units import OWN
from immunoreset.therapy.regimen import Regimen

Days = float | Sequence[float]
CAR_T_PRODUCTS = {"4-1bb": "cd19-car-t", "rapid": "cd19-car-t-rapid", "cd28": "cd19-car-t-cd28"}
UNTREATED = Regimen()


def dose(drug: str, amount: float, unit: str, *, days: Days) -> Regimen:
    """Single doses of any drug."""
    return Regimen((Dose(drug, amount, unit, tuple(days) if isinstance(days, Sequence) else (days,)),))


def course(
    drug: str,
    amount: float,
    unit: str,
    *,
    start: float = 0.0,
    until: float | None = None,
    times_a_day: int = 1,
    adherence: float | None = None,
) -> Regimen:
    """The same daily dose of any drug from day `start` until day `until` (None: for ever)."""
    end = () if until is None else ((until, 0.0),)
    return Regimen((Course(drug, ((start, amount), *end), unit, times_a_day, adherence),))


def fludarabine(amount: float = 25, unit: str = "mg/m2", *, days: Days = (-5, -4, -3)) -> Regimen:
    """Fludarabine phosphate."""
    return dose("fludarabine", amount, unit, days=days)


def cyclophosphamide(amount: float = 1000, unit: str = "mg/m2", *, days: Days = -3) -> Regimen:
    """Cyclophosphamide."""
    return dose("cyclophosphamide", amount, unit, days=days)


def car_t(amount: float = 1e6, unit: str = "cells/kg", *, days: Days = 0, product: str = "4-1bb") -> Regimen:
    """CD19 CAR-T cells; `product` is 4-1bb, rapid or cd28."""
    if product not in CAR_T_PRODUCTS:
        raise InvalidRegimen(str(unknown("CAR-T product", product, CAR_T_PRODUCTS)))
    return dose(CAR_T_PRODUCTS[product], amount, unit, days=days)


def rituximab(amount: float = 1000, unit: str = "mg", *, days: Days = (0, 14)) -> Regimen:
    """Rituximab."""
    return dose("rituximab", amount, unit, days=days)


def obinutuzumab(amount: float = 1000, unit: str = "mg", *, days: Days = (0, 14, 168, 182)) -> Regimen:
    """Obinutuzumab."""
    return dose("obinutuzumab", amount, unit, days=days)


def belimumab(amount: float = 10, unit: str = "mg/kg", *, days: Days = (0, 14, *range(28, 365, 28))) -> Regimen:
    """Belimumab, by default for a year."""
    return dose("belimumab", amount, unit, days=days)


def anifrolumab(amount: float = 300, unit: str = "mg", *, days: Days = tuple(range(0, 337, 28))) -> Regimen:
    """Anifrolumab, by default every 4 weeks to week 48."""
    return dose("anifrolumab", amount, unit, days=days)


def voclosporin(amount: float = 23.7, unit: str = "mg", *, start: float = 0, until: float | None = 364) -> Regimen:
    """Voclosporin, twice daily."""
    return course("voclosporin", amount, unit, start=start, until=until, times_a_day=2)


def mycophenolate(
    amount: float = 1000, unit: str = "mg", *, start: float = 0, until: float | None = None, adherence: float | None = None
) -> Regimen:
    """Mycophenolate mofetil, twice daily; without `adherence` each patient has his or her own."""
    return course("mycophenolate", amount, unit, start=start, until=until, times_a_day=2, adherence=adherence)


def prednisolone(taper: Sequence[tuple[float, float]], unit: str = "mg") -> Regimen:
    """Daily glucocorticoid above the dose at entry, as ((from day, dose), ...); end with a dose of 0."""
    return Regimen((Course("prednisolone", tuple(taper), unit),))


def background_care(percent: float | None = None, *, start: float = 0, until: float | None = None) -> Regimen:
    """All other care: as good as it is in each patient, or lowering the drive of inflammation by `percent` in everyone."""
    if percent is None:
        return course("background-care", 1.0, OWN, start=start, until=until)
    return course("background-care", percent, "%", start=start, until=until)


def tocilizumab_if(
    toxicity: str = "CRS",
    grade: int = 2,
    *,
    amount: float = 8,
    unit: str = "mg/kg",
    after_hours: float = 24,
    at_most: int = 1,
    apart_hours: float = 0,
) -> Regimen:
    """Tocilizumab once a toxicity reaches a grade."""
    rescue = Rescue("tocilizumab", amount, unit, toxicity, grade, after_hours, at_most=at_most, apart_hours=apart_hours)
    return Regimen((rescue,))


def dexamethasone_if(
    toxicity: str = "ICANS",
    grade: int = 2,
    *,
    amount: float = 10,
    unit: str = "mg",
    times_a_day: int = 2,
    for_days: float = 3,
    after_hours: float = 0,
    at_most: int = 1,
) -> Regimen:
    """A course of dexamethasone once a toxicity reaches a grade."""
    rescue = Rescue("dexamethasone", amount, unit, toxicity, grade, after_hours, for_days, times_a_day, at_most)
    return Regimen((rescue,))
