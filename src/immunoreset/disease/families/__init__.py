"""Parts that several diseases share."""
