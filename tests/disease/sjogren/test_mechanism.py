"""Inflammation of other cells, long-lived plasma cells and cells out of reach of anti-CD20 decide in Sjögren's disease."""

ENOUGH = 3  # Monte Carlo errors
TRIAL, REFRACTORY = "sjogren", "sjogren-refractory"


def test_without_inflammation_of_other_cells_car_t_brings_essdai_lower(arms, errors_apart):
    usual = arms.score("essdai", TRIAL, "car-t", 360)
    assert errors_apart(usual, arms.score("essdai", TRIAL, "car-t", 360, tissue_inflammation__weight_other=0.0)) > ENOUGH


def test_long_lived_plasma_cells_keep_the_antibody_to_ro(arms, errors_apart):
    usual = arms.course(REFRACTORY, "car-t", (360,)).curves["autoantibody_percent"][:, -1]
    without = arms.course(REFRACTORY, "car-t", (360,), titre__from_long_lived=0.0).curves["autoantibody_percent"][:, -1]
    assert errors_apart(usual, without) > ENOUGH


def test_rituximab_fails_because_it_hardly_reaches_the_autoreactive_cells(arms, errors_apart):
    usual = arms.score("essdai", TRIAL, "rituximab", 180)
    reached = {"rituximab__kill_autoreactive_activated": 1.35, "rituximab__kill_autoreactive_memory": 0.012}
    assert errors_apart(usual, arms.score("essdai", TRIAL, "rituximab", 180, **reached)) > ENOUGH


def test_scars_keep_saliva_low_though_the_disease_is_quiet(arms, errors_apart):
    free = arms.score("salivary_flow", REFRACTORY, "car-t", 360, glands__scar_at_entry=0.0)
    assert errors_apart(free, arms.score("salivary_flow", REFRACTORY, "car-t", 360)) > ENOUGH


def test_what_patients_report_follows_less_where_fatigue_has_other_causes(arms, errors_apart):
    usual = arms.score("esspri", REFRACTORY, "car-t", 180)
    assert errors_apart(usual, arms.score("esspri", REFRACTORY, "car-t", 180, glands__fatigue_without_activity=0.0)) > ENOUGH


def test_the_group_of_trials_improves_because_it_was_enrolled_when_active(arms, errors_apart):
    usual = arms.score("essdai", TRIAL, "untreated", 180, flare__mean=0.0)
    assert errors_apart(usual, arms.score("essdai", TRIAL, "untreated", 180)) > ENOUGH
