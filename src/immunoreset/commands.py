"""What the commands that make a run have in common: from a document to a folder, and to what is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from immunoreset import store
from immunoreset.errors import InvalidFile, InvalidValue, printable

if TYPE_CHECKING:
    from immunoreset.results import StudyResult
    from immunoreset.study_document import Study
    from immunoreset.uncertainty.choice import Asked as Uncertain
    from immunoreset.virtual_trial.document import TrialDocument

SAME = ("version", "parameter_hash")
"""What two runs of one document must share to have the same numbers."""


@dataclass(frozen=True)
class Asked:
    """How a run is made and shown, as the options of its command say."""

    out: Path
    force: bool = False
    resume: bool = False
    as_json: bool = False
    csv: bool = False
    threads: int | None = None
    unsure: Uncertain | None = None


def uncertain(draws: int | None, folder: Path | None, trial_size: int | None = None) -> Uncertain | None:
    """What the options ask for of draws of the numbers; None where nothing. Raises InvalidValue for options without draws."""
    from immunoreset.uncertainty.choice import Asked

    if draws is None:
        if folder is not None or trial_size is not None:
            raise InvalidValue(f"{'--trial-size' if folder is None else '--posterior'} goes with --uncertainty N; give N, say 50")
        return None
    return Asked(draws, folder, trial_size)


def print_json(document: Mapping[str, Any]) -> None:
    """JSON to the output, in escapes where its encoding lacks a sign."""
    text = store.to_json(document)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), indent=2)
    typer.echo(text)


def chosen(
    study: Study, *, patients: int | None, patient: str | None, twins: int | None, seed: int | None, rtol: float | None = None
) -> Study:
    """The study with what the options change. Raises InvalidValue for an option that its patients do not have."""
    drawn = study.patients.population is not None
    if patients is not None and not drawn:
        raise InvalidFile("--patients is for patients drawn from a population; these are listed: --twins N, or --patient ID")
    if twins is not None and drawn:
        typer.echo("immunoreset: these patients are drawn from a population; --twins is taken as --patients", err=True)
    return study.changed(twins=patients if twins is None else twins, seed=seed, rtol=rtol).of_patient(patient)


def simulate_study(study: Study, asked: Asked) -> StudyResult | None:
    """Simulate, save, and print what was found; None when the run was there already. The folder is checked first."""
    from immunoreset.catalogue import catalogue_of
    from immunoreset.manifest import files_named, parameter_hash, version
    from immunoreset.patient.tolerance import in_words
    from immunoreset.save import fill, write_csv_tables
    from immunoreset.study import run
    from immunoreset.terminal import RESEARCH_ONLY, comparison_table, mention_compiling, progress_bar, uncertainty_tables
    from immunoreset.uncertain_study import run_uncertain

    numbers = parameter_hash(study, catalogue_of(study))
    document = study.model_dump(mode="json")
    same = {
        "version": version(),
        "parameter_hash": numbers,
        "study": document,
        "files": files_named(document, study.folder),
        "uncertainty": asked.unsure.as_document() if asked.unsure else None,
    }
    if _is_there(asked, same):
        return None
    with store.new_run(asked.out, force=asked.force) as scratch:
        mention_compiling(sys.stderr)
        with progress_bar(study, sys.stderr, unsure=asked.unsure is not None) as report:
            how = {"threads": asked.threads, "progress": report}
            result = run(study, **how) if asked.unsure is None else run_uncertain(study, asked.unsure, **how)
        fill(result, scratch)
        if asked.csv:
            write_csv_tables(result, scratch)
    for line, arms in result.warnings.items():
        named = ", ".join(f"'{printable(name)}'" for name in arms)
        typer.echo(f"immunoreset: arm{'s' if len(arms) > 1 else ''} {named}: {line}", err=True)
    summary = result.summary()
    solved = in_words({name: study.tolerance_of(name) for name in study.arms})
    failed = f"{result.failed} of {result.simulations} simulations failed; solved with {solved}. {RESEARCH_ONLY}"
    tables = (comparison_table, uncertainty_tables)
    _print(asked, summary, lambda: (*(table(result, sys.stdout) for table in tables), typer.echo(failed)))
    return result


def simulate_trial(document: TrialDocument, asked: Asked) -> None:
    """Simulate the patients and the trials of a document, save, and print the main table."""
    from immunoreset.manifest import version
    from immunoreset.terminal import mention_compiling, steps_bar, trial_tables
    from immunoreset.virtual_trial.run import run_trial
    from immunoreset.virtual_trial.save import files_of, fill, parameter_hash
    from immunoreset.virtual_trial.uncertain import run_uncertain_trial

    same = {
        "version": version(),
        "parameter_hash": parameter_hash(document),
        "trial": document.model_dump(mode="json", exclude_unset=True),
        "files": files_of(document),
        "uncertainty": asked.unsure.as_document() if asked.unsure else None,
    }
    if _is_there(asked, same):
        return
    with store.new_run(asked.out, force=asked.force) as scratch:
        mention_compiling(sys.stderr)
        with steps_bar(sys.stderr) as report:
            how = {"threads": asked.threads, "progress": report}
            result = run_trial(document, **how) if asked.unsure is None else run_uncertain_trial(document, asked.unsure, **how)
        fill(result, scratch)
    _print(asked, result.summary(), lambda: trial_tables(result, sys.stdout))


def _print(asked: Asked, summary: Mapping[str, Any], show: Callable[[], object]) -> None:
    if asked.as_json:
        print_json(summary)
        return
    show()
    typer.echo(f"report: {asked.out / 'report.html'}")


def _is_there(asked: Asked, same: Mapping[str, Any]) -> bool:
    """Whether `--resume` finds the run complete; its summary is then printed. Raises InvalidFile for another run there."""
    if not asked.resume or not (asked.out / store.MANIFEST).is_file():
        return False
    run = store.open_run(asked.out)
    manifest = run.manifest
    different = [name for name, value in same.items() if manifest.get(name) != json.loads(store.to_json({"x": value}))["x"]]
    if different and not asked.force:
        raise InvalidFile(f"the run in '{asked.out}' has another {' and '.join(different)}; replace it with --force")
    if different:
        return False
    _print(asked, run.summary, lambda: typer.echo("the run is complete already"))
    return True
