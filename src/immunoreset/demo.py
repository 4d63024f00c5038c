"""The demo: the published five-patient study, as a study document that comes with the package."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from immunoreset.study_document import Study
from immunoreset.study_reading import parse_study

if TYPE_CHECKING:
    from immunoreset.results import StudyResult

# The figure of the README shows the story: cells come, B cells go and return naive, the disease stays away.
README_PANELS = ("car_t_per_ul", "cd20_positive_per_ul", "lymph_node_percent", "sledai_2k")


def demo_study() -> Study:
    """Five patients, 400 twins each, under CAR-T cells, rituximab and no treatment."""
    name = "five-patients.toml"
    return parse_study(resources.files("immunoreset").joinpath(name).read_text("utf-8"), name)


def draw_readme_figure(result: StudyResult, file: Path) -> None:
    """The treatments side by side in four panels, as an SVG file."""
    from immunoreset.report.figures import draw_side_by_side
    from immunoreset.report.panels import panels_of
    from immunoreset.report.words import arm_in_words
    from immunoreset.store import replace_text

    panels = [panel for panel in panels_of(*result.diseases) if panel.output in README_PANELS]
    arms = {name: {output: arm.quantiles(output) for output in README_PANELS} for name, arm in result.arms.items()}
    figure = draw_side_by_side(result.days, arms, panels, names=[arm_in_words(name) for name in arms], columns=2)
    replace_text(file, figure, thing="figure", option="--figure")
