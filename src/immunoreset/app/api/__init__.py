"""What the pages may ask for, one file for each group of questions."""
