"""The REST API: the same store functions as the pages, signed in by a bearer token instead of a cookie."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, status

from console.api_access import (
    PROBLEMS,
    Banker,
    Context,
    Decider,
    Deliver,
    IdempotencyKey,
    Reader,
    Receiver,
    Requester,
    Settler,
)
from console.api_models import (
    Answer,
    CaseList,
    CaseSummary,
    Credentials,
    FiledCase,
    Receipt,
    RecordedDecision,
    RecordedReceipt,
    SecondAnswer,
    SessionToken,
    Settlement,
    StatementRequest,
    StatementWanted,
)
from console.names import Names
from console.views.cases import CaseView, TaskView, case_view, task_view
from console.views.decision import DecisionView, decision_view
from console.views.inbox import Inbox, inbox_of
from models.purchasing import RequisitionContent
from models.task import Proof
from store.answers import TaskAnswer, confirm_answer, resolve_task
from store.approval_answers import record_decision
from store.people import sign_in
from store.reads import find_cases
from store.receipts import record_receipt
from store.requisitions import file_requisition
from store.statements import request_statement
from store.tasks import task_of

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


@router.post("/sign-in")
def open_session(context: Context, credentials: Credentials) -> SessionToken:
    password = credentials.password.get_secret_value()
    token = sign_in(context.store, context.tenant, credentials.login, password, context.session_lasts)
    return SessionToken(token=token)


@router.get("/inbox")
def read_inbox(context: Context, caller: Reader) -> Inbox:
    """Approvals you could give now and open tasks of your roles."""
    with context.store.read() as view:
        return inbox_of(view, context, Names.read(view, context), caller.person)


@router.get("/cases")
def list_cases(
    context: Context,
    _: Reader,
    state: Literal["open", "closed", "all"] = "all",
    q: Annotated[str, Query(max_length=200)] = "",
) -> CaseList:
    """The newest 200 that fit."""
    with context.store.read() as view:
        names = Names.read(view, context)
        found = find_cases(view, context.tenant, state, q)
    return CaseList(
        cases=tuple(
            CaseSummary(
                id=case.id,
                title=case.title,
                state=case.state,
                owner=names.person(case.owner),
                vendor=names.vendor(case.vendor),
                customer=names.customer(case.customer),
                total=case.total,
                opened_at=case.opened_at,
                closed_at=case.closed_at,
            )
            for case in found
        )
    )


@router.get("/cases/{case_id}")
def read_case(context: Context, _: Reader, case_id: str) -> CaseView:
    with context.store.read() as view:
        return case_view(view, context, Names.read(view, context), case_id)


@router.post("/requisitions", status_code=status.HTTP_201_CREATED, dependencies=[Deliver])
def file(
    context: Context, caller: Requester, content: RequisitionContent, idempotency_key: IdempotencyKey
) -> FiledCase:
    number = file_requisition(context.store, caller, content, idempotency_key)
    return FiledCase(requisition=number, case=number)


@router.get("/approvals/{request_id}")
def read_approval(context: Context, caller: Reader, request_id: str) -> DecisionView:
    """Everything an approver has to see, with the digest that their decision names."""
    with context.store.read() as view:
        return decision_view(view, context, Names.read(view, context), caller.person, request_id)


@router.post("/approvals/{request_id}/decisions", status_code=status.HTTP_201_CREATED, dependencies=[Deliver])
def decide(context: Context, caller: Decider, request_id: str, answer: Answer) -> RecordedDecision:
    made = record_decision(context.store, caller, request_id, answer.outcome, answer.comment, answer.digest)
    return RecordedDecision(decision=made.id, stage=made.stage, decided_at=made.decided_at)


@router.get("/tasks/{task_id}")
def read_task(context: Context, _: Reader, task_id: str) -> TaskView:
    with context.store.read() as view:
        return task_view(task_of(view, context.tenant, task_id), Names.read(view, context))


@router.post("/tasks/{task_id}/resolution", dependencies=[Deliver])
def settle(context: Context, caller: Settler, task_id: str, settlement: Settlement) -> TaskView:
    proof = Proof(text=settlement.proof)
    answer = TaskAnswer(resolution=settlement.resolution, comment=settlement.comment, proof=proof)
    resolve_task(context.store, caller, task_id, answer, context.moment())
    return read_task(context, caller, task_id)


@router.post("/tasks/{task_id}/second", dependencies=[Deliver])
def answer_second(context: Context, caller: Settler, task_id: str, said: SecondAnswer) -> TaskView:
    """Confirms or declines, as the second person, the answer that is proposed."""
    moment = context.moment()
    confirm_answer(context.store, caller, task_id, said.digest, said.comment, moment, agreed=said.agreed)
    return read_task(context, caller, task_id)


@router.post("/orders/{order_number}/receipts", status_code=status.HTTP_201_CREATED, dependencies=[Deliver])
def take_in(
    context: Context, caller: Receiver, order_number: str, receipt: Receipt, idempotency_key: IdempotencyKey
) -> RecordedReceipt:
    return RecordedReceipt(receipt=record_receipt(context.store, caller, order_number, receipt.lines, idempotency_key))


@router.post("/statements", status_code=status.HTTP_202_ACCEPTED, dependencies=[Deliver])
def fetch_statement(context: Context, caller: Banker, wanted: StatementWanted) -> StatementRequest:
    """Has the bot fetch it; the statement is in the store some minutes later."""
    return StatementRequest(request=request_statement(context.store, caller, wanted.entity, wanted.day))
