"""Calibration: what published rows say of numbers that are not known, as draws of a posterior, and how far to trust it."""
