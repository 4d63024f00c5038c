"""The report of a simulated trial: one self-contained HTML page that prints well and needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """Rows of text, the first of them the head; a row that begins with a blank belongs to the one above it."""

    rows: Sequence[Sequence[str]]
    note: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Drawing:
    """An <svg> element and what is to be said below it."""

    svg: str
    caption: str = ""
    width: str = "46rem"


@dataclass(frozen=True)
class Section:
    """A heading with text, tables and drawings below it."""

    title: str
    text: Sequence[str] = ()
    tables: Sequence[Table] = ()
    drawings: Sequence[Drawing] = ()
    grid: Sequence[str] = ()
    """Small drawings side by side."""
    grid_caption: str = ""
    new_page: bool = False


@dataclass(frozen=True)
class Card:
    """The protocol card of one design: text to paste, the decision table, and the flow chart."""

    name: str
    text: Sequence[str]
    boundaries: Table | None = None
    boundaries_title: str = "Decision table"
    letters: Sequence[Sequence[str]] = ()
    chart: str = ""
    paths: Table | None = None
    paths_title: str = "What the design says next"


@dataclass(frozen=True)
class TrialPage:
    """Everything that the page shows."""

    title: str
    description: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    cards: Sequence[Card] = ()
    assumptions: Sequence[str] = ()
    files: Sequence[tuple[str, str]] = ()
    origin: Sequence[str] = field(default=())
    """How the numbers came about: version, seed, parameters."""


def build_trial_page(page: TrialPage) -> str:
    """The whole page as text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("immunoreset.report", "."), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("trial_page.html.j2").render(page=page)
