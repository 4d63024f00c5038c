"""A drug of whoever starts the server is on the pages like any other: listed, read, and given to a patient."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).parents[2] / "examples" / "own-drug" / "anti_cd38.py"
ASKED = """
from fastapi.testclient import TestClient
from immunoreset.app.server import create_app

client = TestClient(create_app(), base_url="http://127.0.0.1:8765").__enter__()
text = "anti-cd38 1000 mg on day 60"
assert "anti-cd38" in [drug["name"] for drug in client.get("/api/meta").json()["drugs"]]
checked = client.post("/api/regimen/check", json={"text": text})
assert checked.json().get("ok"), checked.text
course = client.post("/api/patient/course", json={"treatments": [{"text": text}]})
assert course.status_code == 200 and course.json()["treatments"][0]["text"] == text, course.text
"""


def test_a_drug_of_ones_own_can_be_given_on_the_pages() -> None:
    environment = {**os.environ, "IMMUNORESET_MODULES": str(FILE)}
    done = subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
