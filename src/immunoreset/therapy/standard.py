"""Regimens as trials and labels give them, by name."""

from __future__ import annotations

from immunoreset.errors import InvalidRegimen, unknown
from immunoreset.therapy.regimen import Regimen

_FLU_CY = "fludarabine 25 mg/m2 on days -5 -4 -3; cyclophosphamide 1000 mg/m2 on day -3"
_RESCUE = "tocilizumab 8 mg/kg if CRS grade >= 2 after 24 h at most 1"
_ENTRY = "prednisolone 10 mg daily since entry"
"""Tapers are written for a patient who enters on 10 mg; steps between the published ones are ours."""

STANDARD: dict[str, str] = {
    "untreated": "no treatment",
    "flu-cy": _FLU_CY,
    "car-t": f"{_FLU_CY}; cd19-car-t 1e6 cells/kg on day 0",
    "car-t-with-rescue": f"{_FLU_CY}; cd19-car-t 1e6 cells/kg on day 0; {_RESCUE}",
    "car-t-rapid": f"{_FLU_CY}; cd19-car-t-rapid 2e5 cells/kg on day 0; {_RESCUE}",
    "car-t-cd28": f"{_FLU_CY}; cd19-car-t-cd28 1e6 cells/kg on day 0; {_RESCUE}",
    "rituximab": "rituximab 1000 mg on days 0 14",
    "obinutuzumab": "obinutuzumab 1000 mg on days 0 14 168 182",
    "teclistamab": "teclistamab 0.06 mg/kg on day 0; teclistamab 0.3 mg/kg on day 2; teclistamab 1.5 mg/kg on days 4 32",
    "elranatamab": "elranatamab 12 mg on day 0; elranatamab 32 mg on day 3; elranatamab 76 mg every 7 days from 7 until 28",
    "blinatumomab": "blinatumomab 9 ug daily from 0, 28 from 7 until 28",
    "mosunetuzumab": "mosunetuzumab 5 mg on day 0; mosunetuzumab 45 mg on days 7 14 then every 21 days until 56",
    "belimumab": "belimumab 10 mg/kg on days 0 14 28 then every 28 days until 364",
    "anifrolumab": "anifrolumab 300 mg every 28 days from 0 until 336",
    "voclosporin": "voclosporin 23.7 mg twice daily from 0 until 364",
    "mycophenolate": "mycophenolate 1 g twice daily from 0",
    "euro-lupus": "cyclophosphamide-pulse 500 mg every 14 days from 0 until 70; azathioprine 2 mg/kg daily from 84",
    "nih-cyclophosphamide": "cyclophosphamide-pulse 750 mg/m2 every 28 days from 0 until 140",
    "taper-regency": f"{_ENTRY}, 30 from 0, 25 from 14, 20 from 28, 15 from 42, 10 from 56, 7.5 from 84, 5 from 168",
    "taper-fast": f"{_ENTRY}, 25 from 0, 20 from 14, 15 from 28, 10 from 42, 7.5 from 56, 5 from 84, 2.5 from 112",
    "taper-car-t": f"{_ENTRY}, 7.5 from 28, 5 from 42, 2.5 from 56 until 84",
    "background-care": "background-care from 0",
}


def standard(name: str) -> Regimen:
    """The regimen of that name.

    >>> print(standard("rituximab"))
    rituximab 1000 mg on days 0 14
    """
    text = STANDARD.get(name.lower().replace("_", "-"))
    if text is None:
        raise InvalidRegimen(str(unknown("standard regimen", name, STANDARD)))
    return Regimen.parse(text)
