"""All drugs of this package, one line each. A new drug is a file, the `.toml` beside it, and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from immunoreset.errors import ImmunoresetError, InvalidRegimen, unknown
from immunoreset.therapy import (
    anakinra,
    anifrolumab,
    avacopan,
    azathioprine,
    background_care,
    belimumab,
    bendamustine,
    cd19_car_t,
    cd19_car_t_cd28,
    cd19_car_t_rapid,
    cyclophosphamide,
    cyclophosphamide_pulse,
    deucravacitinib,
    dexamethasone,
    efgartigimod,
    fludarabine,
    g_csf,
    hydroxychloroquine,
    litifilimab,
    methotrexate,
    mycophenolate,
    nintedanib,
    obinutuzumab,
    prednisolone,
    rituximab,
    siltuximab,
    tacrolimus,
    tocilizumab,
    voclosporin,
    zilucoplan,
)
from immunoreset.therapy.drug import Drug

_FILES = (
    fludarabine,
    cyclophosphamide,
    bendamustine,
    cd19_car_t,
    cd19_car_t_rapid,
    cd19_car_t_cd28,
    rituximab,
    obinutuzumab,
    belimumab,
    anifrolumab,
    litifilimab,
    prednisolone,
    mycophenolate,
    azathioprine,
    methotrexate,
    hydroxychloroquine,
    cyclophosphamide_pulse,
    voclosporin,
    tacrolimus,
    deucravacitinib,
    nintedanib,
    background_care,
    tocilizumab,
    dexamethasone,
    siltuximab,
    anakinra,
    g_csf,
    avacopan,
    efgartigimod,
    zilucoplan,
)


class Formulary(Mapping[str, Drug]):
    """Drugs by name, found by any of their names."""

    def __init__(self, drugs: Iterable[Drug]) -> None:
        self._drugs = {drug.name: drug for drug in drugs}
        self._aliases = {alias: drug.name for drug in self._drugs.values() for alias in drug.aliases}

    def __getitem__(self, name: str) -> Drug:
        return self._drugs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._drugs)

    def __len__(self) -> int:
        return len(self._drugs)

    def __hash__(self) -> int:
        return hash(tuple(self._drugs))

    def find(self, name: str) -> Drug:
        """The drug of that name or alias, whatever the case.

        >>> DRUGS.find("Rituximab").units
        ('mg', 'mg/m2')
        """
        lowered = name.lower().replace("_", "-")
        drug = self._drugs.get(self._aliases.get(lowered, lowered))
        if drug is None:
            raise InvalidRegimen(str(unknown("drug", name, [*self._drugs, *self._aliases])))
        return drug

    def with_drugs(self, drugs: Iterable[Drug]) -> Formulary:
        """These drugs too. Raises when one has a name that is taken."""
        added = list(drugs)
        for drug in added:
            for name in (drug.name, *drug.aliases):
                if name in self._drugs or name in self._aliases:
                    raise ImmunoresetError(f"there is a drug '{name}' already; give yours another name")
        return Formulary([*self._drugs.values(), *added])


DRUGS = Formulary(file.DRUG for file in _FILES)
