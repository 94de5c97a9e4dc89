"""Consent to the licence of a model that is not free for every use: asked for, kept in the store, never assumed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from serving.errors import ConsentMissing
from serving.licence import Licence
from serving.packaged import package_file
from serving.profiles import Profile
from serving.settings import Settings

_FILE = "consents.json"


@dataclass(frozen=True, slots=True)
class Consent:
    """That somebody accepted a licence in one version. ``at`` is when, ``how`` by which answer, option or variable."""

    licence: str
    version: str
    at: str
    how: str


def consent_to(licence: Licence, settings: Settings) -> Consent | None:
    """The consent to this version of the licence that the store keeps, if it keeps one."""
    return next((c for c in _kept(settings) if (c.licence, c.version) == (licence.name, licence.version)), None)


def keep_consent(licence: Licence, settings: Settings, *, how: str) -> Consent:
    """Write down that the licence was accepted."""
    consent = Consent(licence.name, licence.version, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", how)
    others = [c for c in _kept(settings) if c.licence != licence.name]
    file = settings.store / _FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps([asdict(c) for c in (*others, consent)], indent=1) + "\n", encoding="utf-8")
    partial.replace(file)
    return consent


def require_consent(profile: Profile, settings: Settings) -> None:
    """Refuse a profile whose model's licence nobody has accepted for this store.

    Raises:
        ConsentMissing: it says how to read the licence and how to accept it.
    """
    licence = profile.licence
    if licence is not None and consent_to(licence, settings) is None:
        raise ConsentMissing(
            f"The model of profile {profile.name!r} is under the {licence.name} ({licence.version}), which nobody has "
            f"accepted for the store {settings.store}; run `because models add {profile.name}` to read and accept them."
        )


def described(profile: Profile, licence: Licence) -> str:
    """What whoever is asked gets to read: what the licence is, what it restricts, where its text is."""
    here = package_file(profile.source.name, licence.text)
    lines = [
        f"The model of the profile {profile.name}, {profile.model}, is not under the licence of Because.",
        f"It is under the {licence.name}, last modified {licence.version}: {licence.url}",
        licence.summary,
    ]
    return "\n".join([*lines, f"Its text is also in {here}"] if here else lines)


def _kept(settings: Settings) -> list[Consent]:
    file: Path = settings.store / _FILE
    if not file.is_file():
        return []
    try:
        return [Consent(**row) for row in json.loads(file.read_text(encoding="utf-8"))]
    except (ValueError, TypeError) as exc:
        raise ConsentMissing(f"{file} cannot be read ({exc}); delete it and accept the licences again.") from exc
