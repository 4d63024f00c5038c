"""immunoreset: an in-silico clinic for CAR-T cell therapy in lupus and other autoimmune diseases. Research software only.

    from immunoreset import Patients, Study, run

    study = Study(title="Rituximab", patients=Patients(population="cart", n=100), arms={"treated": "rituximab 1 g on days 0 14"})
    run(study).save("runs/rituximab")

Names are loaded when they are first used, so that `import immunoreset` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from immunoreset.calibration.folder import calibrate
    from immunoreset.catalogue import Theta
    from immunoreset.catalogue.standard import MODEL, initial_state, typical
    from immunoreset.engine import simulate
    from immunoreset.errors import ImmunoresetError
    from immunoreset.population import Facts, mackensen_2022, read_patients, sample, twins
    from immunoreset.sensitivity_analysis import sensitivity
    from immunoreset.store import open_run
    from immunoreset.study import run
    from immunoreset.study_document import Arm, Patients, Study
    from immunoreset.therapy import Regimen, standard
    from immunoreset.virtual_trial.potential_outcomes import potential_outcomes
    from immunoreset.virtual_trial.run_trials import run_trials

_HOME = {
    "Arm": "study_document",
    "Facts": "population",
    "ImmunoresetError": "errors",
    "MODEL": "catalogue.standard",
    "Patients": "study_document",
    "Regimen": "therapy",
    "Study": "study_document",
    "Theta": "catalogue",
    "calibrate": "calibration.folder",
    "initial_state": "catalogue.standard",
    "mackensen_2022": "population",
    "open_run": "store",
    "potential_outcomes": "virtual_trial.potential_outcomes",
    "read_patients": "population",
    "run": "study",
    "run_trials": "virtual_trial.run_trials",
    "sample": "population",
    "sensitivity": "sensitivity_analysis",
    "simulate": "engine",
    "standard": "therapy",
    "twins": "population",
    "typical": "catalogue.standard",
}

__all__ = [
    "MODEL",
    "Arm",
    "Facts",
    "ImmunoresetError",
    "Patients",
    "Regimen",
    "Study",
    "Theta",
    "calibrate",
    "initial_state",
    "mackensen_2022",
    "open_run",
    "potential_outcomes",
    "read_patients",
    "run",
    "run_trials",
    "sample",
    "sensitivity",
    "simulate",
    "standard",
    "twins",
    "typical",
]


def __getattr__(name: str) -> Any:
    """A public name, loaded from where it lives."""
    if name in _HOME:
        return getattr(import_module(f"immunoreset.{_HOME[name]}"), name)
    raise AttributeError(f"module 'immunoreset' has no attribute '{name}'; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
