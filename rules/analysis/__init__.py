"""What is wrong with a decision table before anybody is decided by it."""
