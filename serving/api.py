"""The HTTP API, version 1. The chat page, the widget and the demo shop are mounted beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, FastAPI
from pydantic import ValidationError
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response

from agent.assistant import Question
from retrieval.events import Event
from serving.bodies import EVENT_LIMIT, ChatBody, EventBody, RecommendBody, clean, is_blank
from serving.callers import Callers
from serving.identity import Identity
from serving.items import ItemRoutes
from serving.limits import BodyLimit, SecurityHeaders, json_only
from serving.memory_routes import MemoryRoutes
from serving.metrics import Metrics
from serving.problems import FieldError, Problem, field_errors, install_problems
from serving.services import Services
from serving.settings import Settings
from serving.sse import HEARTBEAT_SECONDS, EventStream
from serving.store import StoreError
from serving.turns import Turns
from serving.views import result_view
from serving.why_routes import WhyRoutes


def create_app(services: Services, settings: Settings, *, identity: Identity) -> FastAPI:
    """The application with /v1, /healthz, /readyz and /metrics; all else is free for other mounts.

    ``app.state.turns`` is the `Turns` that runs every question, for front ends in the same process, and
    ``app.state.metrics`` what is counted.
    """
    metrics = Metrics()
    turns = Turns(services, settings, metrics)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await turns.drain()

    app = FastAPI(title="Because", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.turns = turns
    app.state.metrics = metrics
    health = _Health(services, metrics)
    app.add_api_route("/healthz", health.alive)
    app.add_api_route("/readyz", health.ready)
    app.add_api_route("/metrics", health.metrics)
    # An application of its own, so that a page mounted at / never answers for a wrong path or method below /v1.
    callers = Callers(services, identity)
    api = _Api(services, settings, callers, metrics, turns)
    routers = [ItemRoutes(services, identity).router(), MemoryRoutes(services, callers).router()]
    app.mount("/v1", _version_1(api, routers, settings.origins.split()))
    install_problems(app, metrics.problem)
    app.add_middleware(SecurityHeaders)
    return app


def _version_1(api: _Api, routers: Sequence[APIRouter], origins: list[str]) -> FastAPI:
    v1 = FastAPI(title="Because", version="1", docs_url=None, redoc_url=None)
    takes_json = [Depends(json_only)]
    v1.add_api_route("/chat", api.chat, methods=["POST"], dependencies=takes_json, response_model=None)
    v1.add_api_route("/recommend", api.recommend, methods=["POST"], dependencies=takes_json)
    v1.add_api_route("/why_not", api.why.why_not, methods=["POST"], dependencies=takes_json)
    v1.add_api_route("/events", api.events, methods=["POST"], dependencies=takes_json)
    for router in routers:
        v1.include_router(router)
    install_problems(v1, api.metrics.problem)
    v1.add_middleware(BodyLimit)
    if origins:
        v1.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PATCH", "DELETE"],
            allow_headers=["Content-Type", "Authorization"],
        )
    return v1


class _Api:
    """POST /chat, /recommend and /events."""

    def __init__(
        self, services: Services, settings: Settings, callers: Callers, metrics: Metrics, turns: Turns
    ) -> None:
        self._services = services
        self._settings = settings
        self._callers = callers
        self._turns = turns
        self.metrics = metrics
        self.why = WhyRoutes(services, callers.caller)

    async def chat(self, body: ChatBody) -> Response:
        """One turn as typed server-sent events; exactly one `done` or `error` ends the stream."""
        message = self._message(body.message, "message")
        if is_blank(message) and not (body.remove and body.session_id):
            raise _invalid("message", "it is empty; say what you are looking for")
        self._needs_index()
        shopper_id = await self._callers.caller(body.shopper_token)
        question = await self._turns.open(_question(body, message, shopper_id))
        return EventStream(self._turns.stream(question, beat=HEARTBEAT_SECONDS))

    async def recommend(self, body: RecommendBody) -> dict[str, Any]:
        """Suggestions and reasons as one body, for a stored shopper or for a history that is passed."""
        self._message(body.query or "", "query")
        self._needs_index()
        if body.shopper_id and await asyncio.to_thread(self._services.store.shopper, body.shopper_id) is None:
            detail = "There is no such shopper. Send events of theirs to /v1/events first, or pass history instead."
            raise Problem(404, detail, slug="unknown-shopper")
        try:
            async with asyncio.timeout(self._turns.deadline):
                result = await self._services.recommend(body.request(datetime.now(UTC)))
        except TimeoutError as exc:
            raise Problem(504, "This took too long; ask for fewer suggestions or try again.") from exc
        self.metrics.work(
            result.reasons, result.timings_ms, result.model_calls, result.prompt_tokens, result.completion_tokens
        )
        return result_view(result)

    async def events(self, payload: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Take one event, or ``{"events": [...]}`` with up to 1,000; each event id counts once, ever.

        A bad row is reported with its index and skipped; the good ones are kept.
        """
        rows = payload.get("events", [payload])
        if not isinstance(rows, list) or not 1 <= len(rows) <= EVENT_LIMIT:
            raise _invalid("events", f"it must be a list of 1 to {EVENT_LIMIT:,} events")
        events, errors = _parse(rows, datetime.now(UTC))
        self.metrics.events("rejected", len(errors))
        if not events:
            first = errors[0]["reason"]
            raise Problem(422, f"No event could be taken. The first problem: {first}", errors=errors)
        receipt = await self._services.record(events)
        self.metrics.events("accepted", receipt.accepted)
        self.metrics.events("duplicate", receipt.duplicates)
        return asdict(receipt) | {"rejected": len(errors), "errors": errors}

    def _message(self, text: str, field: str) -> str:
        message, limit = clean(text), self._settings.message_limit
        if len(message) > limit:
            raise _invalid(field, f"it has {len(message):,} characters; at most {limit:,} can be read")
        return message

    def _needs_index(self) -> None:
        if self._services.index_state() != "ready":
            detail = "The catalogue is not indexed yet; try again in a moment."
            raise Problem(503, detail, slug="no-index", headers={"Retry-After": "10"})


class _Health:
    """GET /healthz, /readyz and /metrics."""

    def __init__(self, services: Services, metrics: Metrics) -> None:
        self._services = services
        self._metrics = metrics

    async def alive(self) -> dict[str, str]:
        return {"status": "alive"}

    async def ready(self) -> JSONResponse:
        """200 when cards can be shown, even if the model is away and reasons are quoted instead of written."""
        index, model = self._services.index_state(), self._services.model_state()
        state: dict[str, str | int] = {
            "index": index,
            "model": model,
            "degraded": model != "ready",
            "items": len(self._services.catalogue),
        }
        state["ranked_by"] = self._services.ranked_by
        if index != "ready":
            detail = f"The index is {index}. Build it with: because index --catalog FILE"
            raise Problem(503, detail, slug="no-index", extra=state)
        try:
            await asyncio.to_thread(self._services.store.ping)
        except StoreError as exc:
            raise Problem(503, str(exc), slug="store-unavailable", extra=state) from exc
        return JSONResponse({"status": "degraded" if state["degraded"] else "ready"} | state)

    async def metrics(self) -> Response:
        return Response(self._metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _question(body: ChatBody, message: str, shopper_id: str | None) -> Question:
    removed = tuple(each.model_dump() for each in body.remove)
    return Question(message, body.session_id, shopper_id, body.language, removed=removed, region=body.region)


def _invalid(field: str, reason: str) -> Problem:
    return Problem(422, f"{field}: {reason}.", errors=[{"field": field, "reason": reason}])


def _parse(rows: list[Any], now: datetime) -> tuple[list[Event], list[FieldError]]:
    events: list[Event] = []
    errors: list[FieldError] = []
    for index, row in enumerate(rows):
        try:
            events.append(EventBody.model_validate(row).event(now))
        except ValidationError as exc:
            found = field_errors(exc.errors(include_url=False, include_input=False))
            reason = "; ".join(
                f"{each['field']}: {each['reason']}" if each["field"] else each["reason"] for each in found
            )
            errors.append({"index": index, "reason": reason})
    return events, errors
