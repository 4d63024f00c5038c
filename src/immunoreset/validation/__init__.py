"""The product beside other software, table by table, from reference files that travel with the package."""
