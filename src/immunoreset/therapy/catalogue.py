"""All drugs of this package, one line each. A new drug is a file, the `.toml` beside it, and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from immunoreset.errors import ImmunoresetError, InvalidRegimen, unknown
from immunoreset.therapy import (
    anakinra,
    anifrolumab,
    atacicept,
    avacopan,
    azathioprine,
    background_care,
    bcma_car_t,
    belimumab,
    bendamustine,
    blinatumomab,
    ccar,
    cd19_car_t,
    cd19_car_t_adaptor,
    cd19_car_t_cd28,
    cd19_car_t_egfrt,
    cd19_car_t_icasp9,
    cd19_car_t_off,
    cd19_car_t_on,
    cd19_car_t_rapid,
    cd19_car_t_snip,
    cetuximab,
    cyclophosphamide,
    cyclophosphamide_pulse,
    dapirolizumab,
    daratumumab,
    dasatinib,
    descartes_08,
    deucravacitinib,
    dexamethasone,
    donor_unedited,
    efgartigimod,
    elranatamab,
    fludarabine,
    ft819,
    g_csf,
    gc012f,
    gdt_cd20,
    grazoprevir,
    hydroxychloroquine,
    ianalumab,
    imlifidase,
    immunoglobulin,
    inebilizumab,
    ipsc_nk,
    lenalidomide,
    litifilimab,
    lnp_cd19,
    methotrexate,
    mosunetuzumab,
    mycophenolate,
    nintedanib,
    obinutuzumab,
    plasma_exchange,
    prednisolone,
    rimiducid,
    rituximab,
    siltuximab,
    swi019,
    tacrolimus,
    teclistamab,
    telitacicept,
    tocilizumab,
    tyu19,
    voclosporin,
    zilucoplan,
)
from immunoreset.therapy.drug import Drug
from immunoreset.therapy.language.not_simulated import not_simulated

_FILES = (
    fludarabine,
    cyclophosphamide,
    bendamustine,
    cd19_car_t,
    cd19_car_t_rapid,
    cd19_car_t_cd28,
    bcma_car_t,
    ccar,
    gc012f,
    tyu19,
    donor_unedited,
    ft819,
    ipsc_nk,
    gdt_cd20,
    descartes_08,
    lnp_cd19,
    cd19_car_t_on,
    cd19_car_t_off,
    cd19_car_t_adaptor,
    cd19_car_t_snip,
    cd19_car_t_icasp9,
    cd19_car_t_egfrt,
    dasatinib,
    lenalidomide,
    swi019,
    grazoprevir,
    rimiducid,
    cetuximab,
    rituximab,
    obinutuzumab,
    teclistamab,
    elranatamab,
    blinatumomab,
    mosunetuzumab,
    daratumumab,
    inebilizumab,
    ianalumab,
    belimumab,
    anifrolumab,
    atacicept,
    telitacicept,
    dapirolizumab,
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
    immunoglobulin,
    plasma_exchange,
    imlifidase,
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
            raise InvalidRegimen(not_simulated(lowered) or str(unknown("drug", name, [*self._drugs, *self._aliases])))
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
