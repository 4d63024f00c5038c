"""Pooling over studies: by class of product, from disjoint cohorts, with a spread between studies."""

from dataclasses import replace

import pytest

from immunoreset.errors import InvalidValue
from immunoreset.evidence import Statistic, by_product, evidence
from immunoreset.evidence.pooling import between_studies, pooled

ROW = evidence().row("feng-2025/crs-any")


def share(count, of):
    return replace(ROW, statistic=Statistic("share", count=count, of=of))


def test_classes_of_product_have_bands_of_their_own():
    bands = by_product("CRS, any grade")
    assert {"cd19 4-1bb", "dual", "bcma"} <= set(bands)
    assert bands["dual"].low > bands["bcma"].high  # 13 of 15 against 1 of 7
    assert "mixed" not in bands


def test_the_five_are_not_counted_again_beside_the_eight_who_contain_them():
    assert by_product("LLDAS", day=180)["cd19 4-1bb"].how == "exact 95 % interval of 8 of 8"


def test_moments_estimate_of_the_spread_matches_the_textbook_form():
    """DerSimonian and Laird 1986, with Q and C written out: y = 0, 1, 3 with variances 1/4, 1/2, 1."""
    weights, estimates = [4, 2, 1], [0, 1, 3]
    middle = (4 * 0 + 2 * 1 + 1 * 3) / 7
    q = sum(w * (y - middle) ** 2 for w, y in zip(weights, estimates, strict=True))
    assert between_studies(estimates, [0.25, 0.5, 1.0]) == pytest.approx((q - 2) / (7 - 21 / 7))
    assert between_studies([1.0, 1.0, 1.0], [0.1, 0.2, 0.3]) == 0


def test_five_small_papers_that_disagree_say_less_than_one_large_one():
    apart = pooled([share(2, 20), share(18, 20), share(3, 20), share(17, 20), share(10, 20)])
    alike = pooled([share(50, 100)])
    assert apart.high - apart.low > 2 * (alike.high - alike.low)


def test_two_studies_get_the_spread_that_we_chose_and_say_so():
    found = pooled([share(8, 16), share(8, 16)])
    assert found.ours and "SD between studies 0.30" in found.how


def test_rows_without_counts_are_not_pooled():
    with pytest.raises(InvalidValue, match="has no counts to pool"):
        pooled([share(1, 2), replace(ROW, statistic=Statistic("share", value=0.5))])
