"""Reads CDISC study data, SDTM and ADaM, into the same store of visits as a tidy CSV."""
