"""The patient: what happens in the body of one person with lupus, written as plain equations."""
