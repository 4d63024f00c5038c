"""`immunoreset diseases`: which diseases there are, whom they strike, how they are scored, what is known and what is missed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from immunoreset.options import AsJson

if TYPE_CHECKING:
    from immunoreset.disease.disease import Disease


def diseases(
    name: Annotated[
        str | None, typer.Argument(help="One disease by its name or a short one (ra, ms); all when left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The diseases that can be simulated: populations, scores, what is known, what is left out and which drugs are refused."""
    from immunoreset.catalogue import built_in
    from immunoreset.commands import print_json

    catalogue = built_in()
    found = catalogue.diseases.values() if name is None else [catalogue.disease(name)]
    if as_json:
        print_json({"diseases": [described(disease) for disease in found]})
        return
    _print(found)


def described(disease: Disease) -> dict[str, Any]:
    """A disease as JSON has it; `population` is the one that a study takes if it names no other."""
    return {
        "name": disease.name,
        "title": disease.title,
        "population": disease.populations[0].name,
        "populations": [{"name": group.name, "title": group.title} for group in disease.populations],
        "scores": list(disease.scores),
        "outcomes": {name: outcome.label for name, outcome in disease.outcomes.items()},
        "aliases": list(disease.aliases),
        "refuses": dict(disease.refuses),
        "known": disease.known,
        "missed": disease.missed,
    }


def _print(found: Iterable[Disease]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for disease in found:
        console.print(f"[bold]{disease.name}[/bold]  {disease.title}")
        for group in disease.populations:
            console.print(f'  population = "{group.name}"  {group.title}', markup=False)
        if disease.scores:
            console.print(f"  scores: {', '.join(disease.scores)}", markup=False)
        console.print(f"  known: {disease.known}", markup=False)
        console.print(f"  missed: {disease.missed}", markup=False)
        for drug, why in disease.refuses.items():
            console.print(f"  refuses {drug}: {why}", markup=False)
        console.print()
    console.print("Research software: not for treatment decisions.")
