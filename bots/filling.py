"""Filling a page's fields by their labels, one after the other, in one call to the page."""

from collections.abc import Mapping

from bots.locators import Scope
from models.portal import PortalUnavailable

FIELDS_TIMEOUT = 10.0
"""Seconds until fields that do not appear are given up."""

_FILL = """async (root, [texts, patience]) => {
    const words = text => text.replace(/\\s+/g, ' ').trim().replace(/\\s*:$/, '')
    const names = field => [...(field.labels ?? [])].map(label => label.innerText).concat(field.ariaLabel ?? '')
    const isEntry = field => !field.disabled && !field.readOnly && field.checkVisibility({visibilityProperty: true})
    const fieldsOf = label => [...root.querySelectorAll('input, textarea')]
        .filter(field => isEntry(field) && names(field).some(name => words(name) === label))
    const labels = Object.keys(texts), until = performance.now() + patience
    while (labels.some(label => fieldsOf(label).length !== 1) && performance.now() < until) {
        await new Promise(done => setTimeout(done, 50))
    }
    const doubtful = labels.map(label => [label, fieldsOf(label).length]).filter(([, found]) => found !== 1)
    if (doubtful.length) return doubtful
    for (const label of labels) {
        const [field] = fieldsOf(label), kind = Object.getPrototypeOf(field)
        field.focus()
        // The setter of the element's own kind: a page may watch the one of this element, and would miss the change.
        Object.getOwnPropertyDescriptor(kind, 'value').set.call(field, texts[label])
        field.dispatchEvent(new InputEvent('input', {bubbles: true, data: texts[label], inputType: 'insertText'}))
        field.dispatchEvent(new Event('change', {bubbles: true}))
        field.blur()
    }
    return []
}"""


async def fill_in(scope: Scope, texts: Mapping[str, str]) -> None:
    """Types each text into the one visible field of `scope` that bears its label, in their order.

    Nothing is typed unless every label has exactly one field; waits for that as for any element. What the page made of
    it is for the read-back to tell. Secrets go by `Session.type_secret`. Raises PortalUnavailable naming the labels.
    """
    await scope.get_by_label(next(iter(texts))).first.wait_for()
    doubtful = await scope.locator(":root").evaluate(_FILL, [dict(texts), FIELDS_TIMEOUT * 1000])
    if doubtful:
        said = ", ".join(f"{label!r} ({found} fields)" for label, found in doubtful)
        raise PortalUnavailable(f"the page has not exactly one field for {said}")
