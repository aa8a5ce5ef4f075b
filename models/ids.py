"""How things are named: workflow ids and obligation slices come from these functions alone."""

from datetime import datetime

FLOWS_QUEUE = "flows"


def bots_queue(portal: str) -> str:
    """The task queue of the bots that work on one portal."""
    return f"bots-{portal}"


def workflow_id(tenant: str, kind: str, key: str) -> str:
    """The id of the one workflow of `kind` about the business key `key`."""
    return f"{tenant}/{kind}/{key}"


def purchase_workflow(tenant: str, requisition: str) -> str:
    return workflow_id(tenant, "purchase", requisition)


def invoice_workflow(tenant: str, sha256: str) -> str:
    return workflow_id(tenant, "invoice", sha256)


def sale_workflow(tenant: str, order: str) -> str:
    return workflow_id(tenant, "sale", order)


def approval_workflow(tenant: str, request: str) -> str:
    return workflow_id(tenant, "approval", request)


def portal_action_workflow(tenant: str, slice_id: str) -> str:
    return workflow_id(tenant, "portal-action", slice_id)


def statement_workflow(tenant: str, request: str) -> str:
    return workflow_id(tenant, "statement", request)


def temporal_schedule(tenant: str, schedule: str) -> str:
    """The id of a schedule on the Temporal server."""
    return workflow_id(tenant, "schedule", schedule)


def schedule_run_workflow(tenant: str, run: str) -> str:
    return workflow_id(tenant, "schedule-run", run)


def announcement_workflow(tenant: str, task: str) -> str:
    return workflow_id(tenant, "announcement", task)


def answer_workflow(tenant: str, request: str, answer: str) -> str:
    return workflow_id(tenant, "answer", f"{request}.{answer}")


def target_test_workflow(tenant: str, test: str) -> str:
    return workflow_id(tenant, "target-test", test)


def held_messages_workflow(tenant: str, person: str, due_at: datetime) -> str:
    """The one that sends what one person is held until `due_at`."""
    return workflow_id(tenant, "held-messages", f"{person}.{due_at:%Y%m%dT%H%M%S}")


def posting_slice(invoice: str) -> str:
    """The obligation to key one invoice into the books."""
    return f"posting.{invoice}"


def payment_slice(invoice: str) -> str:
    """The obligation to pay one invoice."""
    return f"payment.{invoice}"


def registration_slice(invoice: str) -> str:
    """The obligation to register one sales invoice with the tax authority."""
    return f"registration.{invoice}"


def signature_slice(reference: str) -> str:
    """The obligation to sign one payment at the bank, by the reference under which it waits there."""
    return f"signature.{reference}"


def signing_portal(bank_portal: str) -> str:
    """The name under which a bank's portal is entered to sign, with a login that belongs to another person."""
    return f"{bank_portal}-signature"
