"""The arithmetic of the trade: pure functions over models, without clock, randomness or storage."""
