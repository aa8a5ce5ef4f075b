"""How things are named: workflow ids and obligation slices come from these functions alone."""

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


def posting_slice(invoice: str) -> str:
    """The obligation to key one invoice into the books."""
    return f"posting.{invoice}"


def payment_slice(invoice: str) -> str:
    """The obligation to pay one invoice."""
    return f"payment.{invoice}"


def registration_slice(invoice: str) -> str:
    """The obligation to register one sales invoice with the tax authority."""
    return f"registration.{invoice}"
