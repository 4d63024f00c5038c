"""Phase 2 designs for a response rate: one arm or two, frequentist or Bayesian."""
