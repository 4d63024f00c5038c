"""Trials: designs, rules, operating characteristics and analyses, from the first cohort to the final test."""
