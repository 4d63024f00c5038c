"""An invented table of potential outcomes with known rates, for tests of trials that need no simulation."""

import numpy as np
import pytest

from immunoreset.virtual_trial.potential_outcomes import PotentialTable

ARMS = ("standard", "car-t", "rituximab")
DAYS = np.array([28.0, 84.0, 180.0, 365.0])


def invent(patients: int = 2000, rates=(0.25, 0.5, 0.35), seed: int = 5) -> PotentialTable:
    rng = np.random.default_rng(seed)
    shape = (patients, len(ARMS), len(DAYS))
    sledai = rng.integers(6, 18, patients).astype(float)
    nephritis = (rng.random(patients) < 0.4).astype(float)
    # one latent number per patient, so that arms are alike; nephritis makes response harder
    latent = rng.random(patients) + 0.1 * (nephritis - 0.4)
    doris = np.broadcast_to((latent[:, None] < np.array(rates))[:, :, None], shape).astype(float)
    fall = np.array([4.0, 6.0, 5.0])[None, :, None]
    activity = np.clip(sledai[:, None, None] - fall + rng.normal(0, 4, shape).round(), 0, None)
    relapses = rng.random(shape[:2]) < np.array([0.6, 0.35, 0.5])
    relapse_day = np.where(relapses, rng.choice(DAYS[1:], shape[:2]), np.nan)
    limiting = (rng.random(patients) < 0.3).astype(float)[:, None] * np.array([0.0, 1.0, 0.0])
    return PotentialTable(
        arms=ARMS,
        days=DAYS,
        once={
            "relapse_day": relapse_day,
            "dlt": limiting,
            "dlt_day": np.where(limiting == 1, 9.0, np.nan),
            "crs": rng.integers(0, 4, shape[:2]).astype(float),
        },
        visits={"doris": doris, "sledai": activity},
        strata={"nephritis": nephritis, "sledai": sledai},
        failed=np.zeros(shape[:2], dtype=bool),
        ids=np.arange(patients),
    )


@pytest.fixture(scope="session")
def invented_table() -> PotentialTable:
    return invent()
