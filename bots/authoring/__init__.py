"""For who writes a bot: a portal to begin with, and a recording turned into pages."""
