"""How much memory a study will need, from its document alone: nobody is drawn or solved for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from immunoreset.catalogue import Catalogue
from immunoreset.followed import followed
from immunoreset.kept import PIECE
from immunoreset.memory import DRAWN, JUDGED, WORKING, check_memory, of_study
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST
from immunoreset.population.changed import typical_values
from immunoreset.population.twins import TWINS_OF
from immunoreset.report.panels import panels_of
from immunoreset.study_document import Patients
from immunoreset.therapy import Regimen


def check_size(
    arms: Mapping[str, tuple[Patients, int, Regimen]],
    *,
    days: int,
    asked: Sequence[str],
    scanned: Mapping[str, int],
    catalogue: Catalogue,
) -> None:
    """Raise InvalidValue for a study that would not fit in memory.

    `arms` are whose they are, how many patients are listed (1 where they are drawn) and what is given; `asked` what is kept on
    `days` beside what is always kept; `scanned` at how many combinations of a scan the patients of an arm are simulated again,
    of whom the outcomes are kept and the curves of one combination at a time.
    """
    needs = {}
    for name, (who, listed, regimen) in arms.items():
        disease, _ = catalogue.population(who.population or TWINS_OF)
        modules = regimen.modules(typical_values(disease, catalogue), catalogue.theta)
        outputs = compose(*HOST, *disease.modules, *modules).outputs
        curves = 1 + sum(output in outputs for output in (*followed(disease), *asked))
        shown = 1 + sum(output in outputs for output in (*(panel.output for panel in panels_of(disease)), *asked))
        twins = who.n or listed * who.twins
        needs[name] = of_study(twins, curves=curves, days=days, shown=shown, arms=len(arms), piece=PIECE) + twins * DRAWN
        if name in scanned:
            once = of_study(twins, curves=curves, days=days, shown=0, arms=1, piece=PIECE)
            needs[name] += once + scanned[name] * twins * (DRAWN + JUDGED)
    who, listed, _ = arms[max(needs, key=lambda name: needs[name])]
    each = who.n or who.twins
    things = f"{each * listed} twins in {len(arms)} arm{'s' if len(arms) > 1 else ''}"
    check_memory(WORKING + sum(needs.values()), things, count=each, least="patients" if who.n else "twins of each patient")
