"""Elements of a DMN file together with the words that name their place in a finding."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from models.errors import Finding

Element = etree._Element


def attribute(element: Element, name: str) -> str:
    return " ".join((element.get(name) or "").split())


def text_of(element: Element, child: str) -> str:
    """The text of the first child of that name in the element's own namespace, without surrounding space."""
    found = element.find(f"{{{etree.QName(element).namespace}}}{child}")
    return "" if found is None else "".join(map(str, found.itertext())).strip()


@dataclass(frozen=True, slots=True)
class Place:
    element: Element
    path: str
    findings: list[Finding]

    def add(self, problem: str) -> None:
        self.findings.append(Finding(field=self.path, problem=problem, code="rules.malformed"))

    def at(self, path: str) -> "Place":
        return replace(self, path=path)

    def named(self, kind: str) -> "Place":
        """The same element, its place called by its own name or id."""
        return self.at(attribute(self.element, "name") or attribute(self.element, "id") or kind)

    def children(self, name: str) -> "Iterator[Place]":
        namespace = etree.QName(self.element).namespace
        for index, child in enumerate(self.element.iterchildren(f"{{{namespace}}}{name}")):
            yield Place(child, f"{self.path}.{name}[{index + 1}]", self.findings)

    def any_children(self) -> "Iterator[Place]":
        """Those in the element's own namespace."""
        namespace = etree.QName(self.element).namespace
        for child in self.element.iterchildren(f"{{{namespace}}}*"):
            yield replace(self, element=child)

    @property
    def parent_path(self) -> str:
        return self.path.rpartition(".")[0]

    def child(self, name: str) -> "Place | None":
        return next(self.children(name), None)

    def text(self, name: str) -> str:
        return text_of(self.element, name)

    def name(self) -> str:
        name = attribute(self.element, "name")
        if not name:
            self.add("has no name")
        return name

    def identity(self) -> str:
        """The id, or the name where there is none: nothing can point to it then."""
        return attribute(self.element, "id") or attribute(self.element, "name")

    def type_ref(self) -> str:
        """The type without the prefix that DMN 1.1 and some modelers write (`feel:number`)."""
        return attribute(self.element, "typeRef").rpartition(":")[2]

    def feel(self) -> str:
        """The FEEL text of an expression element. Another language is refused rather than misread."""
        language = attribute(self.element, "expressionLanguage")
        if language and "feel" not in language.lower():
            self.add(f"is written in {language!r}; only FEEL is supported")
        return self.text("text")
