"""The worked vectors of file formats: SAS dates, and the counts of CDISC example files.

The example files are not kept here. Invented records in their layout are written and read back instead; with the environment
variable CDISC_EXAMPLES naming the folder `examples` of a clone of cdisc-org/DataExchange-DatasetJson, the real files are read.
"""

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from immunoreset.exchange.dataset_json_reader import read_dataset_json
from immunoreset.exchange.dataset_json_writer import write_dataset_json
from immunoreset.exchange.faults import Faults
from immunoreset.exchange.sas_dates import iso_date, iso_datetime, iso_time, sas_date, sas_datetime, sas_time
from immunoreset.exchange.xpt import read_xpt
from immunoreset.exchange.xpt_writer import write_xpt

SPEC = importlib.util.spec_from_file_location("cdisc_layout", Path(__file__).parents[2] / "exchange" / "cdisc_layout.py")
layout = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(layout)


def only(inputs: dict, *names: str):
    """The one input, under any of its names."""
    for key in inputs:
        if key not in names:
            raise KeyError(key)
    (value,) = inputs.values()
    return value


@contextmanager
def example(file: str, write) -> Iterator[Path]:
    """The example file, real or with invented records."""
    key = layout.key_of(file)
    if folder := os.environ.get("CDISC_EXAMPLES"):
        yield (Path(folder) / key).with_suffix(Path(file).suffix)
        return
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / Path(file).name
        write(layout.example(key), path, created=layout.CREATED)
        yield path


def datasetjson_records(inputs: dict) -> dict:
    with example(only(inputs, "file"), write_dataset_json) as path:
        dataset = read_dataset_json(path, faults=(faults := Faults()))
        read = sum(len(batch.rows) for batch in dataset.batches()) + len({fault.row for fault in faults if fault.row})
    return {
        "records": read,
        "columns": len(dataset.columns),
        "datasetJSONVersion": dataset.metadata.version,
        "name": dataset.name,
        "label": dataset.label,
    }


def xpt_records(inputs: dict) -> dict:
    with example(only(inputs, "file"), write_xpt) as path:
        dataset = read_xpt(path)
        read = sum(len(batch.rows) for batch in dataset.batches())
    return {"records": read, "columns": len(dataset.columns), "name": dataset.name, "label": dataset.label}


def from_iso(convert):
    return lambda inputs: convert(only(inputs, "iso", "date", "datetime", "time"))


def to_iso(convert):
    return lambda inputs: convert(only(inputs, "sas", "value", "days", "seconds", "sas_date", "sas_datetime", "sas_time"))


FUNCTIONS = {
    ("IO", "datasetjson_records"): datasetjson_records,
    ("IO", "xpt_records"): xpt_records,
    ("IO", "sas_date"): from_iso(sas_date),
    ("IO", "sas_datetime"): from_iso(sas_datetime),
    ("IO", "sas_time"): from_iso(sas_time),
    ("IO", "iso_from_sas_date"): to_iso(iso_date),
    ("IO", "iso_from_sas_datetime"): to_iso(iso_datetime),
    ("IO", "iso_from_sas_time"): to_iso(iso_time),
    ("IO", "iso_date"): to_iso(iso_date),
    ("IO", "iso_datetime"): to_iso(iso_datetime),
    ("IO", "iso_time"): to_iso(iso_time),
}
