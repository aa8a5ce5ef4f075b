"""The groups of the `tallywright` command, one module each."""
