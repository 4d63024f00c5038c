"""The documents that come with the package: roles, known rows, corrections, and bands of the targets of version 0.3."""

from collections import Counter

import pytest

from immunoreset.errors import UnknownName
from immunoreset.evidence import band, calibration_rows, evidence, validation_rows
from immunoreset.evidence.row_bands import point
from immunoreset.evidence.rows import STANDINGS

ALL = evidence()
TARGETS = {row.target: row for row in ALL.rows.values() if row.target}


def test_nothing_is_to_be_changed():
    assert ALL.complaints == ()


def test_targets_of_version_0_3_have_the_roles_that_were_fixed_for_them():
    assert Counter(row.role for row in TARGETS.values()) == {"calibration": 52, "validation": 47, "contained": 2}
    assert {target for target, row in TARGETS.items() if row.role == "contained"} == {"erl_lldas90", "erl_crs"}
    moved = {target for target, row in TARGETS.items() if row.history}
    assert moved == {"all_copies", "ic3", "all_ic1", "inf28", "soc_taper", "ani_bicla28", "lnobi_d"}


def test_only_targets_are_calibrated_to():
    assert all(row.target for row in calibration_rows())
    assert len(calibration_rows()) == 52 and len(validation_rows()) > 300


def test_rows_that_are_calibrated_to_or_validated_with_have_a_band_that_holds_them():
    for row in (*calibration_rows(), *validation_rows()):
        found, value = band(row), point(row.statistic)
        assert found is not None and found.low <= found.high, row.id
        assert value is None or found.low <= value <= found.high, row.id


def test_every_row_says_how_well_it_is_known_and_every_publication_what_was_read():
    assert {row.standing for row in ALL.rows.values()} == set(STANDINGS)
    assert all(publication.read and publication.name for publication in ALL.publications.values())


@pytest.mark.parametrize(
    ("target", "low", "high"),
    [  # as the calibration of version 0.3 used them
        ("erl_doris180", 0.631, 1),
        ("cart_doris180", 0.522, 0.782),
        ("cart_lldas180", 0.748, 0.953),
        ("bret", 86, 138),
        ("bret_sd", 30, 60),
        ("crs1", 0.474, 0.641),
        ("ic3", 0.002, 0.049),
        ("lbcl_b28", 0.033, 0.275),
        ("lbcl_crs1", 0.862, 0.973),
        ("soc_bicla", 0.259, 0.356),
        ("ln_crr728", 0.147, 0.255),
        ("lnbel_d", 0.023, 0.182),
        ("lnvcs_d", 0.087, 0.275),
        ("lnrtx_nodepl", 0.017, 0.405),
        ("soc_low", 0.391, 0.459),
        ("erl_relfree", 0.263, 1),
        ("tmax", 8, 14),
    ],
)
def test_band_of_a_target(target, low, high):
    found = band(TARGETS[target])
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.0015 * max(1, abs(high)))


def test_remission_outside_erlangen_is_what_is_left_of_the_pooled_series():
    row = ALL.row("cart_doris180")
    assert (row.statistic.count, row.statistic.of) == (37, 56)  # 45 of 64 less 8 of 8
    assert row.derived == "doris-day180 - mueller-2024/doris-day180"


@pytest.mark.parametrize(
    ("name", "count", "of"),
    [
        ("aurora-2/complete-renal-response-voclosporin-day1096", 59, 116),  # not 216, which is both arms
        ("aurora-2/good-renal-outcome-placebo-day1096", 54, 100),
        ("aura-lv/crr-placebo", 17, 88),
        ("tulip-pooled/bicla-ifn-low-placebo", 24, 64),
        ("bliss-ln/crr-placebo", 44, 223),
        ("alms/24-week-response-mycophenolate-day168", 104, 185),  # 370 were both arms
        ("rinomax-2022/minimal-manifestations-rituximab-early-day112", 17, 24),
    ],
)
def test_corrected_denominators_are_in_the_documents(name, count, of):
    assert (ALL.row(name).statistic.count, ALL.row(name).statistic.of) == (count, of)


def test_262_were_randomised_in_explorer_and_257_treated():
    assert ALL.row("explorer/patients-randomised-all").statistic.value == 262
    assert sum(ALL.cohorts.by_id[f"explorer/{arm}"].n or 0 for arm in ("rituximab", "placebo")) == 257


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("mueller-2024/b-cell-return-mean", "published"),  # abstract
        ("aurora-1/crr-gain", "published"),  # trial report
        ("mackensen-2022/car-t-peak-share-of-t-cells", "secondary"),  # reading notes
        ("zuma-1/crs-grade3-plus", "secondary"),
        ("mackensen-2022/car-t-peak-day", "unverified"),
        ("explorer/bilag-response-gain", "unverified"),
    ],
)
def test_standing_says_where_a_fact_was_read(name, standing):
    assert ALL.row(name).standing == standing


def test_patients_of_erlangen_lie_within_one_another():
    for whole in ("mueller-2024/fifteen", "hagen-2025/all", "pooled-sle-2024/all", "pooled-sle-2025/all", "pooled-sle-2026/all"):
        assert ALL.cohorts.contains(whole, "mougiakakos-2021/index"), whole
    assert not ALL.cohorts.share("pooled-sle-2025/without-erlangen", "mueller-2024/sle")


def test_calibration_rows_of_one_kind_never_share_patients():
    assert not [line for line in ALL.set_by_code if "calibrates on patients" in line.text]


def test_products_are_told_apart():
    assert {row.product for row in ALL.rows.values()} >= {
        "cd19 4-1bb",
        "cd19 cd28",
        "dual",
        "bcma",
        "allogeneic",
        "in vivo",
        "mixed",
    }


def test_unknown_row_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'mackensen-2022/doris-day90'"):
        ALL.row("mackensen-2022/doris-day9")
