"""Invented records in the layout of the CDISC example datasets: their columns and numbers of records, none of their values.

ADSL and ADTTE have the names, labels, types and lengths of the examples; of all others only the two counts are known here.
"""

import json
from pathlib import Path

from immunoreset.exchange.dataset import Column, Dataset
from immunoreset.exchange.sas_dates import iso_date

LAYOUT = json.loads((Path(__file__).parent / "data" / "cdisc_layout.json").read_text("utf-8"))
CREATED = "2026-01-01T08:30:00"
FIRST_DAY = 19_000
KINDS = ("string", "integer", "float", "date")


def columns_of(key: str) -> list[Column]:
    """The columns of one example, named as its folder and file: "adam/adsl"."""
    if key in LAYOUT["datasets"]:
        return [
            Column(name, label, kind, length, shown, order, target)
            for name, label, kind, target, length, shown, order in LAYOUT["datasets"][key]["columns"]
        ]
    _, count = LAYOUT["records_and_columns"][key]
    return [Column(f"V{place}", f"Variable {place}", KINDS[place % len(KINDS)]) for place in range(1, count + 1)]


def value(column: Column, place: int, record: int):
    """One invented value; about every tenth is missing."""
    if (record + 3 * place) % 11 == 0 and not column.key_sequence:
        return "" if not column.is_number else None
    if column.data_type == "string":
        return f"{column.name[:1]}{record}"[: column.length]
    if column.data_type in ("date", "datetime"):
        return iso_date(FIRST_DAY + record)
    return record % 97 if column.data_type == "integer" else record / 7


def example(key: str) -> Dataset:
    """A dataset of invented records in the layout of one example."""
    records, _ = LAYOUT["records_and_columns"][key]
    columns = columns_of(key)
    facts = LAYOUT["datasets"].get(key, {"name": key.split("/")[1].upper(), "label": "Invented records"})
    rows = [tuple(value(column, place, record) for place, column in enumerate(columns)) for record in range(1, records + 1)]
    return Dataset.of_rows(facts["name"], facts["label"], columns, rows)


def key_of(file: str) -> str:
    """The example that a path means: "CDISC examples/adam/adtte.json" is "adam/adtte"."""
    parts = Path(file).with_suffix("").parts
    known = LAYOUT["records_and_columns"]
    key = "/".join(parts[-2:])
    if key in known:
        return key
    return next(name for name in known if name.split("/")[1] == parts[-1])
