"""The picture of a decision's requirements, so that modelers have something to open: inputs below, results on top."""

from collections.abc import Callable, Mapping

from lxml import etree

from rules.definitions import Definitions
from rules.dmn_xml import Element

_DMNDI = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
_DC = "http://www.omg.org/spec/DMN/20180521/DC/"
_DI = "http://www.omg.org/spec/DMN/20180521/DI/"
_ACROSS, _DOWN, _MARGIN = 220, 150, 80
_DECISION = (180, 80)
_INPUT = (140, 45)

Shape = tuple[int, int, int, int]
"""Left, top, width and height."""


def add_diagram(root: Element, definitions: Definitions, new_id: Callable[..., str]) -> None:
    diagram = etree.SubElement(etree.SubElement(root, f"{{{_DMNDI}}}DMNDI"), f"{{{_DMNDI}}}DMNDiagram")
    diagram.set("id", new_id("diagram"))
    shapes = _shapes(definitions)
    for identity, (left, top, width, height) in shapes.items():
        shape = etree.SubElement(diagram, f"{{{_DMNDI}}}DMNShape", id=new_id("shape", identity), dmnElementRef=identity)
        sizes = {"height": height, "width": width, "x": left, "y": top}
        etree.SubElement(shape, f"{{{_DC}}}Bounds", {name: str(size) for name, size in sizes.items()})
    for requirement in list(root.iter("{*}informationRequirement", "{*}knowledgeRequirement")):
        _add_edge(diagram, requirement, shapes, new_id)


def _add_edge(diagram: Element, requirement: Element, shapes: Mapping[str, Shape], new_id: Callable[..., str]) -> None:
    decision = requirement.getparent()
    source = shapes.get((requirement[0].get("href") or "").lstrip("#"))
    target = shapes.get((decision.get("id") or decision.get("name") or "") if decision is not None else "")
    if source is None or target is None:
        return
    name = requirement.get("id") or ""
    edge = etree.SubElement(diagram, f"{{{_DMNDI}}}DMNEdge", id=new_id("edge", name), dmnElementRef=name)
    for left, top in ((source[0] + source[2] // 2, source[1]), (target[0] + target[2] // 2, target[1] + target[3])):
        etree.SubElement(edge, f"{{{_DI}}}waypoint", x=str(left), y=str(top))


def _shapes(definitions: Definitions) -> dict[str, Shape]:
    levels = _levels(definitions)
    highest = max(levels.values(), default=1)
    shapes: dict[str, Shape] = {}
    for level in range(highest, -1, -1):
        members = [identity for identity, own in levels.items() if own == level]
        width, height = _DECISION if level else _INPUT
        for place, identity in enumerate(members):
            shapes[identity] = (_MARGIN + place * _ACROSS, _MARGIN + (highest - level) * _DOWN, width, height)
    return shapes


def _levels(definitions: Definitions) -> dict[str, int]:
    """Inputs stand on level 0, the others above everything they require; a circle stays where it was found."""
    required: dict[str, tuple[str, ...]] = {model.id: model.required_knowledge for model in definitions.knowledge}
    for decision in definitions.decisions:
        required[decision.id] = (*decision.required_decisions, *decision.required_knowledge)
    levels = {data.id: 0 for data in definitions.inputs} | dict.fromkeys(required, 1)
    for _ in required:
        for identity, below in required.items():
            above = max([1, *(levels.get(each, 0) + 1 for each in below)])
            levels[identity] = min(above, len(required))
    return levels
