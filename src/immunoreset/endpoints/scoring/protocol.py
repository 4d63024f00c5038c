"""What a protocol must fix before visits can be scored: every version, window and option, none of them hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from immunoreset.endpoints.lupus.flares import FlareVersion
from immunoreset.endpoints.lupus.sledai_items import Version as SledaiVersion
from immunoreset.endpoints.other_diseases.muscle_strength import MmtVersion
from immunoreset.endpoints.toxicity.ctcae_terms import Version as CtcaeVersion
from immunoreset.endpoints.toxicity.icaht import CountMode
from immunoreset.errors import InvalidValue, unknown

Das28CutOffs = Literal["DAS28-ESR", "DAS28-CRP"]
Unlisted = Literal["missing", "absent"]
WindowDays = Literal[10, 28, 30]


@dataclass(frozen=True)
class Protocol:
    """The versions by which visits are scored; nothing has a default.

    `sledai_window` is in days; `das28_cut_offs` those applied to DAS28-CRP (trials use either set); `unlisted_items` says what
    it means that a SLEDAI item, haemolysis or gut activity was not written down at a visit where others were: "missing", or
    "absent" where the form lists only what was found. `urine` is the specimen of UPCR ("24 h",
    "first-morning void" or "random"; "" if not recorded), which is reported along. A visit up to
    `baseline_until` days can be the baseline; the last one with the value counts. Up to day `judge_until` after the infusion an
    abnormal laboratory value or temperature scores in SLEDAI only if somebody put it down to the disease: until then fever and
    low counts come mostly from lymphodepletion, cytokine release and infection, so what nobody judged leaves the item open.
    `sustained_weeks` is how long DORIS and LLDAS must hold to count as sustained. Raises UnknownName for a version that does
    not exist.
    """

    sledai: SledaiVersion
    sledai_window: WindowDays
    flare_index: FlareVersion
    ctcae: CtcaeVersion
    icaht_count: CountMode
    das28_cut_offs: Das28CutOffs
    mmt: MmtVersion
    unlisted_items: Unlisted
    antimalarial_allowed: bool
    urine: str
    baseline_until: float
    judge_until: float
    sustained_weeks: float

    def __post_init__(self) -> None:
        choices = {
            "sledai": SledaiVersion,
            "flare_index": FlareVersion,
            "ctcae": CtcaeVersion,
            "icaht_count": CountMode,
            "das28_cut_offs": Das28CutOffs,
            "mmt": MmtVersion,
            "unlisted_items": Unlisted,
        }
        for name, kind in choices.items():
            if getattr(self, name) not in get_args(kind):
                raise unknown(name.replace("_", " "), str(getattr(self, name)), get_args(kind))
        if self.sledai_window not in get_args(WindowDays):
            raise InvalidValue(f"the window of SLEDAI is 10, 28 or 30 days, not {self.sledai_window}")
        if not self.sustained_weeks > 0:
            raise InvalidValue(f"a sustained state lasts some weeks, not {self.sustained_weeks:g}")
