"""Analyses of randomised trials: responses, means and times, for one trial or for thousands at once."""
