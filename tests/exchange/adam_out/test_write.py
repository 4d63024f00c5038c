"""Written datasets are read back unchanged in every form, with the same bytes each time, whatever the batches were."""

import builtins
import sys
from datetime import date

import pytest

from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import score
from immunoreset.endpoints.visits import Visits
from immunoreset.errors import InvalidFile, InvalidValue, UnknownName
from immunoreset.exchange.adam_out.records import MISSING, MOST_TEXT, split_reasons
from immunoreset.exchange.adam_out.write import adam_datasets, write_adam
from immunoreset.exchange.dataset_json_reader import read_dataset_json
from immunoreset.exchange.xpt import read_xpt

CREATED = "2026-01-31T08:30:00"
FORMS = ("json", "ndjson", "dsjc", "xpt")


@pytest.fixture(scope="module")
def written(scored, dates, tmp_path_factory):
    folder = tmp_path_factory.mktemp("adam")
    write_adam([scored], folder, study="DEMO", created=CREATED, dates=dates, formats=FORMS)
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_read_back(written, scored, dates, form):
    read = read_xpt if form == "xpt" else read_dataset_json
    with adam_datasets([scored], study="DEMO", dates=dates) as datasets:
        assert list(datasets) == ["ADSL", "ADRS", "ADITEM", "ADLB", "ADAE", "ADTTE"]
        for name, dataset in datasets.items():
            found = read(written / f"{name.lower()}.{form}")
            assert (found.name, found.label, found.names) == (dataset.name, dataset.label, dataset.names)
            assert [column.label for column in found.columns] == [column.label for column in dataset.columns]
            assert list(found.rows()) == list(dataset.rows())
            assert found.records == dataset.records == len(list(dataset.rows()))


def test_the_keys_are_unique_and_sort_the_records(scored):
    with adam_datasets([scored], study="DEMO") as datasets:
        for dataset in datasets.values():
            keyed = sorted((column.key_sequence, place) for place, column in enumerate(dataset.columns) if column.key_sequence)
            keys = [tuple(row[place] for _, place in keyed) for row in dataset.rows()]
            assert keys == sorted(set(keys))


def test_no_text_is_longer_than_its_column(scored):
    with adam_datasets([scored], study="DEMO") as datasets:
        for dataset in datasets.values():
            for column, values in zip(dataset.columns, zip(*dataset.rows(), strict=True), strict=True):
                if column.data_type == "string":
                    longest = max(len(value) for value in values)
                    assert longest <= (column.length or 0) <= MOST_TEXT


def test_the_same_visits_give_the_same_bytes(written, scored, dates, tmp_path):
    files = write_adam([scored], tmp_path, study="DEMO", created=CREATED, dates=dates, formats=FORMS)
    assert len(files) == len(FORMS) * 6
    assert all(file.read_bytes() == (written / file.name).read_bytes() for file in files)


def test_batches_of_patients_give_the_same_records_as_all_at_once(invent):
    names = [f"P{number:02}" for number in range(8)]
    visits = invent(names, seed=3)
    parts = [visits.patient < 3, visits.patient >= 3]
    batches = [score(_only(visits, part), USUAL) for part in parts]
    with adam_datasets([score(visits, USUAL)], study="S") as whole, adam_datasets(batches, study="S") as split:
        for name, dataset in whole.items():
            assert list(split[name].rows()) == list(dataset.rows())
            assert split[name].columns == dataset.columns


def _only(visits: Visits, rows) -> Visits:
    names = [visits.patients[place] for place in sorted(set(visits.patient[rows].tolist()))]
    columns = {
        kind: {code: values[rows] for code, values in getattr(visits, kind).items()} for kind in ("values", "lower", "upper")
    }
    first = visits.patient[rows].min()
    return Visits(tuple(names), visits.patient[rows] - first, visits.day[rows], **columns)


def test_a_patient_in_two_batches_is_refused(scored):
    with (
        pytest.raises(InvalidValue, match="patient P00 comes in two batches"),
        adam_datasets([scored, scored], study="S"),
    ):
        pass


def test_a_study_without_patients_gives_empty_datasets(tmp_path):
    files = write_adam([], tmp_path, study="S", created=CREATED, formats=("json", "xpt"))
    assert [read_dataset_json(file).records for file in files if file.suffix == ".json"] == [0] * 6


def test_a_file_of_one_score_gives_only_what_it_allows(tmp_path):
    visits = Visits.from_long(patient=["A", "A"], day=[0, 28], item=["PGA", "PGA"], value=[2.0, 0.5])
    with adam_datasets([score(visits, USUAL)], study="S", dates={"A": date(2026, 1, 31)}) as datasets:
        assert {name: dataset.records for name, dataset in datasets.items()} == {
            "ADSL": 1, "ADRS": 2, "ADITEM": 0, "ADLB": 0, "ADAE": 0, "ADTTE": 1,
        }  # fmt: skip
        adtte = datasets["ADTTE"]
        assert [row[adtte.index("PARAMCD")] for row in adtte.rows()] == ["TTDEATH"]


def test_transport_files_without_pyreadstat_are_refused_before_anything_is_written(scored, tmp_path, monkeypatch):
    genuine = builtins.__import__

    def absent(name, *arguments, **named):
        if name == "pyreadstat":
            raise ImportError(name)
        return genuine(name, *arguments, **named)

    monkeypatch.delitem(sys.modules, "pyreadstat", raising=False)
    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(InvalidFile, match=r"pip install 'immunoreset\[cdisc\]'"):
        write_adam([scored], tmp_path, study="S", created=CREATED)
    assert not list(tmp_path.iterdir())
    assert len(write_adam([scored], tmp_path, study="S", created=CREATED, formats=("json",))) == 6


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(UnknownName, match="no format 'sas7bdat'"):
        write_adam([], tmp_path, study="S", created=CREATED, formats=("sas7bdat",))


def test_a_study_needs_a_name(tmp_path):
    with pytest.raises(InvalidValue, match="STUDYID"):
        write_adam([], tmp_path, study=" ", created=CREATED)


def test_a_patient_whose_name_is_not_ascii_is_refused_by_transport_files_and_kept_by_json(tmp_path):
    visits = Visits.from_long(patient=["Zoë"], day=[0], item=["PGA"], value=[2.0])
    scored = score(visits, USUAL)
    with pytest.raises(InvalidFile, match="not ASCII"):
        write_adam([scored], tmp_path, study="S", created=CREATED)
    assert not list(tmp_path.iterdir())
    write_adam([scored], tmp_path, study="S", created=CREATED, formats=("json",))
    adsl = read_dataset_json(tmp_path / "adsl.json")
    assert next(iter(adsl.rows()))[adsl.index("USUBJID")] == "Zoë"


def test_a_list_of_missing_inputs_too_long_for_one_text_goes_on_in_the_next():
    names = [f"INPUT_NUMBER_{number}" for number in range(30)]
    parts = split_reasons([", ".join(names)])
    texts = [parts[column.name][0] for column in MISSING]
    assert all(0 < len(text) <= MOST_TEXT for text in texts)
    assert ", ".join(texts).split(", ") == names
