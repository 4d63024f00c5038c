"""A small tidy CSV to start from, and the list of everything that may be written into one."""

from __future__ import annotations

from immunoreset.endpoints.items import Item, items
from immunoreset.endpoints.quantities import Prednisone

TEMPLATE = """\
patient,date,item,value,unit,limit,attribution,end
P01,2025-02-03,PREDNISOLONE,10,mg/day,,,2025-04-30
P01,2025-03-01,INFUSION,yes,,,,
P01,2025-03-01,PGA,2.1,0-3,,,
P01,2025-03-01,ARTHRITIS,yes,,,disease,
P01,2025-03-01,UPCR,180,mg/mmol,<50,,
P01,2025-03-01,C3,0.62,g/L,0.9-1.8,,
P01,2025-03-05,TEMP,38.9,C,,crs,
P01,2025-03-05,OXYGEN,nasal_cannula,,,crs,
P01,2025-05-24,PGA,0.4,0-3,,,
P01,2025-05-24,ARTHRITIS,no,,,,
P01,2025-05-24,IL6,<1.5,pg/mL,<7,,
P02,2025-03-10,INFUSION,yes,,,,
P02,2025-03-10,BILAG_RENAL,A,,,,
P02,2025-03-17,NEUT,400,/uL,>1500,lymphodepletion,
P02,2025-03-17,ICE,9,,,,
"""


def template() -> str:
    """A tidy CSV with examples of each kind of row, which can be read as it stands.

    >>> print(template().splitlines()[1])
    P01,2025-02-03,PREDNISOLONE,10,mg/day,,,2025-04-30
    """
    return TEMPLATE


def item_list() -> str:
    """All items as a tab-separated table: code, meaning, what may be written, other names.

    >>> [line for line in item_list().splitlines() if line.startswith("CRP")]
    ['CRP\\tC-reactive protein\\t0 to 1000 mg/L; units mg/L, mg/dL\\tc-reactive protein']
    """
    lines = ["item\tmeaning\tvalues\tother names"]
    lines += ["\t".join((item.code, item.label, _allowed(item), ", ".join(item.synonyms))) for item in items().values()]
    return "\n".join(lines) + "\n"


def _allowed(item: Item) -> str:
    """What may be written as the value of an item."""
    if item.kind == "yes_no":
        return "yes or no"
    if item.kind == "word":
        return ", ".join(item.words)
    measure = Prednisone if item.kind == "dose" else item.measure
    limits = f"{item.lowest:g} to {item.highest:g} {item.unit}".strip()
    return f"{limits}; units {', '.join(measure.UNITS)}" if measure else limits
