"""Reads any mix of files and folders into one table of visits: tidy CSV, SAS transport files and Dataset-JSON of CDISC.

What a file is, its ending and its first bytes say; which dataset it holds, its name and its columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from immunoreset.errors import InvalidFile
from immunoreset.exchange.cdisc.adam import add_adam
from immunoreset.exchange.cdisc.domains import SDTM, SUPPLEMENT, TWINS, dataset_code
from immunoreset.exchange.cdisc.sdtm import add_sdtm
from immunoreset.exchange.cdisc.study import Source, Study
from immunoreset.exchange.cdisc.supplements import Supplement, parent_of
from immunoreset.exchange.dataset import Dataset
from immunoreset.exchange.dataset_json import FORMS
from immunoreset.exchange.dataset_json_reader import read_dataset_json
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.intake import Intake, IntakeStore
from immunoreset.exchange.tidy_csv import add_tidy
from immunoreset.exchange.xpt import read_xpt
from immunoreset.exchange.xpt_layout import pyreadstat

CSV = (".csv", ".tsv", ".txt")
XPT = ".xpt"
ENDINGS = (*CSV, XPT, *FORMS)
FIRST = ("DM", "ADSL")
SAS, ZLIB, BYTES = b"HEADER RECORD*******", b"\x78", 80


@dataclass(frozen=True)
class _Opened:
    """A dataset whose description was read, and what it is."""

    path: Path
    dataset: Dataset
    code: str


@contextmanager
def read_visits(
    paths: Iterable[Path | str], faults: Faults, *, product: str = "", all_drugs_listed: bool = False
) -> Iterator[Intake]:
    """The contents of files, and of all files in folders; what is wrong goes to `faults`, the rest can be had as visits.

    `product` names the cell product as EXTRT does, where its usual words (CAR, cells, autoleucel) would not find it. With
    `all_drugs_listed`, CM or ADCM is complete: on days on which it names no glucocorticoid, the dose is 0, and likewise for
    immunosuppressants and antimalarials that the dictionary knows; otherwise what nobody wrote down is missing. The counts
    of the intake are values that scores can use, of which a row of a dataset may have none, one or several; what no score uses
    is counted in the notes. Raises InvalidFile only for a file that is not there, cannot be opened or needs a package.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "visits.csv").write_text("patient,day,item,value,unit\\nA,0,CRP,0.7,mg/dL\\n")
    ...     with read_visits([folder], Faults()) as intake:
    ...         print(intake.kept, [visits.column("CRP").tolist() for visits in intake.batches()])
    1 [[7.0]]
    """
    with IntakeStore(faults) as store:
        study = Study(store, product=product, all_drugs_listed=all_drugs_listed)
        files = list(_files(paths, store))
        opened: list[_Opened] = []
        for path in files:
            if path.suffix.lower() in CSV:
                study.dated = True  # as far as is known here
                add_tidy(path, store)
            else:
                opened += _open(path, store)
        once = sorted(_each_once(opened, store), key=lambda one: one.code not in FIRST)
        supplements = list(_supplements(once, store))
        for one in once:
            if one.code != SUPPLEMENT:
                _read(_with(one, supplements), study)
        store.notes.extend(note for _, supplement in supplements for note in supplement.notes())
        if product and not any(SDTM.get(one.code) == "exposure" for one in opened):
            store.notes.append(f"the product '{product}' was not looked for: there is no EX or EC")
        events = study.finish()
        intake = store.finish()
        told = {name: subject.told for name, subject in study.subjects.known.items() if subject.told}
        yield replace(intake, files=tuple(map(str, files)), adverse_events=events, subjects=told)


def _files(paths: Iterable[Path | str], store: IntakeStore) -> Iterator[Path]:
    """The files themselves, each once, and those in folders; what is in a folder and cannot be a table is noted."""
    seen: set[Path] = set()
    for path in map(Path, paths):
        if not path.exists():
            raise InvalidFile(f"cannot read '{path}': no such file or directory")
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        found = [one for one in inside if one.is_file() and (one.suffix.lower() in ENDINGS or not path.is_dir())]
        left = [one.name for one in inside if one not in found and not one.name.startswith(".")]
        if left:
            store.notes.append(f"'{path}': not read: {', '.join(left)}")
        if not found:
            what = "the folder holds no file that ends in" if path.is_dir() else "is not a file; name one that ends in"
            _report(store, path, f"{what} {', '.join(ENDINGS)}")
        for one in found:
            if one.resolve() not in seen:
                seen.add(one.resolve())
                yield one


def _report(store: IntakeStore, path: Path, reason: str) -> None:
    store.faults.add(str(path), None, "", reason)


def _open(path: Path, store: IntakeStore) -> list[_Opened]:
    """The dataset of a file; a file that is damaged, or is not what its name says, is a fault."""
    problem = _why_not(path)
    if problem:
        _report(store, path, problem)
        return []
    before = len(store.faults)
    try:
        dataset = _reader(path)(path, faults=store.faults)
    except InvalidFile as error:
        if len(store.faults) == before:
            _report(store, path, str(error).removeprefix(f"'{path}' "))
        return []
    code = dataset_code(dataset)
    if not code:
        rows = "" if dataset.records is None else f", {dataset.records:,} row{'' if dataset.records == 1 else 's'}"
        store.notes.append(f"'{path}': dataset {dataset.name} is not used by any score{rows}")
        return []
    return [_Opened(path, dataset, code)]


def _reader(path: Path) -> Callable[..., Dataset]:
    if path.suffix.lower() == XPT:
        pyreadstat()
        return read_xpt
    return read_dataset_json


def _why_not(path: Path) -> str:
    """Why a file cannot be what its name says; "" if it can."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        return f"no table of visits ends in '{path.suffix}'; known: {', '.join(ENDINGS)}"
    try:
        with path.open("rb") as file:
            start = file.read(BYTES)
    except OSError as error:
        raise InvalidFile(f"cannot read '{path}': {(error.strerror or str(error)).lower()}") from error
    if not start:
        return "the file is empty"
    if start.startswith(SAS) and ending != XPT:
        return f"it is a SAS transport file by its first bytes; name it {path.stem}{XPT}"
    if ending == XPT and start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return f"it is JSON by its first bytes; name it {path.stem}.json"
    return ""


def _each_once(opened: list[_Opened], store: IntakeStore) -> Iterator[_Opened]:
    """Each dataset once, and not both an SDTM dataset and the ADaM dataset that is made from it."""
    seen: dict[str, Path] = {}
    for one in opened:
        name = one.dataset.name.upper()
        if name in seen:
            _report(store, one.path, f"dataset {name} is also in '{seen[name]}'; give one of them")
            continue
        seen[name] = one.path
    for one in opened:
        if seen[one.dataset.name.upper()] != one.path:
            continue
        twin = next((other for other in opened if other.code == TWINS.get(one.code)), None)
        if twin:
            _report(store, one.path, f"{one.code} is made from {twin.code}, which is in '{twin.path}'; give one of them")
            continue
        yield one


def _supplements(opened: list[_Opened], store: IntakeStore) -> Iterator[tuple[str, Supplement]]:
    """The supplemental qualifiers by the domain that they belong to."""
    for one in opened:
        if one.code == SUPPLEMENT:
            found = Supplement.of(one.dataset)
            if found.lacking:
                _report(store, one.path, f"dataset {found.name} lacks {found.lacking}")
            yield parent_of(one.dataset), found


def _with(one: _Opened, supplements: list[tuple[str, Supplement]]) -> _Opened:
    """A dataset with the columns that its supplemental qualifiers make."""
    for parent, supplement in supplements:
        if parent == one.code:
            one = replace(one, dataset=supplement.join(one.dataset))
    return one


def _read(one: _Opened, study: Study) -> None:
    """Hand the rows of a dataset to the study; a variable that is missing is one fault of the file."""
    source = Source(study, str(one.path), one.dataset, one.code)
    lacking = add_sdtm(source) if one.code in SDTM else add_adam(source)
    if lacking:
        _report(study.store, one.path, lacking)
