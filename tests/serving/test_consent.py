"""A model under a licence of its own: installed with consent only, and not started without it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from serving import adding
from serving.adding import add_model
from serving.consent import consent_to, keep_consent
from serving.doctor import preflight
from serving.errors import ConsentMissing, PreparationFailed, ProfileError
from serving.licence_check import licence_checks
from serving.prepare import prepare_model
from serving.profiles import Profile, load_profile
from serving.settings import Settings
from tests.serving.carriers import LICENCE, carrier, toy_profile


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store")


@pytest.fixture
def profile(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Profile:
    monkeypatch.delenv(LICENCE.variable, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    return toy_profile(carrier(tmp_path / "packages", "toy_of_consent"), settings)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The installer's command lines; it only notes them."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    (tmp_path / LICENCE.lock).write_text("toy==1.0\n")
    monkeypatch.setattr(adding, "ROOT", tmp_path)
    monkeypatch.setattr(adding.subprocess, "run", run)
    return commands


def add(profile: Profile, settings: Settings, **given: Any) -> list[str]:
    told: list[str] = []
    add_model(profile, settings, **{"accept": False, "ask": None, "report": told.append, **given})
    return told


@pytest.mark.parametrize("ask", [None, lambda _: False], ids=["nobody to ask", "no"])
def test_without_consent_nothing_is_installed(
    profile: Profile, settings: Settings, installed: list[list[str]], ask: Any
) -> None:
    with pytest.raises(ConsentMissing, match=f"nothing is installed.*{LICENCE.variable}=1"):
        add(profile, settings, ask=ask)
    assert installed == []
    assert consent_to(LICENCE, settings) is None


def test_the_licence_is_shown_before_it_is_asked_for(
    profile: Profile, settings: Settings, installed: list[list[str]]
) -> None:
    told: list[str] = []
    shown: list[str] = []

    def ask(question: str) -> bool:
        shown.extend(told)
        return True

    add(profile, settings, ask=ask, report=told.append)
    for part in (LICENCE.name, LICENCE.version, LICENCE.url, LICENCE.summary, "TERMS.html"):
        assert part in "\n".join(shown)
    (command,) = installed
    assert {"--no-deps", "--require-hashes"} <= set(command)
    kept = consent_to(LICENCE, settings)
    assert kept is not None and kept.how == "answered yes"


@pytest.mark.parametrize("by", ["option", "variable"])
def test_consent_without_being_asked(
    profile: Profile, settings: Settings, installed: list[list[str]], monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    if by == "variable":
        monkeypatch.setenv(LICENCE.variable, "1")
    add(profile, settings, accept=by == "option")
    kept = consent_to(LICENCE, settings)
    assert kept is not None and by in kept.how and kept.version == LICENCE.version
    add(profile, settings)  # it is not asked for twice
    assert len(installed) == 2


def test_consent_to_older_terms_does_not_count(settings: Settings) -> None:
    keep_consent(LICENCE.model_copy(update={"version": "2020-01-01"}), settings, how="option")
    assert consent_to(LICENCE, settings) is None


def test_a_failed_installation_is_told_in_one_line(
    profile: Profile, settings: Settings, installed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "WARNING: x\nERROR: No matching distribution\n")
    monkeypatch.setattr(adding.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(PreparationFailed, match="No matching distribution"):
        add(profile, settings, accept=True)


def test_a_profile_without_a_licence_has_nothing_to_add(settings: Settings) -> None:
    with pytest.raises(ProfileError, match="make setup"):
        add(load_profile("cpu", settings), settings, accept=True)


def test_the_profile_does_not_start_without_consent(profile: Profile, settings: Settings) -> None:
    with pytest.raises(ConsentMissing, match="because models add toy"):
        preflight(settings, profile)
    with pytest.raises(ConsentMissing, match="because models add toy"):
        prepare_model(profile, settings, lambda _: None)
    (check,) = licence_checks(profile, settings)
    assert check.state == "fail" and LICENCE.url in check.detail and "because models add toy" in check.advice


def test_with_consent_it_is_unpacked_from_its_parts(
    profile: Profile, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from serving import prepare

    given: list[bytes] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        given.append(Path(command[-2]).read_bytes())
        Path(command[-1]).mkdir()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(prepare.subprocess, "run", run)
    keep_consent(LICENCE, settings, how="option")
    folder = prepare_model(profile, settings, lambda _: None)
    assert folder is not None and given[0].startswith(b"GGUF")
    assert [path.name for path in settings.models.glob("*.gguf")] == [], "the joined file is not kept"
    assert licence_checks(profile, settings)[0].state == "ok"


def test_the_multilingual_profile_names_its_terms(settings: Settings) -> None:
    profile = load_profile("cpu-multilingual", settings)
    assert profile.licence is not None and profile.writes == {"en", "zh"}
    lock = (adding.ROOT / profile.licence.lock).read_text()
    for package in (profile.source.name, *profile.source.parts):
        assert package.replace("_", "-") + "==" in lock
    assert lock.count("--hash=sha256:") == 1 + len(profile.source.parts)
    assert "gemma" not in (adding.ROOT / "requirements.lock").read_text(), "it is no part of the set-up"
