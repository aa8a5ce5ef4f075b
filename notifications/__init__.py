"""Messages to people: what they say, in their language, and how they leave the house."""
