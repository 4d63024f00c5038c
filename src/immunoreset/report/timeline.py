"""The timeline of scored patients: remission and low activity visit by visit, SLEDAI, and episodes of CRS and ICANS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from immunoreset.report.figures import INK, SOFT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_HEIGHT, HEAD, FOOT, WIDTH = 0.27, 0.34, 0.62, 10.4  # inches
TOXICITY_DAYS = (-2.0, 30.0)
COLOURS = {"remission": "#0072B2", "low activity": "#56B4E9", "active": "#E69F00", "not known": "#DDDDDD"}
GRADES = ("#FFFFFF", "#F6D9A8", "#E69F00", "#D55E00", "#8B1A1A", "#000000")
ACTIVITY, TOXICITY = ("sledai", "doris", "lldas"), ("crs", "icans")  # scores that are drawn
LANE = 0.36  # half the height of a patient's bar


class Course(NamedTuple):
    """One patient: days of visits with their state (a key of COLOURS) and SLEDAI (nan if not known); days with grades."""

    name: str
    days: np.ndarray
    states: Sequence[str]
    sledai: np.ndarray
    crs: np.ndarray  # (n, 2) day and grade
    icans: np.ndarray


def courses_of(scores: pd.DataFrame) -> list[Course]:
    """Courses from rows of patient, day, score and value, in the order of the patients' first rows."""
    found = []
    for name, rows in scores.groupby("patient", sort=False, observed=True):
        table = rows.pivot_table(index="day", columns="score", values="value", dropna=False, observed=True)
        days = np.unique(rows.loc[rows["score"].isin(ACTIVITY), "day"].to_numpy(dtype=float))
        found.append(
            Course(
                name=str(name),
                days=days,
                states=[_state(table, day) for day in days],
                sledai=np.array([_value(table, day, "sledai") for day in days]),
                crs=_graded(table, "crs"),
                icans=_graded(table, "icans"),
            )
        )
    return found


def _value(table: pd.DataFrame, day: float, score: str) -> float:
    return float(table.loc[day, score]) if score in table else np.nan  # type: ignore[arg-type]


def _state(table: pd.DataFrame, day: float) -> str:
    remission, low = _value(table, day, "doris"), _value(table, day, "lldas")
    if remission == 1:
        return "remission"
    if low == 1:
        return "low activity"
    return "active" if remission == 0 and low == 0 else "not known"


def _graded(table: pd.DataFrame, score: str) -> np.ndarray:
    if score not in table:
        return np.empty((0, 2))
    known = table[score].dropna()
    return np.column_stack([known.index.to_numpy(dtype=float), known.to_numpy(dtype=float)])


def draw_timeline(courses: Sequence[Course]) -> Figure:
    """A row per patient: on the left CRS and ICANS by day after the infusion, on the right activity over the whole course."""
    from matplotlib.figure import Figure

    height = HEAD + FOOT + ROW_HEIGHT * len(courses)
    figure = Figure(figsize=(WIDTH, height))
    toxic = any(len(course.crs) or len(course.icans) for course in courses)
    bottom, tall = FOOT / height, ROW_HEIGHT * len(courses) / height
    left = 0.12
    boxes = [(left, bottom, 0.26, tall), (left + 0.29, bottom, 0.58, tall)] if toxic else [(left, bottom, 0.86, tall)]
    axes = [figure.add_axes(box) for box in boxes]
    if toxic:
        _toxicity(axes[0], courses)
    _activity(axes[-1], courses)
    for number, one in enumerate(axes):
        one.set_ylim(len(courses) - 0.5, -0.5)
        one.set_yticks(range(len(courses)), [course.name for course in courses] if number == 0 else [])
        one.tick_params(labelsize=8, colors=INK, length=0 if number else 2)
        one.tick_params(axis="x", length=3)
        one.spines[["top", "right", "left"]].set_visible(False)
        one.set_xlabel("days since infusion", fontsize=8, color=INK)
    return figure


def _toxicity(axes: Axes, courses: Sequence[Course]) -> None:
    """Grades as coloured cells with their number: CRS in the upper half of a row, ICANS in the lower."""
    for row, course in enumerate(courses):
        for half, grades in ((-LANE / 2, course.crs), (LANE / 2, course.icans)):
            for day, grade in grades:
                if grade >= 1 and TOXICITY_DAYS[0] <= day <= TOXICITY_DAYS[1]:
                    axes.barh(row + half, 1.0, left=day - 0.5, height=LANE, color=GRADES[int(grade)], edgecolor="white", lw=0.4)
                    axes.text(day, row + half, f"{grade:.0f}", fontsize=5.5, ha="center", va="center", color=_on(int(grade)))
    axes.set_xlim(*TOXICITY_DAYS)
    axes.set_title("CRS (upper) and ICANS (lower), grade", fontsize=8.5, loc="left", color=INK)


def _on(grade: int) -> str:
    return "white" if grade >= 3 else INK


def _activity(axes: Axes, courses: Sequence[Course]) -> None:
    """The state from each visit to the next, with SLEDAI written at the visit."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    first = min((course.days[0] for course in courses if len(course.days)), default=0.0)
    last = max((course.days[-1] for course in courses if len(course.days)), default=1.0)
    room = 0.045 * max(last - first, 1.0)  # what a number needs
    for row, course in enumerate(courses):
        ends = np.append(course.days[1:], course.days[-1:])
        written = -np.inf
        for day, end, state, points in zip(course.days, ends, course.states, course.sledai, strict=True):
            axes.barh(row, end - day, left=day, height=2 * LANE, color=COLOURS[state], linewidth=0)
            axes.plot([day, day], [row - LANE, row + LANE], color="white", linewidth=0.8)
            if np.isfinite(points) and day - written >= room:
                on_blue = state == "remission" and end > day
                axes.text(day, row, f" {points:.0f}", fontsize=6.5, va="center", color="white" if on_blue else INK)
                written = day
    axes.axvline(0, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.set_xlim(first - 0.01 * (last - first), last + room)
    axes.set_title("Activity from each visit to the next, with SLEDAI", fontsize=8.5, loc="left", color=INK)
    words = {"remission": "DORIS remission", "low activity": "LLDAS", "active": "neither", "not known": "not known"}
    handles: list[Patch | Line2D] = [Patch(color=COLOURS[state], label=word) for state, word in words.items()]
    handles.append(Line2D([], [], color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)), label="infusion"))
    below = -(0.5 / ROW_HEIGHT) / max(len(courses), 1)
    axes.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, below * 0.72), ncols=5, fontsize=7.5, frameon=False, labelcolor=INK
    )


def draw_shares(shares: pd.DataFrame) -> Figure:
    """Share of patients in remission and low activity by four-week interval, with the number of patients known in each."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 2.6))
    axes = figure.add_axes((0.07, 0.2, 0.9, 0.68))
    styles = {"doris": ("DORIS remission", "#0072B2", "-"), "lldas": ("LLDAS", "#D55E00", (0, (4, 2)))}
    for score, (label, colour, line) in styles.items():
        rows = shares[shares["score"] == score]
        if len(rows):
            axes.plot(rows["day"], 100 * rows["share"], color=colour, linestyle=line, linewidth=1.5, label=label)
            axes.fill_between(rows["day"], 100 * rows["low"], 100 * rows["high"], color=colour, alpha=0.2, linewidth=0)
    axes.set_ylim(0, 100)
    axes.set_ylabel("visits, %", fontsize=8, color=INK)
    axes.set_xlabel("days since infusion, in intervals of 28", fontsize=8, color=INK)
    axes.tick_params(labelsize=7.5, colors=INK, length=3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.axvline(0, color=SOFT, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.legend(loc="upper left", bbox_to_anchor=(0, 1.17), ncols=2, fontsize=8, frameon=False, labelcolor=INK)
    return figure
