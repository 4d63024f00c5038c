"""All drugs, by name."""

from __future__ import annotations

from immunoreset.errors import InvalidRegimen, unknown
from immunoreset.therapy.b_cell_drugs import B_CELL_DRUGS
from immunoreset.therapy.background import BACKGROUND_DRUGS
from immunoreset.therapy.care import CARE_DRUGS
from immunoreset.therapy.cell_products import CELL_PRODUCTS
from immunoreset.therapy.conditioning import CONDITIONING_DRUGS
from immunoreset.therapy.drug import Drug

DRUGS: dict[str, Drug] = {
    drug.name: drug for drug in (*CONDITIONING_DRUGS, *CELL_PRODUCTS, *B_CELL_DRUGS, *BACKGROUND_DRUGS, *CARE_DRUGS)
}
_OTHER_NAMES = {
    "cd19-car-t-4-1bb": "cd19-car-t",
    "mycophenolate-mofetil": "mycophenolate",
    "mmf": "mycophenolate",
    "prednisone": "prednisolone",
}


def find_drug(name: str) -> Drug:
    """The drug of that name, whatever the case.

    >>> find_drug("Rituximab").units
    ('mg', 'mg/m2')
    """
    lowered = name.lower().replace("_", "-")
    drug = DRUGS.get(_OTHER_NAMES.get(lowered, lowered))
    if drug is None:
        raise InvalidRegimen(str(unknown("drug", name, DRUGS)))
    return drug
