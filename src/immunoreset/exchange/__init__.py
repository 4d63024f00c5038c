"""Real data in, results out: tidy CSV, CDISC Dataset-JSON and SAS transport files."""
