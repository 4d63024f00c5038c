"""Invented patients with everything that can be written down, some of it missing, scored as a usual trial would."""

from datetime import date, timedelta
from zlib import crc32

import numpy as np
import pandas as pd
import pytest

from immunoreset.endpoints.items import Item, items
from immunoreset.endpoints.scoring.example import USUAL
from immunoreset.endpoints.scoring.score import Scored, score
from immunoreset.endpoints.visits import Visits
from immunoreset.exchange.adam_out.write import adam_datasets

DAYS = (-7.0, 0.0, 1.0, 2.0, 3.5, 5.0, 28.0, 84.0, 168.0, 252.0)
ONCE = {"AGE": 34.0, "SEX": 0.0, "INFUSION": 1.0}  # written down on day 0
USUAL_VALUES = {  # centre and spread, in standard units
    "PGA": (0.8, 0.8), "PREDNISONE": (6, 6), "B_CELLS": (8, 12), "TEMP": (37.8, 1), "CREAT": (0.9, 0.4), "NEUT": (2, 2),
    "PLAT": (120, 90), "HGB": (105, 25), "WBC": (4, 3), "UPCR": (0.6, 0.6), "ICE": (9, 2), "IGG": (6, 3),
}  # fmt: skip
NEVER_GIVEN = ("EGFR", "EGFR_PREFLARE", "KIDNEY_REPLACEMENT")  # so that filtration is always estimated


def _value(item: Item, random: np.random.Generator) -> float:
    if item.kind == "yes_no":
        return float(random.random() < 0.08)
    if item.kind == "word":
        return float(random.integers(len(item.words))) if random.random() < 0.2 else 0.0
    if item.code in USUAL_VALUES:
        centre, spread = USUAL_VALUES[item.code]
        return float(np.clip(np.round(random.normal(centre, spread), 2), item.lowest, item.highest))
    return float(np.round(random.uniform(item.lowest, min(item.highest, item.lowest + 10))))


def invented(patients: list[str], seed: int, *, made: float = 0.8) -> Visits:
    """Visits of these patients; `made` is the chance that an item was written down."""
    rows: dict[str, list] = {name: [] for name in ("patient", "day", "item", "value", "lower", "upper")}
    for number, patient in enumerate(patients):
        days = np.random.default_rng([seed, number]).integers(3, len(DAYS) + 1)
        chances = {code: np.random.default_rng([seed, number, crc32(code.encode())]) for code in items()}
        for day in DAYS[:days]:
            for item in items().values():
                random = chances[item.code]  # of its own, so that a new item changes no other
                once = item.code in ONCE
                if item.kind == "dose" or item.code in NEVER_GIVEN or (once and day) or (not once and random.random() > made):
                    continue
                limits = (item.lowest + 1, item.lowest + 8) if item.kind == "quantity" else (np.nan, np.nan)
                value = ONCE[item.code] if once else _value(item, random)
                for name, one in zip(rows, (patient, day, item.code, value, *limits), strict=True):
                    rows[name].append(one)
    return Visits.from_long(**rows)


@pytest.fixture(scope="session")
def scored() -> Scored:
    return score(invented([f"P{number:02}" for number in range(14)], seed=2), USUAL)


@pytest.fixture(scope="session")
def dates(scored) -> dict[str, date]:
    """Of day 0, for all patients but the first."""
    return {name: date(2026, 1, 31) + timedelta(days=k) for k, name in enumerate(scored.visits.patients) if k}


@pytest.fixture(scope="session")
def tables(scored, dates) -> dict[str, pd.DataFrame]:
    """The datasets as tables, with dates."""
    with adam_datasets([scored], study="DEMO", dates=dates) as datasets:
        return {name: pd.DataFrame(list(one.rows()), columns=list(one.names)) for name, one in datasets.items()}


@pytest.fixture(scope="session")
def invent():
    """The function that invents visits."""
    return invented
