"""Lupus beside published cohorts: what trials and registers counted, read from virtual patients, with verdicts."""
