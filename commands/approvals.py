"""`tallywright approval`: what waits for a person's decision, and deciding it."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, signed_in
from models.approval import Outcome
from models.errors import BusinessError
from store.approval_amendments import resubmit
from store.approval_answers import hand_on, record_decision, withdraw_decision
from store.approval_notes import answer as answer_question
from store.approval_notes import ask, comment
from store.approvals import StoredRequest, request_of, requests_waiting_for
from store.second_factor import ask_above

Request = Annotated[str, typer.Argument(help="Number of the approval, e.g. AP-2026-0001.")]
Colleague = Annotated[str, typer.Argument(help="Person, e.g. henrik.dahl.")]
Reason = Annotated[str, typer.Argument(help="In your own words.")]
NoteId = Annotated[str, typer.Argument(help="Id of the question.")]
To = Annotated[str, typer.Option(help="Whom to ask; whoever asked for the approval where it is left out.")]
app = typer.Typer(help="Decide what waits for you.", no_args_is_help=True)


@app.command("list")
def list_(login: Login, json_output: Json = False) -> None:
    """List what waits for your decision."""
    with signed_in(login) as (house, person), house.store.read() as connection:
        waiting = requests_waiting_for(connection, person.tenant, person.person.id, house.store.now())
    Answer(json_output).show([_brief(stored) for stored in waiting], lambda console: _draw(console, waiting))


@app.command()
def decide(
    request: Request,
    outcome: Annotated[Outcome, typer.Argument(help="approve, reject or send_back.")],
    login: Login,
    comment: Annotated[str, typer.Option(help="Why; needed unless you approve.")] = "",
    json_output: Json = False,
) -> None:
    """Approve, reject or send back. The decision is recorded at once, whatever the workers are doing."""
    with signed_in(login) as (house, person):
        with house.store.read() as connection:
            digest = request_of(connection, person.tenant, request).request.digest
        answer = record_decision(house.store, person, request, outcome, comment, digest)
    Answer(json_output).show(answer, lambda console: console.print(f"Recorded: {request} {outcome}."))


@app.command()
def proof(
    amount: Annotated[str, typer.Argument(help="Amount from which on a passkey is wanted, or `nothing`.")],
    login: Login,
    json_output: Json = False,
) -> None:
    """Set from which amount on approvers confirm with a passkey that it is them. Finance and managing directors may."""
    above = None if amount == "nothing" else _amount(amount)
    with signed_in(login) as (house, person):
        ask_above(house.store, person, above)
    said = "Nobody is asked for a passkey." if above is None else f"Above {above} approvers confirm with a passkey."
    Answer(json_output).show({"above": above}, lambda console: console.print(said))


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BusinessError("approval.proof_limit", f"{text!r} is no amount; give one such as 10000.") from None


@app.command()
def withdraw(request: Request, login: Login, json_output: Json = False) -> None:
    """Take your own answer back, as long as the next step has not begun."""
    with signed_in(login) as (house, person):
        answer = withdraw_decision(house.store, person, request)
    Answer(json_output).show(answer, lambda console: console.print(f"Taken back: {request}."))


@app.command("hand-on")
def hand_on_(request: Request, delegate: Colleague, reason: Reason, login: Login, json_output: Json = False) -> None:
    """Have somebody else answer this one for you; both names stand in the record."""
    with signed_in(login) as (house, person):
        made = hand_on(house.store, person, request, delegate, reason)
    Answer(json_output).show(made, lambda console: console.print(f"Handed on: {request} to {delegate}."))


@app.command("ask")
def ask_(request: Request, question: Reason, login: Login, of: To = "", json_output: Json = False) -> None:
    """Ask a question; the clock stands still until it is answered."""
    with signed_in(login) as (house, person):
        note = ask(house.store, person, request, question, of)
    Answer(json_output).show({"note": note}, lambda console: console.print(f"Asked: {note}."))


@app.command("answer")
def answer_(note: NoteId, text: Reason, login: Login, json_output: Json = False) -> None:
    """Answer a question that you were asked."""
    with signed_in(login) as (house, person):
        answer_question(house.store, person, note, text)
    Answer(json_output).show({"note": note}, lambda console: console.print("Answered."))


@app.command("comment")
def comment_(request: Request, text: Reason, login: Login, json_output: Json = False) -> None:
    """Add a comment."""
    with signed_in(login) as (house, person):
        note = comment(house.store, person, request, text)
    Answer(json_output).show({"note": note}, lambda console: console.print("Added."))


@app.command("resubmit")
def resubmit_(request: Request, text: Reason, login: Login, json_output: Json = False) -> None:
    """Send what came back to you again, with an explanation."""
    with signed_in(login) as (house, person):
        resubmit(house.store, person, request, text)
    Answer(json_output).show({"request": request}, lambda console: console.print(f"Sent again: {request}."))


def _brief(stored: StoredRequest) -> dict[str, object]:
    request = stored.request
    return {"id": request.id, "case": request.case, "title": request.title, "why": request.evaluation.reasons}


def _draw(console: Console, waiting: tuple[StoredRequest, ...]) -> None:
    if not waiting:
        console.print("Nothing waits for your decision.")
        return
    table = Table("Approval", "What", "Why you")
    for stored in waiting:
        table.add_row(stored.request.id, stored.request.title, " ".join(stored.request.evaluation.reasons))
    console.print(table)
