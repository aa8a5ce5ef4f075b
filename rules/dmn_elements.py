"""Elements of a DMN file that is written."""

import re

from lxml import etree

from rules.dmn_xml import Element

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
XML_ID = re.compile(r"[^\W\d][\w.-]*")


def add_child(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{MODEL}}}{name}")


def add_text(parent: Element, name: str, text: str) -> None:
    if text:
        add_child(parent, name).text = text


def set_attributes(element: Element, **attributes: str) -> None:
    for name, value in attributes.items():
        if value:
            element.set(name, value)


def set_name(element: Element, identity: str, name: str) -> Element:
    # Where a file gives no id, the name stands for it; a name with spaces would be no valid id.
    if identity != name or XML_ID.fullmatch(identity):
        element.set("id", identity)
    element.set("name", name)
    return element


def add_expression(parent: Element, name: str, text: str, identity: str) -> Element:
    element = add_child(parent, name)
    element.set("id", identity)
    add_child(element, "text").text = text
    return element
