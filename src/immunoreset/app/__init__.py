"""The clinic in the browser: a server on this machine that answers the pages with what the package computes."""
