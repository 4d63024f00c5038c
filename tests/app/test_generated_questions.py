"""Questions made from the OpenAPI document, right and wrong ones, never find the server at fault."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error

from immunoreset.app.server import create_app

QUESTIONS = 12  # of each route, so that all of them take less than a minute


schema = schemathesis.openapi.from_dict(create_app().openapi())


@schema.parametrize()
@settings(
    max_examples=QUESTIONS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_no_question_finds_the_server_at_fault(case, served):
    answer = case.call(base_url=served)
    case.validate_response(answer, checks=[not_a_server_error])
    if answer.status_code >= 400 and case.method != "HEAD":
        assert "error" in answer.json(), answer.text
        assert "Traceback" not in answer.text
