"""What `because doctor` says of tickets."""

from __future__ import annotations

from serving.check import Check
from serving.errors import ServingError
from serving.settings import Settings
from serving.systems import webhook_of
from serving.ticket_store import counts_in


def ticket_check(settings: Settings) -> Check:
    """What has become of the tickets that go to the shop's desk."""
    try:
        webhook, counts = webhook_of(settings), counts_in(settings)
    except ServingError as exc:
        return Check("tickets", "fail", "cannot be looked at or sent", str(exc))
    detail = ", ".join(f"{count} {delivery}" for delivery, count in sorted(counts.items()) if delivery != "none")
    if counts.get("failed"):
        return Check("tickets", "warn", detail, "The desk did not take them; `because tickets --retry` tries again.")
    return Check("tickets", "ok", detail or ("none to be sent" if webhook else "kept in the store: `because tickets`"))
