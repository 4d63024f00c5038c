"""What the autoimmune diseases share: the loop of autoreactive B cells, flares, the autoantibody, inflammation, and its visits.

A disease adds its numbers (`host.toml`), its organs and what a clinic sees of them (`folder.py` says what it has to give).
"""
