"""Screening: may this patient be treated, and have earlier drugs been stopped for long enough."""
