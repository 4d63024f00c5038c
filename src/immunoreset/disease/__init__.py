"""Diseases: one folder each, with its modules and their numbers, its populations, its chart and its outcomes."""
