"""The manifest of a run: everything needed to know how its numbers came about, and to make them again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata, resources
from typing import Any

from immunoreset.patient.parameters import standing_counts
from immunoreset.results import ArmResult
from immunoreset.study_document import Study


def version() -> str:
    """The installed version."""
    return metadata.version("immunoreset")


def parameter_hash(study: Study) -> str:
    """SHA-256 of the parameter tables and of what the study changes in them."""
    digest = hashlib.sha256()
    for file in ("parameters.toml", "sets.toml"):
        digest.update(resources.files("immunoreset.patient").joinpath(file).read_bytes())
    changed = {name: study.patients_of(name).parameters for name in study.arms}
    digest.update(json.dumps(changed, sort_keys=True).encode())
    return digest.hexdigest()


def machine() -> dict[str, str]:
    """The software and the machine of a run."""
    import numpy as np

    return {
        "version": version(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
    }


def manifest_of(study: Study, arms: Mapping[str, ArmResult], solver: Mapping[str, Any]) -> dict[str, Any]:
    """The document of manifest.json."""
    return {
        **machine(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": study.seed,
        "solver": {**solver, "start": study.start, "stop": study.stop},
        "parameter_hash": parameter_hash(study),
        "parameters_by_standing": standing_counts(),
        "failures": {name: {"twins": arm.twins, "failed": dict(arm.failures)} for name, arm in arms.items()},
        "study": study.model_dump(mode="json"),
    }
