"""One decision or business knowledge model of a DMN file: its requirements, its parameters and its logic."""

from rules.definitions import Decision, KnowledgeModel, Parameter
from rules.dmn_xml import Place, attribute
from rules.logic_reader import read_logic


def read_decision(place: Place) -> Decision:
    place = place.named("decision")
    variable = place.child("variable")
    return Decision(
        id=place.identity(),
        name=place.name(),
        description=place.text("description"),
        type_ref=variable.type_ref() if variable else "",
        required_inputs=_required(place, "informationRequirement", "requiredInput"),
        required_decisions=_required(place, "informationRequirement", "requiredDecision"),
        required_knowledge=_required(place, "knowledgeRequirement", "requiredKnowledge"),
        **read_logic(place),
    )


def read_knowledge(place: Place) -> KnowledgeModel:
    place = place.named("businessKnowledgeModel")
    variable, function = place.child("variable"), place.child("encapsulatedLogic")
    parameters = tuple(map(_parameter, function.children("formalParameter"))) if function else ()
    names = [parameter.name for parameter in parameters]
    for name in sorted({name for name in names if names.count(name) > 1}):
        place.add(f"has the parameter {name!r} more than once")
    return KnowledgeModel(
        id=place.identity(),
        name=place.name(),
        description=place.text("description"),
        type_ref=variable.type_ref() if variable else "",
        parameters=parameters,
        required_knowledge=_required(place, "knowledgeRequirement", "requiredKnowledge"),
        **(_body(function.at(place.path)) if function else {}),
    )


def _parameter(place: Place) -> Parameter:
    return Parameter(name=place.name(), type_ref=place.type_ref())


def _body(place: Place) -> dict[str, object]:
    kind = attribute(place.element, "kind") or "FEEL"
    return read_logic(place) if kind == "FEEL" else {"unsupported": f"a function in {kind}"}


def _required(place: Place, requirement: str, kind: str) -> tuple[str, ...]:
    found = (each.child(kind) for each in place.children(requirement))
    return tuple(attribute(each.element, "href").rpartition("#")[2] for each in found if each is not None)
