"""The built pages match their sources: nobody needs Node to know it, only to build them anew."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB, BUILT = ROOT / "web", ROOT / "src/immunoreset/app/static"
SOURCES = ("index.html", "package-lock.json", "package.json", "public", "record.mjs", "src", "tsconfig.json", "vite.config.ts")
RECORD = "built-from.json"
ADVICE = "run `npm ci` and `npm run build` in web, and commit src/immunoreset/app/static"
LARGEST = 350_000  # bytes of gzipped JavaScript


def _hash(folder: Path, files: list[Path]) -> str:
    """The hash of the lines "sha256  path", sorted by path, as web/record.mjs writes it."""
    named = sorted((file.relative_to(folder).as_posix(), file) for file in files)
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}\n" for name, file in named)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _below(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]


@pytest.fixture(scope="module")
def record() -> dict[str, str]:
    return json.loads((BUILT / RECORD).read_text())


def test_the_built_files_were_made_from_these_sources(record):
    if not WEB.is_dir():
        pytest.skip("the sources of the pages are not in this copy of the package")
    sources = [file for name in SOURCES for file in _below(WEB / name)]
    assert record["sources"] == _hash(WEB, sources), ADVICE


def test_nobody_changed_the_built_files_by_hand(record):
    assert record["built"] == _hash(BUILT, [file for file in _below(BUILT) if file.name != RECORD]), ADVICE


def test_the_page_of_the_equations_is_that_of_the_documentation():
    written = ROOT / "docs/model.md"
    if not written.is_file():
        pytest.skip("the documentation is not in this copy of the package")
    assert (BUILT / "model.md").read_bytes() == written.read_bytes(), ADVICE


def test_all_javascript_together_is_small():
    assert sum(len(gzip.compress(file.read_bytes())) for file in BUILT.rglob("*.js")) < LARGEST


def test_the_built_files_name_no_other_server():
    allowed = ("http://www.w3.org/", "https://react.dev/", "https://github.com/")
    for file in _below(BUILT):
        if file.suffix not in (".js", ".css", ".html"):
            continue
        text = file.read_text(encoding="utf-8")
        for start in (at for scheme in ("http://", "https://") for at in _places(text, scheme)):
            assert text.startswith(allowed, start), text[start : start + 60]


def _places(text: str, part: str) -> list[int]:
    places, at = [], text.find(part)
    while at >= 0:
        places.append(at)
        at = text.find(part, at + 1)
    return places
