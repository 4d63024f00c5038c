"""Imports go one way: from what is used to what uses it, in the order of the sentence."""

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

import immunoreset

ORDER = (
    "errors",
    "whole_numbers",
    "plain_numbers",
    "memory",
    "bounds",
    "streams",
    "toml_document",
    "document_kinds",
    "placing",
    "endpoints",
    "engine",
    "patient",
    "disease",
    "followed",
    "therapy",
    "catalogue",
    "population",
    "trial",
    "outcomes",
    "arm_warnings",
    "kept",
    "evidence",
    "inference",
    "uncertainty",
    "study_document",
    "baseline",
    "scan",
    "results",
    "report",
    "store",
    "study_reading",
    "study_size",
    "manifest",
    "study",
    "uncertain_study",
    "save",
    "sensitivity_analysis",
    "simulated_visits",
    "virtual_trial",
    "calibration",
    "validation",
    "exchange",
    "score_tables",
    "score_summary",
    "score_files",
    "demo",
    "terminal",
    "population_run",
    "evidence_commands",
    "bench_peak",
    "bench_chain",
    "bench",
    "app",
    "options",
    "commands",
    "calibrate_command",
    "diseases_command",
    "drugs_command",
    "population_command",
    "score_command",
    "sensitivity_command",
    "cli",
    "__main__",
)
LAZY_FOR_START_UP = {
    "demo.py",
    "terminal.py",
    "evidence_commands.py",
    "bench.py",
    "bench_chain.py",
    "commands.py",
    "score_command.py",
    "calibrate_command.py",
    "diseases_command.py",
    "drugs_command.py",
    "population_command.py",
    "sensitivity_command.py",
    "cli.py",
}  # they import where used, and backward as all others do
CONVENIENCES = {("results.py", "save"), ("study_document.py", "study_reading"), ("study.py", "uncertain_study")}
# `result.save(folder)`, `Study.read(path)`, `run(study, posterior=...)`
SOURCE = Path(next(iter(immunoreset.__path__)))
FILES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py") if path.name != "__init__.py" or path.parent != SOURCE)


class Imported(NamedTuple):
    """A part of the package that a file imports; `inside` a function it is loaded when that runs, `typing` never."""

    part: str
    inside: bool
    typing: bool


def part(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


def parts_of(statement: ast.AST) -> set[str]:
    """Parts of the package that an import statement names."""
    if isinstance(statement, ast.Import):
        names = [alias.name.split(".") for alias in statement.names]
        return {found[1] for found in names if found[0] == "immunoreset" and len(found) > 1}
    if not isinstance(statement, ast.ImportFrom) or statement.level or not statement.module:
        return set()
    names = statement.module.split(".")
    if names[0] != "immunoreset":
        return set()
    return {names[1]} if len(names) > 1 else {alias.name for alias in statement.names}


def imports(text: str) -> set[Imported]:
    """Every import of a part of the package in the text of a file, wherever it stands."""
    found = set()

    def look(node: ast.AST, inside: bool, typing: bool) -> None:
        found.update(Imported(name, inside, typing) for name in parts_of(node))
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        checked = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for child in ast.iter_child_nodes(node):
            look(child, inside, typing or checked)

    look(ast.parse(text), inside=False, typing=False)
    return found


def imports_of(path: Path) -> set[Imported]:
    return {one for one in imports((SOURCE / path).read_text("utf-8")) if one.part != part(path)}


@pytest.mark.parametrize("path", FILES, ids=str)
def test_file_imports_only_what_comes_before_it(path):
    """At the top, inside functions and for types alike."""
    assert part(path) in ORDER, f"{path}: add the new part to ORDER, where it belongs in the sentence"
    rank = ORDER.index(part(path))
    for other in imports_of(path):
        if not (other.inside and (str(path), other.part) in CONVENIENCES):
            assert ORDER.index(other.part) < rank, f"{path} imports {other.part}, which comes later"


@pytest.mark.parametrize("path", FILES, ids=str)
def test_file_imports_at_its_top(path):
    lazy = {other.part for other in imports_of(path) if other.inside and (str(path), other.part) not in CONVENIENCES}
    assert not lazy or str(path) in LAZY_FOR_START_UP, f"{path} imports {sorted(lazy)} inside functions"


def test_lists_of_exceptions_name_nothing_that_is_gone():
    for name in LAZY_FOR_START_UP:
        assert any(other.inside for other in imports_of(Path(name))), name
    for name, other in CONVENIENCES:
        assert Imported(other, inside=True, typing=False) in imports_of(Path(name)), name
        assert ORDER.index(other) > ORDER.index(part(Path(name))), f"{name} may import {other} like any other file"


def test_import_is_seen_wherever_it_stands():
    text = "import immunoreset.app\nif TYPE_CHECKING:\n    from immunoreset.study import run\n"
    text += "class A:\n    def f(self):\n        if self:\n            from immunoreset import cli\n"
    assert imports(text) == {Imported("app", False, False), Imported("study", False, True), Imported("cli", True, False)}


def test_engine_knows_no_biology():
    for path in FILES:
        if part(path) == "engine":
            assert {other.part for other in imports_of(path)} <= {"errors"}, path
