"""The short codes by which ADaM datasets call scores and times: at most 8 characters, never the same one twice, never changed.

CDISC has no code list for SLEDAI, BILAG, DORIS, CRS and the like, so all codes here are sponsor-defined.
"""

from __future__ import annotations

from typing import NamedTuple

from immunoreset.endpoints.items import Item, items
from immunoreset.errors import unknown

PARAMCD = {  # by name of the score
    "sledai": "SLEDAI",
    "csledai": "CSLEDAI",
    "sledai_category": "SLEDAICT",
    "sledai_change": "SLEDAICH",
    "doris": "DORIS",
    "drug_free_doris": "DORISDF",
    "lldas": "LLDAS",
    "pga": "PGA",
    "bilag": "BILAG",
    "bilag_flare": "BILAGFL",
    "sri4": "SRI4",
    "sri5": "SRI5",
    "sri6": "SRI6",
    "sri7": "SRI7",
    "sri8": "SRI8",
    "bicla": "BICLA",
    "sfi": "SFI",
    "egfr": "EGFR",
    "perr": "PERR",
    "crr_bliss": "CRRBLISS",
    "crr_aurora": "CRRAUROR",
    "crr_regency": "CRRREGEN",
    "proteinuric": "PROTRESP",
    "prr_aurora": "PRRAUROR",
    "das28_crp": "DAS28CRP",
    "das28_crp_category": "DAS28CCT",
    "das28_esr": "DAS28ESR",
    "das28_esr_category": "DAS28ECT",
    "sdai": "SDAI",
    "sdai_category": "SDAICAT",
    "cdai": "CDAI",
    "cdai_category": "CDAICAT",
    "acr20": "ACR20",
    "acr50": "ACR50",
    "acr70": "ACR70",
    "eular": "EULARCRP",
    "eular_esr": "EULARESR",
    "mmt8": "MMT8",
    "ck": "CREATKIN",
    "tis": "TIS",
    "tis_category": "TISCAT",
    "mrss": "MRSS",
    "criss": "CRISS",
    "rcriss20": "RCRISS20",
    "edss": "EDSS",
    "edss_worse": "EDSSWRS",
    "edss_confirmed": "EDSSCDP",
    "relapses": "RELAPSES",
    "relapsed": "RELAPSED",
    "annualised_relapse_rate": "ARR",
    "mgadl": "MGADL",
    "qmg": "QMG",
    "mgc": "MGC",
    "mg_minimal": "MGMSE",
    "mgadl_response": "MGADLRSP",
    "mgc_response": "MGCRSP",
    "mgc_response_5": "MGC5RSP",
    "bvas": "BVAS",
    "bvas_remission": "BVASREM",
    "bvas_complete": "BVASCREM",
    "bvaswg": "BVASWG",
    "bvaswg_remission": "BVWGREM",
    "bvaswg_complete": "BVWGCREM",
    "fvc": "FVCPP",
    "dlco": "DLCOPP",
    "lung_progression": "LUNGPROG",
    "essdai": "ESSDAI",
    "essdai_category": "ESSDAICT",
    "essdai_response": "ESSDAIRS",
    "esspri": "ESSPRI",
    "esspri_response": "ESSPRIRS",
    "salivary_flow": "SALIVFLW",
    "low_salivary_flow": "SALIVLOW",
    "pdai": "PDAI",
    "pdai_category": "PDAICAT",
    "pemphigus_lesion_free": "PEMPHFRE",
    "pemphigus_remission": "PEMPHREM",
    "t25fw": "T25FW",
    "t25fw_change": "T25FWPCH",
    "t25fw_faster": "T25FWRSP",
    "stiffness": "STIFFDIS",
    "mrs": "MRS",
    "mrs_independent": "MRSINDEP",
    "sdi": "SDI",
    "crs": "CRSGR",
    "icans": "ICANSGR",
    "low_igg": "LOWIGG",
    "iec_hs_prompt": "IECHSADJ",
}

LABORATORY_DOMAINS = ("LB", "CP")
CTCAE_PREFIX = "ctcae_"  # results with this name are grades of a laboratory value


class TimeTo(NamedTuple):
    """A time to an event, by the score in which the event shows; `least` is the lowest value that counts as one.

    Toxicity is watched `from_infusion` on, all else after baseline.
    """

    code: str
    label: str
    score: str
    event: str
    from_infusion: bool = False
    least: float = 1.0


TIMES = (
    TimeTo("TTDORIS", "Time to DORIS remission (days)", "doris", "DORIS remission"),
    TimeTo("TTLLDAS", "Time to low disease activity, LLDAS (days)", "lldas", "LLDAS"),
    TimeTo("TTCRS", "Time to cytokine release syndrome (days)", "crs", "CRS of grade 1 or more", True),
    TimeTo("TTICANS", "Time to ICANS (days)", "icans", "ICANS of grade 1 or more", True),
    TimeTo("TTFLARE", "Time to flare, SELENA flare index (days)", "sfi", "flare by the SELENA flare index"),
    TimeTo("TTBILFL", "Time to flare, BILAG (days)", "bilag_flare", "flare by BILAG"),
)
B_CELLS_BACK_CODE, B_CELLS_BACK_LABEL = "TTBREC", "Time to return of B cells to blood (days)"
DEATH_CODE, DEATH_LABEL = "TTDEATH", "Time to death (days)"
TIME_CODES = (*(time.code for time in TIMES), B_CELLS_BACK_CODE, DEATH_CODE)


def score_code(name: str) -> str:
    """The code of a score. Raises UnknownName for a score that has none yet.

    >>> score_code("drug_free_doris")
    'DORISDF'
    """
    if name not in PARAMCD:
        raise unknown("PARAMCD for the score", name, PARAMCD)
    return PARAMCD[name]


def laboratory_items() -> dict[str, Item]:
    """The items that are laboratory values or cell counts, by their code in ADLB: the SDTM test code where that is enough.

    >>> laboratory_items()["PROTCRT"].code
    'UPCR'
    """
    return {item.parameter_code: item for item in items().values() if item.domain in LABORATORY_DOMAINS}
