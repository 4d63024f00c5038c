"""The first cohorts of a dose-finding design as a drawing: every result, and the dose that follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from immunoreset.report.figures import INK, SOFT
from immunoreset.report.trial_figures import new_axes
from immunoreset.trial.decision import Decision, Design
from immunoreset.trial.outcomes import Outcomes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BY_DOSE = ("#F1F6FA", "#C6DCEE", "#8FBCDD", "#4F94C4", "#1B6CA8", "#0B4470")
STOPPED = "#E3E3E3"


class Step(NamedTuple):
    """A result of the first cohorts: toxicities in the latest one, the next dose (0: stop), and what follows."""

    toxic: int
    dose: int
    recommended: int
    following: tuple[Step, ...] = ()


def steps_of(design: Design, cohort: int, *, cohorts: int, letters: str = "NT") -> tuple[Step, ...]:
    """The first step of a design, with all that may follow in so many cohorts.

    `letters` are those of a patient without and with toxicity: NT without benefit, EB with benefit in all.
    """
    now = design.decide(Outcomes.none(doses=design.doses))
    return (_step(design, now, cohort, toxic=0, line="", depth=cohorts, letters=letters),)


def _step(design: Design, now: Decision, cohort: int, *, toxic: int, line: str, depth: int, letters: str) -> Step:
    dose = 0 if now.stop[0] else int(now.dose[0])
    following: list[Step] = []
    if dose and depth:
        size = min(int(now.cohort[0]), cohort) if now.cohort[0] > 0 else cohort
        for number in range(size + 1):
            longer = f"{line} {dose}{letters[0] * (size - number)}{letters[1] * number}".strip()
            said = design.decide(Outcomes.read(longer, doses=design.doses))
            following.append(_step(design, said, cohort, toxic=number, line=longer, depth=depth - 1, letters=letters))
    return Step(toxic, dose, int(now.recommended[0]), tuple(following))


def draw_paths(steps: Sequence[Step], doses: int, *, name: str) -> Figure:
    """The doses after every possible result of the first cohorts: a column per cohort, read from left to right."""
    depth = _depth(steps)
    leaves = sum(map(_leaves, steps))
    figure, axes = new_axes(3.5, 0.62 + 0.155 * leaves, below=0.08, left=0.08, above=0.42)
    axes.set_axis_off()
    axes.set_xlim(0, depth)
    axes.set_ylim(leaves, 0)
    _draw_steps(axes, steps, doses, at=(0, 0.0))
    axes.set_title(name, fontsize=9, loc="left", color=INK, pad=17)
    for column in range(depth):
        axes.text(
            column + 0.02, -0.25, "start" if column == 0 else f"after cohort {column}", fontsize=7.5, color=SOFT, va="bottom"
        )
    return figure


def _depth(steps: Sequence[Step]) -> int:
    return 1 + max((_depth(step.following) for step in steps if step.following), default=0)


def _leaves(step: Step) -> int:
    return sum(map(_leaves, step.following)) if step.following else 1


def _draw_steps(axes: Axes, steps: Sequence[Step], doses: int, *, at: tuple[int, float]) -> None:
    from matplotlib.patches import Rectangle

    column, top = at
    for step in steps:
        height = float(_leaves(step))
        shade = (
            STOPPED
            if step.dose == 0
            else BY_DOSE[min(round((step.dose - 1) * (len(BY_DOSE) - 1) / max(doses - 1, 1)), len(BY_DOSE) - 1)]
        )
        axes.add_patch(Rectangle((column, top), 0.97, height, facecolor=shade, edgecolor="white", linewidth=1))
        dark = step.dose > 0 and shade in BY_DOSE[3:]
        end = f"stop, dose {step.recommended}" if step.recommended else "stop, none"
        said = f"dose {step.dose}" if step.dose else end
        words = said if column == 0 else f"{step.toxic} toxic: {said}"
        axes.text(column + 0.04, top + height / 2, words, fontsize=7, va="center", color="white" if dark else INK)
        _draw_steps(axes, step.following, doses, at=(column + 1, top))
        top += height
