"""The logic of a decision, business knowledge model, argument or step of a context: what stands in its box."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from rules.definitions import Binding, BoxedContext, ContextEntry, Invocation
from rules.dmn_xml import Place
from rules.table_reader import TableReader

MAX_BOXES = 20
_UNSUPPORTED = frozenset(
    {"functionDefinition", "relation", "list", "conditional", "filter", "for", "every", "some", "iterator"}
)


def read_logic(place: Place, boxes: int = 0) -> dict[str, Any]:
    """The fields of `Logic` for the element at `place`, inside so many boxes."""
    if boxes > MAX_BOXES:
        place.add(f"is boxed more than {MAX_BOXES} levels deep")
        return {}
    found = [child for child in place.any_children() if etree.QName(child.element).localname in _READERS]
    if len(found) > 1:
        names = ", ".join(etree.QName(child.element).localname for child in found)
        place.add(f"has more than one kind of logic ({names}); only one may stand there")
    if found:
        kind, read = _READERS[etree.QName(found[0].element).localname]
        return {kind: read(found[0].at(place.path), boxes + 1)}
    return {"unsupported": _unsupported(place)}


def _unsupported(place: Place) -> str:
    names = (str(etree.QName(child.element).localname) for child in place.any_children())
    return next((f"a boxed {name}" for name in names if name in _UNSUPPORTED), "")


def _invocation(place: Place, boxes: int) -> Invocation:
    called = place.child("literalExpression")
    name = " ".join(called.feel().split()) if called else ""
    if not name:
        place.add("invokes nothing; name the business knowledge model")
    return Invocation(knowledge=name, bindings=tuple(_binding(each, boxes) for each in place.children("binding")))


def _binding(place: Place, boxes: int) -> Binding:
    parameter = place.child("parameter")
    name = parameter.name() if parameter else ""
    if parameter is None:
        place.add("has no parameter")
    return Binding(parameter=name, **read_logic(place.at(f"{place.parent_path}.{name}"), boxes))


def _context(place: Place, boxes: int) -> BoxedContext:
    entries = tuple(_entry(each, boxes) for each in place.children("contextEntry"))
    if not entries:
        place.add("has no entry")
    names = [entry.name for entry in entries]
    if not all(names[:-1]):
        place.add("has an entry without a name before its last; only the result may have none")
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        place.add(f"has the entry {name!r} more than once")
    return BoxedContext(entries=entries)


def _entry(place: Place, boxes: int) -> ContextEntry:
    variable = place.child("variable")
    name = variable.name() if variable else ""
    place = place.at(f"{place.parent_path}.{name or 'result'}")
    return ContextEntry(name=name, type_ref=variable.type_ref() if variable else "", **read_logic(place, boxes))


_READERS: dict[str, tuple[str, Callable[[Place, int], Any]]] = {
    "decisionTable": ("table", lambda place, _: TableReader(place).read()),
    "literalExpression": ("expression", lambda place, _: place.feel()),
    "invocation": ("invocation", _invocation),
    "context": ("context", _context),
}
