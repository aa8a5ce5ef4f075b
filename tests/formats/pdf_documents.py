"""PDFs with attachments, made to order, and a reading of attachments that shares no code with ours."""

from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def pdf_with(*attachments: tuple[str, bytes], password: str = "") -> bytes:
    """One empty page with files attached in the name tree."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments:
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password)
    return _bytes(writer)


def pdf_with_associated(name: str, content: bytes) -> bytes:
    """A file attached by the document's AF array alone, as some writers do, and listed nowhere else."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment(name, content)
    root = writer.root_object
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]  # type: ignore[index] # dictionaries all the way
    root[NameObject("/AF")] = ArrayObject([names[1]])
    del root["/Names"]
    return _bytes(writer)


def pdf_with_nested_names(name: str, content: bytes, depth: int) -> bytes:
    """A name tree with `depth` levels above its leaf."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment(name, content)
    tree = writer.root_object["/Names"]["/EmbeddedFiles"]  # type: ignore[index] # dictionaries all the way
    node = writer._add_object(DictionaryObject({NameObject("/Names"): tree["/Names"]}))
    for _ in range(depth):
        node = writer._add_object(DictionaryObject({NameObject("/Kids"): ArrayObject([node])}))
    writer.root_object["/Names"][NameObject("/EmbeddedFiles")] = node  # type: ignore[index]
    return _bytes(writer)


def pdf_with_many_names(count: int) -> bytes:
    """A name tree that lists the same file `count` times."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("notes.txt", b"x")
    names = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]  # type: ignore[index]
    file = names[1]
    for position in range(count):
        names.extend([TextStringObject(f"file {position}"), file])
    return _bytes(writer)


def attached_xml(data: bytes) -> bytes:
    """The only XML file attached, by the library's own list of attachments."""
    files = [
        content
        for name, contents in PdfReader(BytesIO(data)).attachments.items()
        if name.endswith(".xml")
        for content in contents
    ]
    (xml,) = files
    return xml


def _bytes(writer: PdfWriter) -> bytes:
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()
