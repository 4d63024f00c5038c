"""Group-sequential tests: when an interim look may stop a trial, and what that costs."""
