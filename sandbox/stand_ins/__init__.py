"""One module for each portal that has a bot and no sandbox portal of its own; made by `tallywright bot new`."""
