"""Trials on mechanistic patients: every patient under every dose or arm once, then any number of trials as look-ups."""
