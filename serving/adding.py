"""`because models add`: install a model that is not part of the set-up, once its licence is accepted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from serving.consent import consent_to, described, keep_consent
from serving.errors import ConsentMissing, PreparationFailed, ProfileError
from serving.licence import Licence
from serving.packaged import packed_model
from serving.profiles import Profile
from serving.settings import Settings

ROOT = Path(__file__).parent.parent
Report = Callable[[str], None]
Ask = Callable[[str], bool] | None
"""Asks a person yes or no; None where nobody can be asked."""


def add_model(profile: Profile, settings: Settings, *, accept: bool, ask: Ask, report: Report) -> None:
    """Show the licence, have it accepted, install the packages with the model, and check that they hold it.

    Args:
        accept: the licence was accepted by an option on the command line.
    Raises:
        ProfileError: the profile needs nothing of the kind.
        ConsentMissing: the licence was not accepted; then nothing is installed.
        PreparationFailed: the packages could not be installed.
    """
    licence = profile.licence
    if licence is None:
        raise ProfileError(f"The profile {profile.name!r} needs no model that `make setup` does not install.")
    report(described(profile, licence))
    _accepted(licence, settings, accept=accept, ask=ask, report=report)
    _install(ROOT / licence.lock, report)
    packed_model(profile.source, f"because models add {profile.name}")
    report(f"Installed. Start it by: because run --profile {profile.name}")


def _accepted(licence: Licence, settings: Settings, *, accept: bool, ask: Ask, report: Report) -> None:
    kept = consent_to(licence, settings)
    if kept is not None:
        report(f"Accepted for this store on {kept.at} ({kept.how}).")
        return
    how = _how(licence, accept=accept, ask=ask)
    if how is None:
        raise ConsentMissing(
            f"Without consent to the {licence.name} nothing is installed. To consent without being asked, give "
            f"--accept-licence or set {licence.variable}=1."
        )
    keep_consent(licence, settings, how=how)
    report(f"Accepted: {licence.name} ({licence.version}). The store {settings.store} keeps that.")


def _how(licence: Licence, *, accept: bool, ask: Ask) -> str | None:
    """By what the licence is accepted, or None."""
    if accept:
        return "option --accept-licence"
    if os.environ.get(licence.variable) == "1":
        return f"variable {licence.variable}"
    if ask is not None and ask(f"Do you accept the {licence.name}?"):
        return "answered yes"
    return None


def _install(lock: Path, report: Report) -> None:
    if not lock.is_file():
        raise PreparationFailed(f"{lock} is missing; run this from a checkout of Because.")
    report(f"Installing what {lock.name} names ...")
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--require-hashes", "--quiet", "-r", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = [line for line in done.stderr.strip().splitlines() if line.startswith("ERROR")]
        reason = lines[-1] if lines else f"pip ended with exit code {done.returncode}"
        raise PreparationFailed(f"The model could not be installed: {reason} (check the network and pip's index).")
