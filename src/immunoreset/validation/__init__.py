"""The product beside other software, table by table, from files that travel with the package; lupus beside published cohorts."""
