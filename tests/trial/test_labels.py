"""A missing group label is refused wherever groups are compared, balanced or stratified."""

import numpy as np
import pytest

from immunoreset.errors import InvalidValue
from immunoreset.trial.analysis.log_rank import log_rank
from immunoreset.trial.analysis.logistic import logistic_regression
from immunoreset.trial.analysis.means import t_test
from immunoreset.trial.analysis.mmrm import mmrm
from immunoreset.trial.multiplicity.graph import Graph, reject
from immunoreset.trial.randomisation.arms import Arms
from immunoreset.trial.randomisation.minimisation import minimise
from immunoreset.trial.randomisation.permuted_blocks import permuted_blocks

TWO = Arms(("a", "b"))
ARM = [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize("missing", [None, float("nan"), ""])
@pytest.mark.parametrize(
    "call",
    [
        lambda label: permuted_blocks(TWO, ["x", "y", label], seed=1),
        lambda label: minimise(TWO, [["x", "y", label]], seed=1),
        lambda label: t_test([1, 2, 3, 4, 5, 6], ["a", "a", "a", "b", "b", label], treatment="a", control="b"),
        lambda label: log_rank([1, 2, 3, 4, 5, 6], [1] * 6, ARM, stratum=["x", "x", "y", "y", "y", label]),
        lambda label: logistic_regression([0, 1, 0, 1, 0, 1], ARM, stratum=["x", "x", "y", "y", "y", label]),
    ],
)
def test_a_missing_label_is_refused(call, missing):
    with pytest.raises(InvalidValue, match="is missing; name a group"):
        call(missing)


def test_an_outcome_that_is_0_everywhere_is_refused_without_a_warning():
    with pytest.raises(InvalidValue, match="never varies at visit 1"):
        mmrm(np.zeros((20, 3)), np.repeat([1, 0], 10))


def test_a_graph_of_whole_numbers_is_that_of_holm():
    found = reject(Graph(("A", "B"), (0.5, 0.5), ((0, 1), (1, 0))), (0.0125, 0.0125))
    assert found.adjusted.tolist() == [0.025, 0.025]
