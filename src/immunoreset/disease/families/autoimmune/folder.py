"""What a folder of an autoimmune disease has to give: its numbers, organs, groups of patients, and what a clinic sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from immunoreset.disease.disease import Disease, Population
from immunoreset.disease.families.autoimmune import autoreactive_loop, entry, flare, tissue_inflammation, titre
from immunoreset.disease.families.autoimmune.natural_events import natural_events
from immunoreset.disease.families.autoimmune.scored import Scoring
from immunoreset.engine.events import Event
from immunoreset.patient.module import AnyModule
from immunoreset.patient.outcome import Panel

CORE: tuple[AnyModule, ...] = (
    flare.MODULE,
    autoreactive_loop.MODULE,
    titre.MODULE,
    tissue_inflammation.MODULE,
    entry.MODULE,
)
"""What every autoimmune disease but lupus has before its organs."""
REFUSED: Mapping[str, str] = MappingProxyType(
    {
        "anifrolumab": "its effect was set in lupus and is not known here",
        "daratumumab": "its effect was set in lupus and is not known here",
        "dapirolizumab": "its effect was set in lupus and is not known here",
        "deucravacitinib": "its effect was chosen for lupus and is not known here",
        "litifilimab": "its effect was chosen for lupus and is not known here",
        "voclosporin": "it is simulated for the kidney of lupus alone",
        "tacrolimus": "it is simulated for the kidney of lupus alone",
        "anakinra": "it is simulated against cytokine release and ICANS alone; write '... if CRS grade >= 3 for 7 days'",
        "siltuximab": "it is simulated against cytokine release alone; write 'siltuximab 11 mg/kg if CRS grade >= 3'",
        "tocilizumab": "it is simulated against cytokine release alone; write 'tocilizumab 8 mg/kg if CRS grade >= 2'",
    }
)
"""Drugs whose effect on the disease the model does not know; without this they would seem to do nothing, or too much."""
FOLLOWED = ("autoantibody_percent", "inflammation", "autoreactive_tissue_fraction")


@dataclass(frozen=True)
class Words:
    """What is known of a disease, and what the model leaves out, each in a sentence or two."""

    known: str
    missed: str


def autoimmune_disease(
    name: str,
    title: str,
    *,
    file: str,
    organs: AnyModule | Sequence[AnyModule],
    groups: Sequence[Population],
    scoring: Scoring,
    scores: Sequence[str],
    panels: Sequence[Panel],
    words: Words,
    refuses: Mapping[str, str] = REFUSED,
    events: Sequence[Event] = (),
    read_too: Sequence[str] = (),
    aliases: Sequence[str] = (),
) -> Disease:
    """The disease of a folder: `file` is its `__init__.py`, beside which `host.toml` has the numbers of its core.

    `organs` are driven by the core and do not drive it; all their states and readings are followed, and the readings of the host
    in `read_too`, which its chart needs. `scores` are the names of the scores as a clinic calls them. `events` happen in the
    organs without treatment.
    """

    def by_nature(start: float, stop: float) -> tuple[Event, ...]:
        return (*natural_events(start, stop), *events)

    layer = (organs,) if not isinstance(organs, Sequence) else tuple(organs)
    of_organs = tuple(dict.fromkeys(name for module in layer for name in (*module.fields, *module.readings)))
    return Disease(
        name=name,
        title=title,
        modules=(*CORE, *layer),
        populations=tuple(groups),
        hooks=entry.hooks(name),
        host=Path(file).with_name("host.toml"),
        followed=(*FOLLOWED, *of_organs, *read_too),
        natural_events=by_nature,
        outcomes=scoring.all_outcomes(),
        read_outcomes=scoring.read_outcomes,
        scored_curves=scoring.scored_curves,
        visits=scoring.visits,
        at_entry=scoring.at_entry,
        notes=scoring.notes,
        panels=tuple(panels),
        scores=tuple(scores),
        refuses=refuses,
        known=words.known,
        missed=words.missed,
        aliases=tuple(aliases),
    )
