"""Tickets to the shop's own desk: a signed POST for each, tried again with growing pauses, from an outbox that lasts.

The body is the ticket as JSON. Its headers: ``Idempotency-Key``, the same at every try of a ticket, by which the desk
tells a repetition (a ticket arrives at least once, not exactly once); ``Because-Signature: t=SECONDS,v1=HEX``, where
HEX is the HMAC-SHA256 of ``SECONDS.BODY`` under the shared secret. Any 2xx answer counts as taken.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import httpx

from agent.shop.systems import Ticket
from serving.database import StoreError
from serving.ticket_store import KeptTicket, TicketStore

logger = logging.getLogger(__name__)

KEY_HEADER = "Idempotency-Key"
SIGNATURE_HEADER = "Because-Signature"
GOODBYE_SECONDS = 3
"""How long the end waits for a ticket that is just being sent; cut off, it is sent again after its lease."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where tickets go and how hard it is tried.

    With the defaults the pauses are 5 s, 10 s, 20 s and so on up to an hour: 12 tries take about three hours.
    """

    url: str
    secret: str
    tries: int = 12
    pause: float = 5.0
    longest_pause: float = 3600.0
    timeout: float = 10.0

    def pause_after(self, tries: int) -> timedelta:
        """The pause after so many tries, a fifth more or less, so that a desk that comes back is not overrun."""
        seconds = min(self.longest_pause, self.pause * 2.0 ** min(tries - 1, 40))
        return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def body_of(ticket: Ticket, number: int) -> bytes:
    """The JSON of a ticket as it is sent."""
    fields = asdict(ticket) | {"created": ticket.created.isoformat(), "number": number}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, body: bytes, moment: int) -> str:
    """The value of the signature header."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def is_signed(secret: str, body: bytes, header: str, *, now: int, tolerance: int = 300) -> bool:
    """Whether a request comes from who knows the secret, and is not one of long ago played again; for a desk's use."""
    stated = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    if not stated.get("t", "").isdecimal() or abs(now - int(stated["t"])) > tolerance:
        return False
    return hmac.compare_digest(signature(secret, body, int(stated["t"])), header)


class Outbox:
    """Sends waiting tickets until stopped, in one thread; several processes may share one database.

    Args:
        clock: the present moment in UTC.
        watched: told again and again how many tickets there are by delivery.
    """

    def __init__(
        self,
        store: TicketStore,
        webhook: Webhook,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        watched: Callable[[Mapping[str, int]], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._webhook = webhook
        self._clock = clock
        self._watched = watched
        self._stopped = threading.Event()
        self._client = httpx.Client(timeout=webhook.timeout, headers={"Content-Type": "application/json"})

    @contextmanager
    def running(self, every: float = 1.0) -> Iterator[None]:
        """Send in a thread of its own, looking for due tickets every so many seconds; it ends with the block."""
        thread = threading.Thread(target=self._run, args=(every,), name="outbox", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join(timeout=GOODBYE_SECONDS)

    def send_due(self) -> int:
        """Try every ticket that is due once; returns how many were tried."""
        tried = 0
        lease = timedelta(seconds=2 * self._webhook.timeout)
        while not self._stopped.is_set() and (kept := self._store.claim(self._clock(), self._clock() + lease)):
            self._try(kept)
            tried += 1
        return tried

    def _run(self, every: float) -> None:
        while not self._stopped.is_set():
            try:
                self.send_due()
                self._watched(self._store.counts())
            except StoreError as error:
                logger.error("tickets are not sent: %s", error)
            self._stopped.wait(every)
        self._client.close()

    def _try(self, kept: KeptTicket) -> None:
        problem = self._post(kept)
        if problem is None:
            self._store.sent(kept.number)
        elif kept.tries >= self._webhook.tries:
            self._store.failed(kept.number, problem)
            logger.error("ticket %d was given up after %d tries: %s", kept.number, kept.tries, problem)
        else:
            self._store.retry(kept.number, self._clock() + self._webhook.pause_after(kept.tries), problem)

    def _post(self, kept: KeptTicket) -> str | None:
        """Send one ticket; returns what went wrong, in a few words without the address, or None."""
        body = body_of(kept.ticket, kept.number)
        headers = {
            KEY_HEADER: kept.ticket.ticket_id,
            SIGNATURE_HEADER: signature(self._webhook.secret, body, int(time.time())),
        }
        try:
            # Only the status counts: an answer without end must not hold the outbox up.
            with self._client.stream("POST", self._webhook.url, content=body, headers=headers) as answer:
                return None if answer.is_success else f"the desk answered {answer.status_code}"
        except httpx.TimeoutException:
            return f"no answer within {self._webhook.timeout:g} s"
        except httpx.HTTPError as error:
            return f"{type(error).__name__}: the desk cannot be reached"
