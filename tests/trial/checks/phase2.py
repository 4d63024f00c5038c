"""Checkers of the reference files on phase 2 designs; each asserts every row."""

from __future__ import annotations

from collections.abc import Callable

from immunoreset.trial.phase2.bop2 import Thresholds, bop2_table
from immunoreset.trial.phase2.enumeration import operating_characteristics
from immunoreset.trial.phase2.predictive_probability import PredictiveProbability
from immunoreset.trial.phase2.simon import simon_two_stage

Row = dict[str, str]
ROUNDING = 1e-9


def check_simon(rows: list[Row]) -> None:
    """Stages and bounds exactly, expected patients and early stopping to rounding; up to 100 patients unless the row has more."""
    for row in rows:
        most = 100 if int(row["n"]) <= 100 else 150
        errors = {"alpha": float(row["alpha"]), "beta": float(row["beta"])}
        found = simon_two_stage(float(row["p0"]), float(row["p1"]), n_max=most, **errors)
        design = {"optimal": found.optimal, "minimax": found.minimax}[row["type"]]
        assert design[:4] == tuple(int(row[column]) for column in ("r1", "n1", "r", "n")), f"{design}, row {row}"
        assert abs(design.expected - float(row["EN_p0"])) < ROUNDING, f"{design}, row {row}"
        assert abs(design.early_stop - float(row["PET_p0"])) < ROUNDING, f"{design}, row {row}"


def check_predictive_probability(rows: list[Row]) -> None:
    """The bound at each look exactly, operating characteristics to rounding."""
    for row in rows:
        design = PredictiveProbability(
            int(row["Nmax"]),
            int(row["n_min"]),
            float(row["p0"]),
            float(row["theta_T"]),
            float(row["theta_L"]),
            prior=(float(row["prior_a"]), float(row["prior_b"])),
        )
        table = design.table()
        bound = table.stop_le[table.looks.index(int(row["look_n"]))]
        assert bound == int(row["stop_if_responses_le"]), f"stops at {bound}, row {row}"
        found = operating_characteristics(table, [float(row["p0"]), float(row["p1"])])
        mine = (found.claim[0], found.claim[1], found.early_stop[0], found.expected[0])
        for column, value in zip(("type1", "power", "PET_p0", "EN_p0"), mine, strict=True):
            assert abs(value - float(row[column])) < ROUNDING, f"{column} is {value}, row {row}"


def check_bop2(rows: list[Row]) -> None:
    """Bounds for the given lambda and gamma exactly, operating characteristics to rounding."""
    for row in rows:
        p0, p1 = float(row["p0"]), float(row["p1"])
        looks = tuple(int(patients) for patients in row["looks"].split(";"))
        table = bop2_table(p0, looks, Thresholds(float(row["lambda"]), float(row["gamma"])))
        assert table.stop_le == tuple(int(bound) for bound in row["stop_if_responses_le"].split(";")), f"{table}, row {row}"
        found = operating_characteristics(table, [p0, p1])
        pairs = (("type1_exact", "power_exact"), ("PET_p0", "PET_p1"), ("EN_p0", "EN_p1"))
        for columns, values in zip(pairs, (found.claim, found.early_stop, found.expected), strict=True):
            for column, value in zip(columns, values, strict=True):
                assert abs(value - float(row[column])) < ROUNDING, f"{column} is {value}, row {row}"


CHECKS: dict[str, Callable[[list[Row]], None]] = {
    "simon_two_stage.csv": check_simon,
    "predictive_probability_lee_liu.csv": check_predictive_probability,
    "bop2_binary_grid_optimum.csv": check_bop2,
}
