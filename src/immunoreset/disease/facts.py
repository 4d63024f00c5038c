"""What is known of one real patient before treatment; what is unknown stays blank and is never filled in as fact."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """Known facts of a patient at baseline; None means not known. A range (low, high) is a fact of its own."""

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


NOTHING_KNOWN = Facts("")
