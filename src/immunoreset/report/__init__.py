"""One self-contained page about a finished study: figures, comparison with what was published, assumptions and failures."""
