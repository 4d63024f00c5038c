"""Figures as SVG text: selectable words, no outside resource, the same bytes for the same numbers."""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TAG = re.compile(r"<[^>]*>")
_LONG_DECIMAL = re.compile(r"(\d+\.\d{2})\d+")


def svg_document(figure: Figure) -> str:
    """The figure as an SVG file; coordinates keep two decimals, words stay as they are."""
    import matplotlib as mpl

    drawing = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "immunoreset", "font.family": "sans-serif"}):
        figure.savefig(drawing, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub(r"<metadata>.*?</metadata>", "", drawing.getvalue(), flags=re.DOTALL)
    return _TAG.sub(lambda tag: _LONG_DECIMAL.sub(r"\1", tag.group()), text)


def inline_svg(figure: Figure, description: str) -> str:
    """The figure as an <svg> element of a page, as wide as its place, with a description for screen readers."""
    document = svg_document(figure)
    text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', 'width="100%"', document[document.index("<svg") :], count=1)
    text = re.sub(r'<g id="[^"]*"', "<g", text)  # a page with many figures would repeat these names
    return text.replace("<svg ", f'<svg role="img" aria-label="{html.escape(description)}" ', 1)
