"""Who is above whom: the line of managers over a person."""

from collections.abc import Iterable

from models.party import Person


def line_above(people: Iterable[Person], person: str) -> tuple[str, ...]:
    """Everybody above `person`, the nearest first; it ends before somebody would come twice."""
    manager_of = {each.id: each.manager for each in people}
    line: list[str] = []
    above = manager_of.get(person, "")
    while above and above not in line:
        line.append(above)
        above = manager_of.get(above, "")
    return tuple(line)


def circle(people: Iterable[Person], person: str, manager: str) -> tuple[str, ...]:
    """The line from `person` up to `person` again that `manager` above them would make; empty: none."""
    line = (manager, *line_above(people, manager))
    return (person, *line[: line.index(person) + 1]) if person in line else ()
