"""`immunoreset drugs`: what a regimen can name, by class; of one drug its numbers, with their standing and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from immunoreset.options import AsJson

if TYPE_CHECKING:
    from immunoreset.patient.birth_certificates import Parameter
    from immunoreset.therapy.drug import Drug

Name = Annotated[str, typer.Argument(help="A drug, by its name or alias.", show_default="all of them, by class")]


def drugs(name: Name = "", as_json: AsJson = False) -> None:
    """The drugs that a regimen can name, by class; of one drug its numbers with unit, standing and source."""
    from immunoreset.catalogue import built_in
    from immunoreset.commands import print_json

    found = [built_in().drugs.find(name)] if name else by_class(built_in().drugs.values())
    if as_json:
        print_json({"drugs": [described(drug) | ({"numbers": numbers(drug)} if name else {}) for drug in found]})
    elif name:
        _print_one(found[0])
    else:
        _print_all(found)


def by_class(drugs: Iterable[Drug]) -> list[Drug]:
    """The drugs, those of one class together, in the order in which classes and drugs come."""
    listed = list(drugs)
    classes = list(dict.fromkeys(drug.kind for drug in listed))
    return sorted(listed, key=lambda drug: classes.index(drug.kind))


def described(drug: Drug) -> dict[str, Any]:
    """A drug as JSON has it; `standing` is how many of its numbers are how well known."""
    from immunoreset.patient.birth_certificates import standing_counts, title_of
    from immunoreset.therapy.language.units import OWN

    counts = standing_counts(parameters(drug))
    return {
        "name": drug.name,
        "aliases": list(drug.aliases),
        "class": drug.kind,
        "title": title_of(drug.module).rstrip("."),
        "units": ["" if unit == OWN else unit for unit in drug.units],
        "forms": [form.__name__.lower() for form in drug.forms],
        "example": f"{drug.name} {drug.example}",
        "meaning": drug.meaning,
        "since_entry": drug.since_entry,
        "refused_by": refused_by(drug),
        "standing": {standing: count for standing, count in counts.items() if count},
    }


def refused_by(drug: Drug) -> dict[str, str]:
    """Diseases that do not take the drug as its example is written, each with the reason."""
    from immunoreset.catalogue import built_in
    from immunoreset.patient.course import refusal
    from immunoreset.therapy import Regimen

    catalogue = built_in()
    (item,) = Regimen.parse(f"{drug.name} {drug.example}", catalogue.drugs).items
    found = {disease.name: refusal(disease, item) for disease in catalogue.diseases.values()}
    return {disease: why for disease, why in found.items() if why}


def parameters(drug: Drug) -> Mapping[str, Parameter]:
    """The numbers of a drug by name; one that it shares with another part has the birth certificate of that."""
    from immunoreset.catalogue import built_in

    theta = built_in().theta
    return {f"{m.name}.{number}": theta.owner(m.name, number) for m in drug.modules() for number in m.number_names}


def numbers(drug: Drug) -> list[dict[str, Any]]:
    """The numbers of a drug as JSON has them, the best known first."""
    from immunoreset.patient.birth_certificates import STANDINGS

    places: dict[str, int] = {standing: place for place, standing in enumerate(STANDINGS)}
    found = sorted(parameters(drug).items(), key=lambda pair: places[pair[1].standing])
    return [
        {
            "name": number,
            "value": one.value,
            "unit": one.unit,
            "bounds": list(one.bounds),
            "spread": one.spread,
            "standing": one.standing,
            "source": one.source,
            "note": one.note,
        }
        for number, one in found
    ]


def in_words(units: Iterable[str]) -> str:
    """Units of dose as they are told, where no unit is 'no dose'."""
    return " or ".join(unit or "no dose" for unit in units)


def _print_all(found: list[Drug]) -> None:
    from rich.console import Console

    console, last = Console(highlight=False), ""
    for drug in found:
        if drug.kind != last:
            console.print(f"\n[bold]{drug.kind}[/bold]")
            last = drug.kind
        _print_line(console, described(drug), "  ")
    console.print("\n`immunoreset drugs NAME` shows the numbers of one. Research software: not for treatment decisions.")


def _print_line(console: Any, told: Mapping[str, Any], margin: str) -> None:
    also = f" ({', '.join(told['aliases'])})" if told["aliases"] else ""
    refused = f"; not in {', '.join(told['refused_by'])}" if told["refused_by"] else ""
    line = f"{margin}{told['name']}{also}: {told['meaning']}; in {in_words(told['units'])}; '{told['example']}'{refused}"
    console.print(line, markup=False, soft_wrap=True)


def _print_one(drug: Drug) -> None:
    from rich.console import Console

    console, told = Console(highlight=False), described(drug)
    console.print(f"[bold]{told['title']}[/bold], {told['class']}")
    _print_line(console, told, "")
    for disease, why in told["refused_by"].items():
        console.print(f"  not in {disease}: {why}", markup=False)
    for one in numbers(drug):
        low, high = one["bounds"]
        unit = "" if one["unit"] == "1" else f" {one['unit']}"
        console.print(
            f"  {one['name']} = {one['value']:g}{unit} ({low:g} to {high:g}), {one['standing']}: {one['source']}. {one['note']}",
            markup=False,
            soft_wrap=True,
        )
    console.print("Research software: not for treatment decisions.")
