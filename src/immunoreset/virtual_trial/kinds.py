"""All kinds of trial document, told apart by their key `kind`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from immunoreset.virtual_trial.phase_1_document import Phase1
from immunoreset.virtual_trial.randomised_document import Phase3, Power
from immunoreset.virtual_trial.single_arm_document import Phase2

Trial = Annotated[Phase1 | Phase2 | Phase3 | Power, Field(discriminator="kind")]
ADAPTER: TypeAdapter[Any] = TypeAdapter(Trial)


def trial_schema() -> dict[str, Any]:
    """The JSON Schema of a trial document."""
    return ADAPTER.json_schema()
