"""Lupus: how active it is, what it has damaged, whether the patient is in remission and whether treatment worked."""
