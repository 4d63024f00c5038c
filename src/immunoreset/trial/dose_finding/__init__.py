"""Dose-finding designs: each is asked after a cohort and names the next dose."""
