"""Pages that a portal changed overnight, or that something lies over."""

import re

_FIELD_ROW = re.compile(r"<tr>\s*<th><label.*?</tr>", re.DOTALL)
_LABEL = re.compile(r"(<label[^>]*>)(.*?)(</label>)", re.DOTALL)
_TITLE = re.compile(r'title="[^"]*"')
_OVERLAY = """<div style="position:fixed;inset:0;background:#ffffffee;z-index:9">
<p>Neu: Ihr Portal wird noch schöner!
<button type="button" onclick="this.closest('div').remove()">Schließen</button></p>
</div></body>"""
_ADVERT = """<script>
document.addEventListener('click', () => window.open('about:blank', 'werbung'), {capture: true, once: true})
</script></body>"""


def moved(page: str) -> str:
    """The rows of fields in the opposite order, with other hints; their labels stay."""
    rows = _FIELD_ROW.findall(page)
    return _FIELD_ROW.sub(lambda _: _TITLE.sub('title="moved"', rows.pop()), page)


def renamed(page: str) -> str:
    """Every label says something else."""
    return _LABEL.sub(lambda found: f"{found[1]}Angabe: {found[2]}{found[3]}", page)


def reworded(page: str, argument: str) -> str:
    """`argument` is `old=>new`."""
    old, _, new = argument.partition("=>")
    return page.replace(old, new)


def with_stranger(page: str, address: str) -> str:
    """With a picture that lies at another address."""
    return page.replace("</body>", f'<img src="{address}" alt=""></body>')


def covered(page: str) -> str:
    return page.replace("</body>", _OVERLAY)


def with_advert(page: str) -> str:
    return page.replace("</body>", _ADVERT)
