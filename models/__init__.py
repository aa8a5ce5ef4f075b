"""The nouns of the trade: pure pydantic, no input or output, no clock."""
