"""What tests of published rows share: the line of a row on its page, and whether a verdict has changed against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from immunoreset.validation.compared import Compared

MARGIN = {"sampled": 3.5, "whole": 2.0}
"""Standard errors beyond an edge of its band at which a verdict has changed."""


def printed(page: str, row: Compared) -> str:
    """The line of a row on a page."""
    import compared_cells

    (line,) = [line for line in page.splitlines() if f"| {compared_cells.name(row)} |" in line]
    return line


@pytest.fixture
def printed_on(docs_on_path: None) -> Callable[[str, Compared], str]:
    return printed


@pytest.fixture
def docs_on_path(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The scripts in docs can be imported."""
    monkeypatch.syspath_prepend(request.config.rootpath / "docs")


@pytest.fixture
def changed_verdicts(docs_on_path: None) -> Callable[[Iterable[Compared], str, str], list[str]]:
    """Rows whose verdict is no longer that of the page, of those simulated at a depth."""

    def found(rows: Iterable[Compared], page: str, depth: str) -> list[str]:
        changed = []
        for row in rows:
            if row.simulated is None:
                continue
            assert row.simulated.patients > 0 and np.isfinite(row.simulated.value), row.row.id
            missed, edge = "**outside**" in printed(page, row), MARGIN[depth]
            now = f"{row.simulated.value:.3g} +- {row.simulated.error:.2g}"
            print(f"{row.verdict:14} {row.row.id}: {now}, published {row.published}")
            if row.band and (row.beyond < -edge if missed else row.beyond > edge):
                changed.append(f"{row.row.id}: {row.simulated.value:.3g}, band {row.band.low:.3g} to {row.band.high:.3g}")
        return changed

    return found
