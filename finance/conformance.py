"""Whether what was done kept to the segregation of duties, read from any log of who did what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from finance.segregation import SHIPPED, Function, SegregationPolicy, Severity
from models.base import Model
from models.errors import BusinessError, Finding


class LoggedAct(Model):
    """One line of an event log: in a case somebody did something."""

    case: str
    activity: str
    person: str


class Violation(Model):
    """One person had two functions in one case that the pairs forbid or report."""

    case: str
    person: str
    one: Function
    other: Function
    severity: Severity


def logged_acts(records: Iterable[Mapping[str, str]]) -> tuple[LoggedAct, ...]:
    """The lines of an event log with the columns `case`, `activity` and `person`; others are left out.

    Raises BusinessError `log.columns` naming the columns that are missing, and for a log without a line.
    """
    lines = list(records)
    missing = [name for name in LoggedAct.model_fields if not lines or name not in lines[0]]
    if missing:
        problem = "is missing; the first line names the columns case, activity and person"
        findings = tuple(Finding(field=name, problem=problem) for name in missing)
        raise BusinessError("log.columns", "This is no log of who did what in which case.", findings)
    return tuple(LoggedAct(**{name: line[name] for name in LoggedAct.model_fields}) for line in lines)


def functions_named(names: Iterable[str]) -> dict[str, Function]:
    """Which function an activity of a log is, from texts such as `Create PO=requested_purchase`.

    Raises BusinessError `log.activity` with a finding for each text that names no function.
    """
    pairs = [(text, *(part.strip() for part in text.rpartition("=")[::2])) for text in names]
    known = ", ".join(Function)
    findings = tuple(
        Finding(field=text, problem=f"write NAME IN THE LOG=FUNCTION with one of {known}")
        for text, activity, function in pairs
        if not activity or function not in set(Function)
    )
    if findings:
        raise BusinessError("log.activity", "Some activities name no function.", findings)
    return {activity: Function(function) for _, activity, function in pairs}


def violations(
    log: Iterable[LoggedAct], activities: Mapping[str, Function], policy: SegregationPolicy = SHIPPED
) -> tuple[Violation, ...]:
    """Every pair of functions that the policy forbids or reports, by case and person.

    `activities` says which function an activity of the log is; the name of a function is that function, and any other
    activity counts for nothing. A person's exceptions hold.
    """
    held: dict[tuple[str, str], set[Function]] = defaultdict(set)
    for act in log:
        function = activities.get(act.activity) or _named(act.activity)
        if function is not None and act.person:
            held[act.case, act.person].add(function)
    return tuple(
        Violation(case=case, person=person, one=one, other=other, severity=severity)
        for (case, person), functions in sorted(held.items())
        for one in sorted(functions)
        for other in sorted(functions)
        if one < other and (severity := _severity(policy, person, one, other)) is not Severity.ALLOWED
    )


def _severity(policy: SegregationPolicy, person: str, one: Function, other: Function) -> Severity:
    """A pair that an exception allows is reported."""
    found = policy.severity(one, other)
    return Severity.REPORTED if found is Severity.FORBIDDEN and not policy.forbids(person, one, other) else found


def _named(activity: str) -> Function | None:
    return Function(activity) if activity in set(Function) else None
