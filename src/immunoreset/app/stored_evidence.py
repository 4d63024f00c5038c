"""The five-patient study as it was last run, kept in evidence.json, so that the Evidence page opens at once.

`python -m immunoreset.app.stored_evidence` runs it anew; a test fails when parameters have changed since.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from immunoreset.demo import demo_study
from immunoreset.manifest import parameter_hash
from immunoreset.store import write_json
from immunoreset.study import run
from immunoreset.study_document import Study

FILE = "evidence.json"
KEPT = ("version", "seed", "created", "parameter_hash", "failures")


def stored() -> dict[str, Any]:
    """The comparison table of the stored run and what is known of how it was made."""
    return json.loads(resources.files("immunoreset.app").joinpath(FILE).read_text(encoding="utf-8"))


def is_current(kept: dict[str, Any]) -> bool:
    """Whether the stored run was made with the parameters and the study of today."""
    study = demo_study()
    same_study = Study.model_validate(kept["manifest"]["study"]) == study
    return same_study and kept["manifest"]["parameter_hash"] == parameter_hash(study)


def store_anew() -> Path:
    """Run the study and keep its comparison table."""
    result = run(demo_study())
    manifest = {name: result.manifest[name] for name in (*KEPT, "study")}
    file = Path(__file__).with_name(FILE)
    write_json(file, {"comparisons": [row.as_dict() for row in result.comparisons], "manifest": manifest})
    return file


if __name__ == "__main__":
    print(store_anew())
