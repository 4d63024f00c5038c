"""What `immunoreset evidence check` prints: how many rows have which role and standing, and what must be changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from immunoreset.evidence.library import Evidence, evidence_with
from immunoreset.evidence.rows import ROLES, STANDINGS
from immunoreset.evidence.rules import Remark


def check(paths: Iterable[Path] = ()) -> Evidence:
    """All evidence with the documents at `paths`; a folder stands for the documents in it. Raises InvalidFile."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.toml")) if path.is_dir() else [path]
    return evidence_with(found)


def summary(found: Evidence) -> dict[str, Any]:
    """Counts, what was set by code, and complaints, for JSON."""
    rows = found.rows.values()
    counts = Counter((row.role, row.standing) for row in rows)
    return {
        "publications": len(found.publications),
        "cohorts": len(found.cohorts.by_id),
        "rows": len(found.rows),
        "roles": {role: sum(counts[role, standing] for standing in STANDINGS) for role in ROLES},
        "standings": {standing: sum(counts[role, standing] for role in ROLES) for standing in STANDINGS},
        "by_role_and_standing": {role: {standing: counts[role, standing] for standing in STANDINGS} for role in ROLES},
        "tolerances_of_ours": sum(row.tolerance is not None for row in rows),
        "set_by_code": _listed(found.set_by_code),
        "complaints": _listed(found.complaints),
    }


def _listed(remarks: Sequence[Remark]) -> list[dict[str, str]]:
    return [{"file": remark.file, remark.kind: remark.row, "text": remark.text} for remark in remarks]


def print_summary(found: Evidence, stream: TextIO) -> None:
    """The counts as a table, then one line for each row whose role was set by code and for each complaint."""
    counted = summary(found)
    table = counted["by_role_and_standing"]
    lines = [f"{counted['publications']} publications, {counted['cohorts']} cohorts, {counted['rows']} rows", ""]
    lines.append(f"{'role':<12}" + "".join(f"{standing:>12}" for standing in STANDINGS) + f"{'all':>8}")
    for role in ROLES:
        cells = "".join(f"{table[role][standing]:>12}" for standing in STANDINGS)
        lines.append(f"{role:<12}{cells}{counted['roles'][role]:>8}")
    lines += ["", f"{counted['tolerances_of_ours']} bands are tolerances chosen by us; all others are computed or published."]
    lines += ["", f"Set by code, because patients are shared: {len(found.set_by_code)}", *(f"  {r}" for r in found.set_by_code)]
    lines += ["", f"Complaints: {len(found.complaints) or 'none'}", *(f"  {r}" for r in found.complaints)]
    stream.write("\n".join(lines) + "\n")
