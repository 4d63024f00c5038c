"""docs/therapies.md, and the table of drugs in docs/regimens.md, from the code."""

from __future__ import annotations

import ast
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from outcomes_page import table

from immunoreset.catalogue import built_in
from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.drugs_command import by_class, described, in_words, numbers
from immunoreset.patient.birth_certificates import STANDINGS, standing_counts
from immunoreset.patient.vocabulary import Effects, Signals
from immunoreset.therapy.drug import Drug

FOLDER = Path(__file__).resolve().parent
PAGE, REGIMENS = FOLDER / "therapies.md", FOLDER / "regimens.md"
HEAD = """# Therapies

Written by `python docs/refresh.py therapies` from the code. Do not edit.

Each drug that a [regimen](regimens.md) can name: what it is, how it is written, through which words of the
[vocabulary](own.md) it acts, and its numbers, the best known first. `immunoreset drugs` prints the same. Numbers that say
"an input" are set by the regimen. **{counts}**
"""


def what_it_is(drug: Drug) -> str:
    """The first words of the drug's file."""
    return " ".join((ast.get_docstring(ast.parse(Path(drug.module.file).read_text("utf-8"))) or "").split())


@cache
def _typical() -> tuple[Any, Any]:
    numbers = STANDARD_PATIENT.build(typical())
    return STANDARD_PATIENT.initial(numbers), numbers


def words(drug: Drug) -> list[str]:
    """The words through which a drug acts."""
    state, all_numbers = _typical()
    module = drug.module
    me, my = getattr(state, module.name), getattr(all_numbers, module.name)
    seen = STANDARD_PATIENT.view(state, all_numbers).seen
    said: list[Any] = [module.does and module.does(me, my, seen), module.offers and module.offers(me, my)]
    return [word for one, silence in zip(said, (Effects(), Signals()), strict=True) if one for word in _spoken(one, silence)]


def _spoken(words_said: Any, silence: Any) -> list[str]:
    return [word for word in silence._fields if getattr(words_said, word) is not getattr(silence, word)]


def entry(drug: Drug) -> str:
    """One drug."""
    told = described(drug)
    facts = [f"In {in_words(told['units'])}."]
    if told["aliases"]:
        facts.append(f"Also called {', '.join(f'`{alias}`' for alias in told['aliases'])}.")
    if drug.since_entry:
        facts.append("Can be taken since entry.")
    if acts := words(drug):
        facts.append(f"Acts through {', '.join(f'`{word}`' for word in acts)}.")
    for why, diseases in groupby(sorted(told["refused_by"].items(), key=lambda pair: pair[1]), key=lambda pair: pair[1]):
        facts.append(f"Not in {', '.join(disease for disease, _ in diseases)}: {why}.")
    cells = (
        [one["standing"], f"`{one['name']}`", _value(one), "" if one["unit"] == "1" else one["unit"], one["source"], one["note"]]
        for one in numbers(drug)
    )
    listed = table(("standing", "number", "value", "unit", "source", "note"), cells)
    return f"### `{drug.name}`\n\n{what_it_is(drug)}\n\n```regimen\n{told['example']}\n```\n\n{' '.join(facts)}\n\n{listed}"


def _value(one: dict[str, Any]) -> str:
    low, high = one["bounds"]
    return f"{one['value']:g} ({low:g} to {high:g})"


def page() -> str:
    """The page of all drugs, by class."""
    found = by_class(built_in().drugs.values())
    modules = {module.name for drug in found for module in drug.modules()}
    own = {flat: one for flat, one in built_in().theta.table.items() if flat.split(".")[0] in modules}
    counts = standing_counts(own)
    told = ", ".join(f"{counts[standing]} {standing}" for standing in STANDINGS if counts[standing])
    parts = [HEAD.format(counts=f"Of {len(own)} numbers of drugs, {told}.")]
    for kind, drugs in groupby(found, key=lambda drug: drug.kind):
        parts += [f"## {kind[:1].upper()}{kind[1:]}\n", *(entry(drug) for drug in drugs)]
    return "\n".join(parts)


def parts() -> dict[str, str]:
    """The table of docs/regimens.md by its mark."""
    rows = ([f"`{one.name}`", one.meaning, in_words(described(one)["units"])] for one in built_in().drugs.values())
    return {"drugs": table(("drug", "what", "units"), rows)}
