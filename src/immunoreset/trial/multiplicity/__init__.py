"""Several hypotheses in one trial without raising the chance of a false claim."""
