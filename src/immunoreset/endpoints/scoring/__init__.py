"""All scores, responses and grades that a table of visits allows, at every visit and for every patient."""
