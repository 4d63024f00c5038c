"""What the headlines of a study depend on: which numbers of the model, how well known they are, and how much by patients."""

from immunoreset.sensitivity_analysis.analysis import sensitivity
from immunoreset.sensitivity_analysis.headlines import Headline
from immunoreset.sensitivity_analysis.result import Sensitivity

__all__ = ["Headline", "Sensitivity", "sensitivity"]
