"""What a calibration rests on, as hashes: rows, numbers, document, engine. One that no longer fits says what has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from immunoreset.calibration.plan import Plan
from immunoreset.manifest import version
from immunoreset.patient.birth_certificates import table_of
from immunoreset.patient.host import HOST


def lock_of(plan: Plan) -> dict[str, Any]:
    """Version, seed, and SHA-256 of the document, of what numbers decide, and of each row and how it is read."""
    return {
        "version": version(),
        "seed": plan.document.seed,
        "document": _hash(_what_decides(plan)),
        "numbers": _hash(_numbers(plan)),
        "rows": {
            row.row.id: _hash([repr(row.row.statistic), repr(row.row.tolerance), row.reading, row.arm, row.against])
            for row in plan.rows
        },
    }


def _what_decides(plan: Plan) -> dict[str, Any]:
    """The document without its words and without what is only watched."""
    document = plan.document.model_dump(mode="json", exclude={"title", "description", "validation"})
    return {**document, "arms": {name: arm for name, arm in document["arms"].items() if name in plan.arms}}


def _numbers(plan: Plan) -> list[Any]:
    """What patients and priors follow from: the host, the diseases and drugs of the arms.

    A better source makes no calibration stale, nor does a disease or drug that it does not simulate.
    """
    theta, diseases = plan.base, plan.diseases
    arms = (*plan.arms.values(), *plan.watched_arms.values())
    given = [plan.catalogue.drugs[name].module for name in dict.fromkeys(n for arm in arms for n in arm.regimen.drugs)]
    modules = [*HOST, *(module for disease in diseases for module in disease.modules), *given]
    names = {module.name for module in modules} | {table_of(module).like for module in given}
    hosts = [theta.host(disease.name) for disease in diseases if disease.host]
    groups = (theta.table, *(found.parameters for found in (*theta.products.values(), *hosts)))
    return [
        [own.name, own.value, list(own.bounds), own.spread, own.standing, own.was]
        for group in groups
        for own in sorted(group.values(), key=lambda own: own.name)
        if own.name.split(".")[0] in names
    ]


def stale(lock: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What has changed since, in words; empty where the lock still fits."""
    changed = [name for name in ("document", "numbers") if lock.get(name) != now.get(name)]
    before, after = lock.get("rows", {}), now.get("rows", {})
    changed += [f"row '{name}'" for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    return sorted(changed)


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
