"""What the documentation shows can be run."""

import re
from pathlib import Path

from immunoreset.study import run
from immunoreset.study_reading import parse_study

DOCS = Path(__file__).parent.parent / "docs"


def test_study_of_the_guide_runs_in_both_kinds_of_patients():
    text = (DOCS / "studies.md").read_text("utf-8")
    document = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert document is not None
    study = parse_study(document.group(1)).changed(twins=2)
    result = run(study)
    assert result.failed == 0
    assert result.arm("lymphoma").twins == 2 and result.arm("full").twins == 10


def test_python_of_the_guide_runs(tmp_path):
    text = (DOCS / "studies.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    code = "\n".join(blocks).replace("twins=50", "twins=2").replace("runs/mine", str(tmp_path / "run"))
    code = code.replace("examples/", f"{DOCS.parent}/examples/")
    names: dict = {}
    exec(code, names)
    assert (tmp_path / "run" / "report.html").is_file()
