"""Enrolment: from the opening of the sites to the last outcome, in calendar days."""
