class FeelError(Exception):
    """An expression cannot be read or may not be run; the message is for the person who wrote it."""


class BudgetExceededError(FeelError):
    """An expression needs more steps or makes a larger value than any honest table does."""
