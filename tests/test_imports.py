"""Imports go one way: from what is used to what uses it, in the order of the sentence."""

import ast
from pathlib import Path

import pytest

import immunoreset

ORDER = (
    "errors",
    "bounds",
    "streams",
    "placing",
    "endpoints",
    "engine",
    "patient",
    "therapy",
    "population",
    "trial",
    "outcomes",
    "course",
    "evidence",
    "results",
    "report",
    "store",
    "toml_document",
    "study_document",
    "study_reading",
    "manifest",
    "study",
    "save",
    "simulated_visits",
    "virtual_trial",
    "exchange",
    "score_tables",
    "score_summary",
    "score_files",
    "demo",
    "terminal",
    "bench",
    "app",
    "options",
    "commands",
    "score_command",
    "cli",
)
SOURCE = Path(next(iter(immunoreset.__path__)))
FILES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if path.name != "__init__.py" or path.parent != SOURCE)


def part(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


def imported_parts(path: Path) -> set[str]:
    """Parts of the package that a file imports when it is loaded; an import inside a function does not count."""
    found = set()
    for node in ast.parse((SOURCE / path).read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names = node.module.split(".")
            if names[0] == "immunoreset":
                found |= {names[1]} if len(names) > 1 else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=str)
def test_file_imports_only_what_comes_before_it(path):
    assert part(path) in ORDER, f"{path}: add the new part to ORDER, where it belongs in the sentence"
    rank = ORDER.index(part(path))
    for other in imported_parts(path) - {part(path)}:
        assert ORDER.index(other) < rank, f"{path} imports {other}, which comes later"


def test_engine_knows_no_biology():
    for path in FILES:
        if part(path) == "engine":
            assert imported_parts(path) <= {"engine", "errors"}, path
