"""Writes scored visits as CDISC ADaM datasets: patients, scores, laboratory values, episodes of toxicity and times to events."""
