"""Phase 2 designs beside published tables and exact enumeration by other programs."""

from __future__ import annotations

from collections.abc import Iterator

from immunoreset.trial.phase2.bop2 import Thresholds, bop2_table
from immunoreset.trial.phase2.enumeration import operating_characteristics
from immunoreset.trial.phase2.predictive_probability import PredictiveProbability
from immunoreset.trial.phase2.simon import simon_two_stage
from immunoreset.validation.compare import Pair, Rows, Table, Tolerance, numbers

_EXACT = "whole numbers must be the same"
_ROUNDING = "rounding of double precision"
_SIMON = {
    "r1, n1, r, n": Tolerance("patients", 0, _EXACT),
    "EN_p0": Tolerance("patients", 1e-9, _ROUNDING),
    "PET_p0": Tolerance("probability", 1e-9, _ROUNDING),
}
_PREDICTIVE = {
    "stop_if_responses_le": Tolerance("responses", 0, _EXACT),
    "type1": Tolerance("probability", 1e-9, _ROUNDING),
    "power": Tolerance("probability", 1e-9, _ROUNDING),
    "PET_p0": Tolerance("probability", 1e-9, _ROUNDING),
    "EN_p0": Tolerance("patients", 1e-9, _ROUNDING),
}


def _simon(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        found = simon_two_stage(
            float(row["p0"]), float(row["p1"]), alpha=float(row["alpha"]), beta=float(row["beta"]),
            n_max=100 if int(row["n"]) <= 100 else 150,
        )  # fmt: skip
        design = found.optimal if row["type"] == "optimal" else found.minimax
        yield Pair("r1, n1, r, n", design[:4], [int(row[name]) for name in ("r1", "n1", "r", "n")])
        yield Pair("EN_p0", design.expected, float(row["EN_p0"]))
        yield Pair("PET_p0", design.early_stop, float(row["PET_p0"]))


def _predictive(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        rates = [float(row["p0"]), float(row["p1"])]
        design = PredictiveProbability(
            int(row["Nmax"]), int(row["n_min"]), rates[0], float(row["theta_T"]), float(row["theta_L"]),
            prior=(float(row["prior_a"]), float(row["prior_b"])),
        )  # fmt: skip
        table = design.table()
        found = operating_characteristics(table, rates)
        yield Pair("stop_if_responses_le", table.stop_le[table.looks.index(int(row["look_n"]))], int(row["stop_if_responses_le"]))
        mine = (found.claim[0], found.claim[1], found.early_stop[0], found.expected[0])
        for quantity, ours in zip(("type1", "power", "PET_p0", "EN_p0"), mine, strict=True):
            yield Pair(quantity, ours, float(row[quantity]))


def _bop2(rows: Rows) -> Iterator[Pair]:
    for row in rows:
        rates = [float(row["p0"]), float(row["p1"])]
        looks = tuple(int(patients) for patients in numbers(row["looks"]))
        table = bop2_table(rates[0], looks, Thresholds(float(row["lambda"]), float(row["gamma"])))
        yield Pair("stop_if_responses_le", table.stop_le, numbers(row["stop_if_responses_le"]))
        found = operating_characteristics(table, rates)
        for names, values in zip(_BOP2_PAIRS, (found.claim, found.early_stop, found.expected), strict=True):
            for quantity, ours in zip(names, values, strict=True):
                yield Pair(quantity, ours, float(row[quantity]))


_BOP2_PAIRS = (("type1_exact", "power_exact"), ("PET_p0", "PET_p1"), ("EN_p0", "EN_p1"))
_BOP2 = {
    "stop_if_responses_le": Tolerance("responses", 0, _EXACT),
    **{name: Tolerance("probability", 1e-9, _ROUNDING) for pair in _BOP2_PAIRS[:2] for name in pair},
    **{name: Tolerance("patients", 1e-9, _ROUNDING) for name in _BOP2_PAIRS[2]},
}
TABLES = (
    Table("simon_two_stage.csv", "Simon's two stages", "enumeration checked against Simon 1989", _simon, _SIMON),
    Table("predictive_probability_lee_liu.csv", "Predictive probability", "Lee and Liu 2008", _predictive, _PREDICTIVE),
    Table("bop2_binary_grid_optimum.csv", "BOP2, one binary endpoint", "exact enumeration", _bop2, _BOP2),
)
