"""What the documentation shows can be run, and is what the code does."""

import importlib
import re
from pathlib import Path

import pytest

import immunoreset
from immunoreset.baseline import Baseline, Row, balanced, parse_baseline
from immunoreset.catalogue import built_in
from immunoreset.disease.lupus import LUPUS
from immunoreset.evidence import evidence_with, published_numbers
from immunoreset.evidence.document import RowTable
from immunoreset.followed import followed
from immunoreset.outcomes import outcomes_of
from immunoreset.population.cohort_file import parse_patients
from immunoreset.report.page import TUNED
from immunoreset.study import run
from immunoreset.study_reading import parse_study
from immunoreset.therapy import DRUGS, STANDARD, Regimen
from immunoreset.virtual_trial.named_designs import DESIGNS, RULES
from immunoreset.virtual_trial.reading import parse_trial
from immunoreset.virtual_trial.run import run_trial

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert found, f"{page.name} has no {language}"
    return found


def execute(code: str, place: Path) -> dict:
    """Run a page's code with few twins, and its runs in `place`."""
    code = (
        code.replace("twins=50", "twins=2")
        .replace("n=200", "n=3")
        .replace('"runs/', f'"{place}/')
        .replace("examples/", f"{ROOT}/examples/")
    )
    names: dict = {}
    exec(code, names)
    return names


def test_study_of_the_guide_runs_in_both_kinds_of_patients():
    study = parse_study(blocks(DOCS / "studies.md", "toml")[0]).changed(twins=2)
    result = run(study)
    assert result.failed == 0
    assert result.arm("lymphoma").twins == 2 and result.arm("full").twins == 10


def test_python_of_the_guide_runs(tmp_path):
    execute("\n".join(blocks(DOCS / "studies.md", "python")), tmp_path)
    assert (tmp_path / "mine" / "report.html").is_file()


@pytest.mark.parametrize(
    "name",
    ["engine.md", "evidence.md", "patients.md", "populations.md", "regimens.md", "sensitivity.md", "trials.md", "uncertainty.md"],
)
def test_python_of_the_page_runs(name, tmp_path):
    for block in blocks(DOCS / name, "python"):
        execute(block, tmp_path)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["phase 1", "rates", "phase 3"])
def test_trial_documents_of_the_page_run(place, tmp_path):
    result = run_trial(parse_trial(blocks(DOCS / "trials.md", "toml")[place]))
    assert (result.save(tmp_path / "run") / "report.html").is_file()


def test_evidence_document_of_the_page_is_read_without_complaint(tmp_path):
    (text,) = blocks(DOCS / "evidence.md", "toml")
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    found = evidence_with([file])
    assert not found.complaints and {"mine/doris-day90", "mine/sledai-day90"} <= set(found.rows)


def test_baseline_of_the_page_is_met_by_different_patients():
    (text,) = blocks(DOCS / "populations.md", "toml")
    found = balanced(parse_baseline(text))
    assert len(set(found.cohort.ids.tolist())) == 100 and found.weights.effective > 0.3


def test_every_key_of_a_baseline_is_on_the_page():
    text = (DOCS / "populations.md").read_text("utf-8")
    for key in {*Baseline.model_fields, *Row.model_fields} - {"modules", "row", "description"}:
        assert re.search(rf"\b{key} = ", text), key


def test_every_key_of_an_evidence_row_is_on_the_page():
    text = (DOCS / "evidence.md").read_text("utf-8")
    for key in RowTable.model_fields:
        assert f"`{key}`" in text or re.search(rf"^{key} = ", text, re.MULTILINE), key


def test_every_design_and_rule_of_a_trial_is_on_the_page():
    text = (DOCS / "trials.md").read_text("utf-8")
    for name in (*DESIGNS, *RULES):
        assert f"`{name}`" in text, name


def test_study_of_the_readme_is_the_same_in_python_and_as_a_document(tmp_path, capsys):
    (code,) = blocks(ROOT / "README.md", "python")
    (document,) = blocks(ROOT / "README.md", "toml")
    assert len(code.splitlines()) == 12
    names = execute(code, tmp_path)
    assert "with cleared lymph nodes" in capsys.readouterr().out
    assert (tmp_path / "conditioning" / "report.html").is_file()
    assert names["study"].model_dump() == parse_study(document).changed(twins=3).model_dump()


def test_every_regimen_of_the_page_is_read_and_written_back():
    lines = "".join(blocks(DOCS / "regimens.md", "regimen")).splitlines()
    assert len(lines) > 10
    for line in lines:
        regimen = Regimen.parse(line)
        assert Regimen.parse(str(regimen)) == regimen


def test_every_drug_and_standard_regimen_is_on_the_page():
    text = (DOCS / "regimens.md").read_text("utf-8")
    for drug in DRUGS.values():
        assert f"| `{drug.name}` | {drug.meaning} |" in text, drug.name
    for name in STANDARD:
        assert name in text, name


def test_therapies_are_listed_as_they_are(monkeypatch):
    """`python docs/refresh.py therapies` renews them."""
    monkeypatch.syspath_prepend(DOCS)
    therapies_page = importlib.import_module("therapies_page")
    assert therapies_page.PAGE.read_text("utf-8") == therapies_page.page()
    assert therapies_page.parts()["drugs"] in therapies_page.REGIMENS.read_text("utf-8")


def test_message_of_the_page_is_the_one_that_is_given():
    with pytest.raises(immunoreset.ImmunoresetError) as error:
        Regimen.parse("rituximab 1000 mg/ml on day 0")
    assert str(error.value) in (DOCS / "regimens.md").read_text("utf-8")


def test_patients_file_of_the_page_is_read():
    (text,) = blocks(DOCS / "patients.md", "csv")
    assert [facts.patient for facts in parse_patients(text, "page")] == ["A", "B", "C"]


def test_table_of_the_readme_has_the_published_numbers_of_today():
    """Simulated numbers are refreshed by `python docs/refresh.py agreement`; published ones must never lag behind."""
    text = (ROOT / "README.md").read_text("utf-8").split("<!-- agreement -->")[1].split("<!-- /agreement -->")[0]
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    assert len(rows) == len(published_numbers())
    for row, number in zip(rows, published_numbers(), strict=True):
        assert row.startswith(f"| {number.label}") and f"| {number.text} |" in row
        assert row.endswith(f"| {TUNED[number.tuned]} |")
    counts = [sum(number.tuned == mark for number in published_numbers()) for mark in (True, "indirectly")]
    assert f"tuned to {counts[0]} of these {len(rows)} numbers and indirectly" in text and f"to {counts[1]} more" in text


def test_table_of_codes_is_up_to_date(refresh):
    """`python docs/refresh.py codes` renews it."""
    assert refresh.code_table() in (DOCS / "scores.md").read_text("utf-8")


def test_outcomes_and_quantities_are_listed_as_they_are(monkeypatch):
    """`python docs/refresh.py outcomes` renews them."""
    monkeypatch.syspath_prepend(DOCS)
    page, script = (DOCS / "outcomes.md").read_text("utf-8"), importlib.import_module("outcomes_page")
    assert all(part in page for part in script.parts().values())
    for name in (*outcomes_of(LUPUS), *followed(LUPUS)):
        assert f"| `{name}` |" in page, name
    for disease in built_in().diseases.values():
        assert all(f"`{name}`" in page for name in (*disease.outcomes, *disease.followed)), disease.name


def test_refreshing_touches_only_what_lies_between_the_marks(refresh):
    assert refresh.put_between("a\n<!-- x -->\nold\n<!-- /x -->\nb", "x", "new\n") == "a\n<!-- x -->\nnew\n<!-- /x -->\nb"
    with pytest.raises(SystemExit):
        refresh.put_between("nothing", "x", "new")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"
