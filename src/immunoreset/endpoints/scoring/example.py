"""A protocol as many current trials of lupus would write it, for examples and tests; scoring itself has no default."""

from immunoreset.endpoints.scoring.protocol import Protocol

USUAL = Protocol(
    sledai="2K",
    sledai_window=30,
    flare_index="classic",
    ctcae="5.0",
    icaht_count="cumulative",
    das28_cut_offs="DAS28-ESR",
    mmt="MMT-8 bilateral",
    unlisted_items="missing",
    antimalarial_allowed=True,
    urine="",
    baseline_until=0.0,
    judge_until=28.0,
    sustained_weeks=24.0,
)
