"""What numbers of the model say of populations of patients: many thetas at once, on the same patients."""

from immunoreset.inference.rows import Rows, simulate_rows

__all__ = ["Rows", "simulate_rows"]
