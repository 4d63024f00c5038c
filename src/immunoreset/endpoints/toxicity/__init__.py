"""Toxicity of cell therapy: cytokine release, nerve and blood toxicity, infections and what limits the dose."""
