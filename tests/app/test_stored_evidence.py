"""The evidence that comes with the package is of the model that comes with it."""

import json
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from immunoreset.app import stored_evidence
from immunoreset.app.api import evidence
from immunoreset.evidence import published_numbers


def test_stored_evidence_is_of_these_parameters():
    kept = json.loads((Path(stored_evidence.__file__).parent / stored_evidence.FILE).read_text("utf-8"))
    assert stored_evidence.is_current(kept), "run: python -m immunoreset.app.stored_evidence"


def test_page_says_of_the_model_s_tuning_what_the_roles_say():
    app = FastAPI()
    app.include_router(evidence.router)
    found = TestClient(app).get("/api/evidence").json()
    shown = {row["quantity"]: row["tuned"] for row in (*found["tuned"], *found["untouched"])}
    assert shown == {number.quantity: number.tuned for number in published_numbers()}
    assert all(row["tuned"] for row in found["tuned"]) and not any(row["tuned"] for row in found["untouched"])
