"""What `because doctor` says of the licence of a profile's model."""

from __future__ import annotations

from serving.check import Check
from serving.consent import consent_to
from serving.errors import ServingError
from serving.profiles import Profile
from serving.settings import Settings


def licence_checks(profile: Profile, settings: Settings) -> list[Check]:
    """One finding where the model is under a licence of its own, else none."""
    licence = profile.licence
    if licence is None:
        return []
    try:
        kept = consent_to(licence, settings)
    except ServingError as exc:
        return [Check("licence", "fail", licence.name, str(exc))]
    detail = f"{profile.model} is under the {licence.name} ({licence.version}, {licence.url})"
    if kept is None:
        advice = f"Read and accept them by `because models add {profile.name}`; until then the profile does not start."
        return [Check("licence", "fail", f"{detail}, not accepted", advice)]
    return [Check("licence", "ok", f"{detail}, accepted {kept.at}")]
