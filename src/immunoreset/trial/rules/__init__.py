"""Rules of a trial: each holds a design, asks it, and changes the answer where the rule says so.

Rules nest in any order, and none ever lets a dose through that the design inside holds to be inadmissible.
"""
