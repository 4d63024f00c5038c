"""The evidence that comes with the package is of the model that comes with it."""

import json
from pathlib import Path

from immunoreset.app import stored_evidence


def test_stored_evidence_is_of_these_parameters():
    kept = json.loads((Path(stored_evidence.__file__).parent / stored_evidence.FILE).read_text("utf-8"))
    assert stored_evidence.is_current(kept), "run: python -m immunoreset.app.stored_evidence"
