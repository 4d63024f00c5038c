"""The engine: compiles a system of ordinary differential equations and solves it for many patients. It knows no biology."""

from immunoreset.engine import code_cache as code_cache
from immunoreset.engine.ensemble import simulate
from immunoreset.engine.events import Extinction, Hazard, Infusion, Rule, Scheduled, Shock, bolus, set_parameter
from immunoreset.engine.inputs import Model
from immunoreset.engine.readouts import (
    Area,
    FirstAbove,
    FirstBelow,
    Maximum,
    Minimum,
    Readout,
    TimeBelow,
    TimeOfMaximum,
    TimeOfMinimum,
)
from immunoreset.engine.solution import Solution

__all__ = [
    "Area",
    "Extinction",
    "FirstAbove",
    "FirstBelow",
    "Hazard",
    "Infusion",
    "Maximum",
    "Minimum",
    "Model",
    "Readout",
    "Rule",
    "Scheduled",
    "Shock",
    "Solution",
    "TimeBelow",
    "TimeOfMaximum",
    "TimeOfMinimum",
    "bolus",
    "set_parameter",
    "simulate",
]
