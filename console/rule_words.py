"""The words of the pages about rules."""

from console.language import Language, message
from rules.speech import SPEECHES

BANDS = {"if": message("IF"), "then": message("THEN"), "note": message("WHY"), "text": message("WHY")}
DRAFT_STATES = {
    "editing": message("In work"),
    "submitted": message("Waits for a second person"),
    "published": message("Published"),
    "discarded": message("Discarded"),
}
OBSTACLES = {
    "rule.no_backtest": message("Try it on all past decisions first, and look at the result."),
    "rule.segregation": message("You had a hand in it, so somebody else has to publish it."),
    "rule.golden_case_failed": message("An example does not come out right."),
}
CHANGES = {
    "newly_without_approval": message("Nobody would approve any more"),
    "newly_refused": message("The case would stop"),
    "escalated": message("Somebody more would decide"),
    "newly_with_approval": message("Somebody would have to approve"),
    "relieved": message("Somebody would be spared"),
    "rerouted": message("The same people in another order"),
    "changed": message("Another answer"),
    "newly_answered": message("The case would go on"),
}
CHANGE_TONES = {
    "newly_without_approval": "bad",
    "newly_refused": "bad",
    "escalated": "warn",
    "newly_with_approval": "warn",
}
EDITS = {
    "added": message("New"),
    "removed": message("Deleted"),
    "changed": message("Changed"),
    "moved": message("Moved"),
}
EDIT_TONES = {"added": "good", "removed": "bad", "changed": "warn"}
SEVERITIES = {
    "error": message("To mend"),
    "warning": message("To look at"),
    "note": message("For information"),
}
SEVERITY_TONES = {"error": "bad", "warning": "warn"}
EFFECTS = {
    "same": message("As before"),
    "rerouted": message("Asked anew"),
    "decided": message("Decided already"),
    "failed": message("Look at the case"),
}


def table_title(language: Language, name: str) -> str:
    """What people call a table; a table of their own by its name."""
    return SPEECHES[language.code].table(name)
