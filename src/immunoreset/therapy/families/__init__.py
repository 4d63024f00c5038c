"""Families of therapies: one set of equations each; a drug or product is a family with its own numbers."""
