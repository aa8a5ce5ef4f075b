"""Every refusal and failure as a status: in plain words on a page, as problem+json from the API."""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from console.entered import path, without_consequences
from console.error_words import HEADINGS, NEXT_STEPS, in_words
from console.security import HEADERS
from console.visit import SignInNeeded, Visit, anybody, see_other
from models.errors import BusinessError, Finding

API_PREFIX = "/api/"
_log = logging.getLogger(__name__)

_STATUS = {
    "sign_in.refused": HTTPStatus.UNAUTHORIZED,
    "right.missing": HTTPStatus.FORBIDDEN,
    "form.foreign": HTTPStatus.FORBIDDEN,
    "approval.already_decided": HTTPStatus.CONFLICT,
    "task.already_resolved": HTTPStatus.CONFLICT,
}


def status_of(code: str) -> HTTPStatus:
    """The HTTP status that says the same as a business error's code."""
    if code.endswith(".unknown") or code.startswith("rule.unknown_"):
        return HTTPStatus.NOT_FOUND
    if code.endswith("_reused"):
        return HTTPStatus.CONFLICT
    return _STATUS.get(code, HTTPStatus.UNPROCESSABLE_ENTITY)


def handle_errors(app: FastAPI) -> None:
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(BusinessError, _refusal)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _failure)


def problem(status: HTTPStatus, code: str, detail: str, findings: tuple[Finding, ...] = ()) -> Response:
    """RFC 9457, with every finding."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "findings": [finding.model_dump() for finding in findings],
    }
    headers = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _sign_in(request: Request, _: Exception) -> Response:
    if request.url.path.startswith(API_PREFIX):
        return problem(HTTPStatus.UNAUTHORIZED, "sign_in.needed", "Sign in and send the token as a bearer token.")
    target = f"/sign-in?next={quote(request.url.path, safe='/')}" if request.method in ("GET", "HEAD") else "/sign-in"
    if request.headers.get("hx-request"):
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": "/sign-in"})
    return see_other(target)


def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, BusinessError)  # noqa: S101
    status = status_of(error.code)
    if request.url.path.startswith(API_PREFIX):
        return problem(status, error.code, error.message, error.findings)
    return _error_page(anybody(request), status, error.code, error.message)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    if not request.url.path.startswith(API_PREFIX):
        return _error_page(anybody(request), HTTPStatus.NOT_FOUND, "", "")
    detail = "The request is not what this address takes."
    findings = without_consequences(
        Finding(field=path(found["loc"][1:]), problem=f"{found['msg']}; the {found['loc'][0]} is wrong there")
        for found in error.errors()
    )
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request.invalid", detail, findings)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    status = HTTPStatus(error.status_code)
    if request.url.path.startswith(API_PREFIX):
        return problem(status, "request.refused", str(error.detail))
    return _error_page(anybody(request), status, "", "")


def _failure(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if request.url.path.startswith(API_PREFIX):
        answer = problem(status, "internal", "Something failed here; it is in the log.")
    else:
        # Nobody is looked up for this page: what failed may be the store itself.
        answer = _error_page(Visit(request, request.app.state.site, "", None), status, "", "")
    answer.headers.update(HEADERS)
    return answer


def _error_page(visit: Visit, status: HTTPStatus, code: str, said: str) -> Response:
    values: dict[str, Any] = {
        "heading": HEADINGS.get(code, ""),
        "explanation": in_words(visit.language, said) if said else "",
        "next_step": NEXT_STEPS.get(code, ""),
        "code": int(status),
    }
    return visit.page("error.html", status=int(status), **values)
