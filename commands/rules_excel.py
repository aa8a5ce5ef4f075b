"""`tallywright rules export` and `import`: decision tables as Excel or DMN files, and back into a draft."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from commands.output import Answer, Json, show_refusal
from commands.signing_in import Login, opened, signed_in
from models.errors import BusinessError, Finding
from rules.definitions import Definitions
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.excel.writer import write_workbook
from rules.table_file import TableFile, read_table_file
from store.rule_drafts import draft_of
from store.rule_imports import table_in, take_into_draft, take_into_new_draft
from store.rule_publications import content_of, newest, publications

_REFUSED = 2
_EXCEL = ".xlsx"
_FORMATS = (_EXCEL, ".dmn")


def export(
    table: Annotated[str, typer.Argument(metavar="TABLE_OR_FILE", help="Name of a table, or a DMN or Excel file.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write: .xlsx or .dmn.", dir_okay=False)],
    draft: Annotated[str, typer.Option(help="Id of a draft, to export it instead of the newest version.")] = "",
    language: Annotated[
        Literal["en", "zh"], typer.Option(help="Language of an Excel file; either is taken back.")
    ] = "en",
    json_output: Json = False,
) -> None:
    """Write a decision table as an Excel file that finance people edit, or as a DMN file for other modelers."""
    try:
        content = _written(_definitions(table, draft), output, language)
    except BusinessError as error:
        show_refusal(error, json_output)
        raise typer.Exit(_REFUSED) from None
    output.write_bytes(content)
    Answer(json_output).show({"file": str(output)}, lambda console: console.print(f"Wrote {output}."))


def import_(
    file: Annotated[Path, typer.Argument(help="An Excel or DMN file.", exists=True, dir_okay=False)],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write this file instead of a draft.", dir_okay=False)
    ] = None,
    table: Annotated[str, typer.Option(help="Name of the table, where the file holds several.")] = "",
    draft: Annotated[str, typer.Option(help="Id of the draft to write into; without it a new one is made.")] = "",
    name: Annotated[str, typer.Option(help="What the new draft is called.")] = "",
    login: Login = "",
    json_output: Json = False,
) -> None:
    """Take a changed table back into a draft. Every cell that cannot be read is named; nothing decides by a draft."""
    try:
        read = read_table_file(file.read_bytes())
        if output is not None:
            output.write_bytes(_written(read.definitions, output))
            answer: dict[str, str | int] = {"file": str(output)}
        else:
            answer = _take_in(read, table, draft, name or f"From {file.name}", login)
    except BusinessError as error:
        show_refusal(error, json_output)
        raise typer.Exit(_REFUSED) from None
    Answer(json_output).show(
        {**answer, "findings": read.findings}, lambda console: _draw(console, answer, read.findings)
    )


def _definitions(table: str, draft: str) -> Definitions:
    path = Path(table)
    if path.suffix.lower() in _FORMATS and path.is_file():
        return read_table_file(path.read_bytes()).definitions
    with opened() as house, house.store.read() as connection:
        tenant = house.settings.tenant
        if draft:
            return read_definitions(draft_of(connection, tenant, draft).xml)
        shown = newest(connection, tenant, table) or publications(connection, tenant, table)[0]
        return read_definitions(content_of(connection, tenant, table, shown.version))


def _written(definitions: Definitions, output: Path, language: str = "en") -> bytes:
    suffix = output.suffix.lower()
    if suffix not in _FORMATS:
        finding = Finding(field=str(output), problem=f"ends in {suffix!r}; {' or '.join(_FORMATS)} is expected")
        raise BusinessError("rules.unknown_format", "The kind of the file is not known.", (finding,))
    return write_workbook(definitions, language) if suffix == _EXCEL else write_definitions(definitions)


def _take_in(read: TableFile, table: str, draft: str, name: str, login: str) -> dict[str, str | int]:
    if not login:
        raise BusinessError("sign_in.no_login", "Say with --login who you are, or with -o which file to write.")
    with signed_in(login) as (house, person):
        if draft:
            with house.store.read() as connection:
                revision = draft_of(connection, person.tenant, draft).revision
            saved = take_into_draft(house.store, person, draft, revision, read.definitions, read.exported)
        else:
            table = table or table_in(house.store, person.tenant, read.definitions)
            saved = take_into_new_draft(house.store, person, table, name, read.definitions, read.exported)
    return {"table": saved.table, "draft": saved.id, "revision": saved.revision}


def _draw(console: Console, answer: dict[str, str | int], findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        console.print(f"  - {finding}", style="yellow", highlight=False, markup=False, soft_wrap=True)
    where = f"Wrote {answer['file']}." if "file" in answer else f"Draft {answer['draft']} of {answer['table']}."
    console.print(where, highlight=False, markup=False)
