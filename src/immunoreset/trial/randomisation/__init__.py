"""Which arm each patient gets: permuted blocks, minimisation, and arms with rescue rules."""
