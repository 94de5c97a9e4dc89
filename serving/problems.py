"""Errors as the HTTP API tells them: RFC 9457 problem details, and never a stack trace."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.responses import Response

from serving.database import StoreError
from serving.errors import ServingError

logger = logging.getLogger(__name__)

SLUGS = {
    400: "bad-request",
    401: "unauthorized",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid-request",
    500: "internal",
    503: "unavailable",
    504: "deadline",
}

FieldError = dict[str, Any]
"""What is wrong with one part of a request: ``field`` (or ``index`` of a row) and ``reason``."""


class Problem(HTTPException):
    """Something to tell the caller: a slug that programs read and a detail that people read."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        slug: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, detail, headers)
        self.slug = slug or SLUGS.get(status, "error")
        self.errors = tuple(errors)
        self.extra = dict(extra or {})


class UnknownSession(ServingError):
    """The session does not exist, or belongs to somebody else; a caller is not told which."""


def problem_response(problem: Problem) -> Response:
    """The problem as application/problem+json."""
    body: dict[str, Any] = {
        "type": f"urn:because:problem:{problem.slug}",
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "detail": problem.detail,
        **problem.extra,
    }
    if problem.errors:
        body["errors"] = list(problem.errors)
    # ASCII only: names that a caller sent may hold half of a surrogate pair, which UTF-8 cannot carry.
    content = json.dumps(body)
    return Response(content, problem.status_code, problem.headers, media_type="application/problem+json")


def install_problems(app: FastAPI, seen: Callable[[str, int], None]) -> None:
    """Make the app answer every error with a problem; ``seen`` is told each one's slug and status."""

    def answer(problem: Problem) -> Response:
        seen(problem.slug, problem.status_code)
        return problem_response(problem)

    @app.exception_handler(HTTPException)
    async def http(request: Request, exc: HTTPException) -> Response:
        return answer(exc if isinstance(exc, Problem) else _from_http(request, exc))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, exc: RequestValidationError) -> Response:
        return answer(_from_validation(exc.errors()))

    @app.exception_handler(StoreError)
    async def store(request: Request, exc: StoreError) -> Response:
        logger.error("%s %s: %s", request.method, request.url.path, exc)
        detail = "The store does not answer at the moment; try again in a few seconds."
        return answer(Problem(503, detail, slug="store-unavailable", headers={"Retry-After": "5"}))

    @app.exception_handler(UnknownSession)
    async def session(_: Request, __: UnknownSession) -> Response:
        detail = "There is no such session; leave session_id out to open a new one."
        return answer(Problem(404, detail, slug="unknown-session"))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, exc: Exception) -> Response:
        error_id = secrets.token_hex(6)
        logger.error("error %s in %s %s", error_id, request.method, request.url.path, exc_info=exc)
        detail = f"Something went wrong on our side; it is logged as {error_id}."
        return answer(Problem(500, detail, extra={"error_id": error_id}))


def _from_http(request: Request, exc: HTTPException) -> Problem:
    path = request.url.path
    details = {
        400: "The body could not be read as JSON in UTF-8.",
        404: f"There is nothing at {path}.",
        405: f"{path} does not take {request.method}.",
    }
    return Problem(exc.status_code, details.get(exc.status_code, exc.detail), headers=exc.headers)


def _from_validation(errors: Sequence[ErrorDetails]) -> Problem:
    if errors and errors[0]["type"] == "json_invalid":
        where, why = errors[0]["loc"][-1], errors[0].get("ctx", {}).get("error", "it does not parse")
        return Problem(400, f"The body is not valid JSON: {why} (at character {where}).", slug="malformed-json")
    found = field_errors(errors)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    field, reason = found[0]["field"], found[0]["reason"]
    return Problem(422, f"{field}: {reason}{more}" if field else f"{reason}{more}", errors=found)


def field_errors(errors: Sequence[ErrorDetails]) -> list[FieldError]:
    """Pydantic's errors without its internals: where, and why."""
    return [{"field": _field(error["loc"]), "reason": error["msg"].removeprefix("Value error, ")} for error in errors]


def _field(location: Sequence[int | str]) -> str:
    """``("body", "history", 3, "kind")`` as ``history[3].kind``."""
    path = ""
    for part in location[1:] if location[:1] in (("body",), ("query",), ("path",)) else location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
