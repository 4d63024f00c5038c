"""Inflammation of other cells, and the antibody of long-lived plasma cells, decide how patients walk after CAR-T cells."""

TRIAL, REFRACTORY = "stiff-person", "stiff-person-refractory"
ENOUGH = 3  # Monte Carlo errors


def test_without_inflammation_of_other_cells_patients_walk_faster_after_car_t(arms, errors_apart):
    usual = arms.score("t25fw", TRIAL, "car-t", 180)
    assert errors_apart(usual, arms.score("t25fw", TRIAL, "car-t", 180, tissue_inflammation__weight_other=0.0)) > ENOUGH


def test_antibody_of_long_lived_plasma_cells_slows_recovery(arms, errors_apart):
    usual = arms.score("t25fw", REFRACTORY, "car-t", 180)
    assert errors_apart(usual, arms.score("t25fw", REFRACTORY, "car-t", 180, titre__from_long_lived=0.0)) > ENOUGH


def test_rituximab_would_help_if_it_reached_the_autoreactive_cells(arms, errors_apart):
    usual = arms.score("stiffness_index", TRIAL, "rituximab", 180)
    reached = {"rituximab__kill_autoreactive_activated": 1.35, "rituximab__kill_autoreactive_memory": 0.012}
    assert errors_apart(usual, arms.score("stiffness_index", TRIAL, "rituximab", 180, **reached)) > ENOUGH
