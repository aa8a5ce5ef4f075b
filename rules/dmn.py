"""DMN 1.1 to 1.5 files to definitions. Diagram and layout are left aside; extensions of other tools are ignored."""

from lxml import etree

from models.errors import BusinessError, Finding
from rules.decision_reader import read_decision, read_knowledge
from rules.definitions import Decision, Definitions, InputData, ItemDefinition, KnowledgeModel
from rules.dmn_xml import Element, Place, attribute, text_of

MAX_BYTES = 2_000_000
NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)


def read_definitions(xml: bytes) -> Definitions:
    """The decisions of a DMN file.

    Raises BusinessError `rules.unreadable` for what is no safe DMN file of at most 2 MB, and `rules.malformed` with one
    finding per place for a file whose content does not hold together.
    """
    root = _parse(xml)
    findings: list[Finding] = []
    definitions = _Reader(root, findings).read()
    if findings:
        raise BusinessError("rules.malformed", "The DMN file is not well made.", tuple(findings))
    return definitions


def _parse(xml: bytes) -> Element:
    if len(xml) > MAX_BYTES:
        raise _unreadable(f"The file has {len(xml):,} bytes; at most {MAX_BYTES:,} are accepted.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable(f"The file is not XML: {str(error)[:200]}") from error
    _refuse_dtd(root)
    _refuse_other_formats(root)
    return root


def _refuse_dtd(root: Element) -> None:
    information = root.getroottree().docinfo
    if information.internalDTD is not None:
        raise _unreadable("The file has a document type declaration (DOCTYPE), which is not accepted; remove it.")


def _refuse_other_formats(root: Element) -> None:
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise _unreadable(
            f"The file is not DMN 1.1 to 1.5: its root is {name.localname!r} of namespace {name.namespace or 'none'!r}."
        )


def _unreadable(message: str) -> BusinessError:
    return BusinessError("rules.unreadable", message)


class _Reader:
    def __init__(self, root: Element, findings: list[Finding]) -> None:
        self._root = Place(root, "definitions", findings)

    def read(self) -> Definitions:
        decisions = tuple(map(read_decision, self._root.children("decision")))
        knowledge = tuple(map(read_knowledge, self._root.children("businessKnowledgeModel")))
        inputs = tuple(self._input(place) for place in self._root.children("inputData"))
        parts: tuple[Decision | KnowledgeModel | InputData, ...] = (*decisions, *knowledge, *inputs)
        self._refuse_repeats("id", [part.id for part in parts])
        self._refuse_repeats("name", [part.name for part in parts])
        if not decisions:
            self._root.add("has no decision")
        return Definitions(
            name=attribute(self._root.element, "name"),
            namespace=attribute(self._root.element, "namespace"),
            description=self._root.text("description"),
            items=tuple(_item(place) for place in self._root.children("itemDefinition")),
            inputs=inputs,
            decisions=decisions,
            knowledge=knowledge,
        )

    def _input(self, place: Place) -> InputData:
        place = place.named("inputData")
        variable = place.child("variable")
        return InputData(
            id=place.identity(),
            name=place.name(),
            type_ref=variable.type_ref() if variable else "",
            description=place.text("description"),
        )

    def _refuse_repeats(self, what: str, values: list[str]) -> None:
        for value in sorted({value for value in values if value and values.count(value) > 1}):
            self._root.add(f"has the {what} {value!r} more than once; everything in the file needs its own")


def _item(place: Place) -> ItemDefinition:
    allowed = place.child("allowedValues")
    return ItemDefinition(
        name=place.name(),
        type_ref=text_of(place.element, "typeRef").rpartition(":")[2],
        allowed_values=allowed.text("text") if allowed else "",
        is_collection=attribute(place.element, "isCollection") in ("true", "1"),
        components=tuple(_item(component) for component in place.children("itemComponent")),
    )
