"""The manifest of a run: everything needed to know how its numbers came about, and to make them again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from immunoreset.catalogue import Catalogue, Theta
from immunoreset.patient.birth_certificates import Parameter, standing_counts
from immunoreset.patient.host import HOST
from immunoreset.patient.tolerance import as_document
from immunoreset.population.twins import TWINS_OF
from immunoreset.results import ArmResult
from immunoreset.scan import patients_by_steps
from immunoreset.study_document import FIVE_PATIENTS, Study
from immunoreset.therapy.regimen import Regimen


def version() -> str:
    """The installed version."""
    return metadata.version("immunoreset")


@cache
def code_hash() -> str:
    """SHA-256 of the code and the tables of the package as they are on disk, for what must not outlive a change of them."""
    digest, package = hashlib.sha256(), Path(__file__).parent
    for file in sorted(file for kind in ("*.py", "*.toml", "*.csv") for file in package.rglob(kind)):
        digest.update(str(file.relative_to(package)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def parameter_hash(study: Study, catalogue: Catalogue) -> str:
    """SHA-256 of all numbers of the model, with their birth certificates, and of what the study changes in them."""
    changed: dict[str, Any] = {name: study.patients_of(name).parameters for name in study.arms}
    factors = {name: study.patients_of(name).factors for name in study.arms if study.patients_of(name).factors}
    if factors or study.scan:
        changed = {"parameters": changed, "factors": factors, "scan": study.scan and study.scan.model_dump(exclude={"show"})}
    return hash_of_numbers(catalogue.theta, changed)


def hash_of_numbers(theta: Theta, changed: Mapping[str, Any]) -> str:
    """SHA-256 of all numbers with their birth certificates, of how spreads are changed, and of what a document changes."""
    digest = hashlib.sha256()
    hosts = [theta.host(name) for name in theta.hosts]
    for group in (theta.table, *(found.parameters for found in (*theta.products.values(), *hosts))):
        digest.update(repr(sorted((name, repr(parameter)) for name, parameter in group.items())).encode())
    if theta.spreads:
        digest.update(json.dumps(dict(theta.spreads), sort_keys=True).encode())
    digest.update(json.dumps(changed, sort_keys=True).encode())
    return digest.hexdigest()


def beyond_bounds(study: Study, catalogue: Catalogue) -> list[dict[str, Any]]:
    """The numbers that stand outside their bounds, each with value, bounds, unit and the arms in which it does.

    A factor is told by what it makes of the number of the typical patient with the disease.
    """
    theta = catalogue.theta
    arms: dict[tuple[str, float, str], list[str]] = {}
    everybody = [(arm, study.patients_of(arm)) for arm in study.arms]
    everybody += [("scan", who) for who in patients_by_steps(study).values()]
    for arm, who in everybody:
        host = catalogue.population(who.population or TWINS_OF)[0].name
        own = {theta.find(name): value for name, value in who.parameters.items()}
        for name, factor in who.factors.items():
            flat = theta.find(name)
            own[flat] = own.get(flat, theta.certificate(flat, host).value) * factor
        for name, value in {**theta.changed, **own}.items():
            if arm not in arms.setdefault((name, value, host), []):
                arms[name, value, host].append(arm)
    found = []
    for (name, value, host), where in arms.items():
        parameter = theta.certificate(name, host)
        if not parameter.bounds[0] <= value <= parameter.bounds[1]:
            found.append(
                {"parameter": name, "value": value, "bounds": list(parameter.bounds), "unit": parameter.unit, "arms": where}
            )
    return found


def files_named(document: Mapping[str, Any], folder: Path) -> dict[str, str] | None:
    """SHA-256 of each file that a study or trial names in its `folder`; blank where it cannot be read, None without any."""
    who = [document.get("population"), document.get("patients")]
    who += [arm.get("patients") for arm in (document.get("arms") or {}).values() if isinstance(arm, Mapping)]
    tables = [table for table in who if isinstance(table, Mapping)]
    named = [document.get("outcomes"), *(table.get(key) for table in tables for key in ("listed", "baseline"))]
    named += (document.get("modules") or {}).get("files", [])
    wanted = dict.fromkeys(name for name in named if isinstance(name, str) and name != FIVE_PATIENTS)
    return {name: _hash_of_file(folder / name) for name in wanted} or None


def _hash_of_file(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def machine() -> dict[str, str]:
    """The software and the machine of a run."""
    import numpy as np

    return {
        "version": version(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
    }


def numbers_of(theta: Theta, used: Mapping[str, Parameter] | None = None) -> dict[str, Any]:
    """What a manifest says of the numbers of the model: how many of those `used` (all if not given) stand on what, and those
    that were changed for this run."""
    told: dict[str, Any] = {"parameters_by_standing": standing_counts(theta.table if used is None else used)}
    if theta.changed:
        told["changed_numbers"] = dict(theta.changed)
    if theta.spreads:
        told["changed_spreads"] = dict(theta.spreads)
    return told


def _used(arms: Mapping[str, ArmResult], catalogue: Catalogue) -> dict[str, Parameter]:
    """The numbers that the host, the diseases of the arms and their drugs read; a disease's own value counts beside another's."""
    found: dict[str, Parameter] = {}
    for arm in arms.values():
        for disease in arm.diseases:
            modules = (*HOST, *disease.modules, *Regimen.parse(arm.treatment, catalogue.drugs).own_modules)
            for name, parameter in catalogue.theta.read_by(modules, disease.name).items():
                other = found.setdefault(name, parameter)
                if other != parameter:
                    found[f"{disease.name}: {name}"] = parameter
    return found


def manifest_of(study: Study, arms: Mapping[str, ArmResult], solver: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """The document of manifest.json; `solver` is that of the arm which is solved least exactly."""
    tolerances = {name: study.tolerance_of(name) for name in study.arms}
    loosest = max(tolerance.rtol for tolerance in tolerances.values())
    return {
        **machine(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": study.seed,
        "solver": {**solver, "rtol": loosest, "start": study.start, "stop": study.stop},
        "tolerance": as_document(tolerances),
        "parameter_hash": parameter_hash(study, catalogue),
        **numbers_of(catalogue.theta, _used(arms, catalogue)),
        "beyond_bounds": beyond_bounds(study, catalogue),
        "failures": {name: {"twins": arm.twins, "failed": dict(arm.failures)} for name, arm in arms.items()},
        "study": study.model_dump(mode="json"),
        "files": files_named(study.model_dump(mode="json"), study.folder),
    }
