"""The drawings of docs/reset.md: where the autoreactive loop can rest, and how relapses come as years go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from immunoreset.catalogue.standard import STANDARD_PATIENT, typical
from immunoreset.disease.families.autoimmune.autoreactive_loop import AutoreactiveLoop
from immunoreset.disease.families.autoimmune.loop_map import roots, unstable_root
from immunoreset.patient.compose import compose
from immunoreset.patient.host import HOST
from immunoreset.population import Cohort, sample
from immunoreset.report.figures import COLOURS, DASHES, INK
from immunoreset.results import StudyResult
from immunoreset.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOWEST = 1e-6  # fold of active disease; the drawing ends here
STEPS = 240
DRIVES = {"s": "naive_share", "eps": "help_floor"}
LABELS = {
    "s": "share of activation seeded by naive cells, s",
    "eps": "help without autoreactive cells, eps",
}
RELAPSED, FREE = COLOURS[1], COLOURS[0]


def loops_of(cohort: Cohort) -> AutoreactiveLoop:
    """The loop of every patient, fields of shape (n,) or single numbers."""
    patient = compose(*HOST, *cohort.illness.modules)
    return patient.build(cohort.theta.values_for(patient.modules, cohort.parameters)).autoreactive_loop


def states_over(symbol: str) -> tuple[np.ndarray, np.ndarray]:
    """Steps of a number of the typical patient, and its reset state, threshold and ill state there; nan where there is none."""
    low, high = {"s": (0.001, 0.2), "eps": (0.005, 0.2)}[symbol]
    steps = np.geomspace(low, high, STEPS)
    rest = np.full((STEPS, 3), np.nan)
    for place, step in enumerate(steps):
        found = roots(STANDARD_PATIENT.build(typical(**{symbol: step})).autoreactive_loop)
        rest[place, 2] = found[-1]
        if len(found) == 3:
            rest[place, :2] = found[:2]
    return steps, rest


def draw_states(study: Study, relapsed: np.ndarray) -> Figure:
    """Rest states of the typical patient as two drives change, and the threshold of each virtual patient."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.6, 3.9))
    cohort = sample("cart", len(relapsed), seed=study.seed)
    loops = loops_of(cohort)
    thresholds = unstable_root(loops)
    for place, symbol in enumerate(DRIVES):
        axes = figure.add_axes((0.085 + 0.49 * place, 0.135, 0.405, 0.66))
        steps, rest = states_over(symbol)
        axes.plot(steps, rest[:, 2], color=INK, linewidth=2, label="ill, stable")
        axes.plot(steps, rest[:, 0], color=COLOURS[3], linewidth=2, label="reset, stable")
        axes.plot(steps, rest[:, 1], color=INK, linewidth=1.4, linestyle=(0, (4, 2)), label="threshold between them, unstable")
        own = np.broadcast_to(getattr(loops, DRIVES[symbol]), thresholds.shape)
        _patients(axes, own, thresholds, relapsed)
        axes.axvline(value_of(symbol), color="#888888", linewidth=0.8, linestyle=(0, (1, 2)))
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(LOWEST / 2.5, 3)
        axes.set_xlim(steps[0], steps[-1])
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlabel(LABELS[symbol], fontsize=8.5, color=INK)
        axes.tick_params(labelsize=8, colors=INK)
        axes.spines[["top", "right"]].set_visible(False)
    first = figure.axes[0]
    first.set_ylabel("activated autoreactive cells,\nfold of active disease", fontsize=8.5, color=INK)
    handles, labels = first.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="upper left", ncols=3, fontsize=8, frameon=False, labelcolor=INK, bbox_to_anchor=(0.04, 1.0)
    )
    return figure


def value_of(symbol: str) -> float:
    return float(getattr(STANDARD_PATIENT.build(typical()).autoreactive_loop, DRIVES[symbol]))


def _patients(axes: Axes, own: np.ndarray, thresholds: np.ndarray, relapsed: np.ndarray) -> None:
    """A mark for each patient at his or her threshold; those without one at the foot of the drawing."""
    has = np.isfinite(thresholds)
    for who, colour, word in ((~relapsed, FREE, "no relapse in 15 years"), (relapsed, RELAPSED, "relapse in 15 years")):
        style = {"color": colour, "linewidth": 0, "markersize": 3.4, "alpha": 0.75, "markeredgewidth": 0}
        axes.plot(own[who & has], thresholds[who & has], marker="o", label=f"a patient's threshold, {word}", **style)
        foot = np.full(int((who & ~has).sum()), LOWEST / 1.4)
        axes.plot(own[who & ~has], foot, marker="^", color=colour, linewidth=0, markersize=4.5, alpha=0.75, markeredgewidth=0,
                  label=f"no reset state, {word}")  # fmt: skip


def draw_courses(result: StudyResult) -> Figure:
    """Share that has relapsed, of those who reached low activity, over 15 years in each CAR-T arm."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.2, 3.6))
    axes = figure.add_axes((0.1, 0.135, 0.86, 0.7))
    days = np.arange(0, 15 * 365 + 1, 7)
    for order, name in enumerate(name for name in result.arms if name != "rituximab"):
        values = result.arm(name).outcomes.values
        reached = np.isfinite(values["relapse_year15"])
        day = values["relapse_day"][reached]
        share = 100 * (day[:, None] <= days).mean(axis=0)
        pattern = DASHES[order % len(DASHES)]
        line = (0, pattern) if pattern else "-"
        label = f"{name} ({int((day <= days[-1]).sum())} of {len(day)})"
        axes.step(days / 365, share, where="post", color=COLOURS[order], linewidth=1.8, linestyle=line, label=label)
    axes.set_xlim(0, 15)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("years after the infusion", fontsize=8.5, color=INK)
    axes.set_ylabel("relapsed, % of those who\nreached low activity", fontsize=8.5, color=INK)
    axes.tick_params(labelsize=8, colors=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, fontsize=8, frameon=False, labelcolor=INK, borderaxespad=0.2)
    return figure
