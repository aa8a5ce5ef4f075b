"""What workflows hand to activities: a tenant and a key. Everything else is read from the store."""

from models.base import Model


class RequisitionRef(Model):
    tenant: str
    requisition: str


class OrderRef(Model):
    tenant: str
    order: str


class SalesOrderRef(Model):
    tenant: str
    order: str


class SalesInvoiceRef(Model):
    tenant: str
    invoice: str


class ApprovalRef(Model):
    tenant: str
    request: str


class InvoiceRef(Model):
    tenant: str
    invoice: str


class IntentRef(Model):
    tenant: str
    slice: str


class AttemptRef(Model):
    tenant: str
    slice: str
    number: int


class TaskRef(Model):
    tenant: str
    task: str
