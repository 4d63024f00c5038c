"""Scores, responses and toxicity grades: what trials and clinics judge these patients by, usable alone on real data."""
