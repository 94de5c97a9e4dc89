"""Only this server's tokens say who a shopper is."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner

from serving.identity import Identity, InvalidToken, SecretUnusable


@pytest.mark.parametrize("shopper_id", ["ana", "shopper 1/2?", "阿娜", "a.b.c"])
def test_a_token_says_who_it_was_made_for(tmp_path: Path, shopper_id: str) -> None:
    identity = Identity.kept_in(tmp_path)
    token = identity.token(shopper_id)
    assert identity.shopper(token) == shopper_id
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    token = Identity.kept_in(folder).token("ana")
    assert Identity.kept_in(folder).shopper(token) == "ana"
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(InvalidToken):
        Identity.kept_in(tmp_path / "another").shopper(token)


def test_a_changed_token_is_refused(tmp_path: Path) -> None:
    identity = Identity.kept_in(tmp_path)
    body, _, rest = identity.token("ana").partition(".")
    other = identity.token("ben").partition(".")[0]
    for forged in (f"{other}.{rest}", f"{body}.{rest[:-2]}", body, "", "ana", ".", "\ud800", "日本", "a" * 10_000):
        with pytest.raises(InvalidToken, match="ask for a new one"):
            identity.shopper(forged)


def test_a_token_is_good_for_thirty_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    identity = Identity.kept_in(tmp_path)

    def made(days_ago: float) -> str:
        moment = datetime.now(UTC) - timedelta(days=days_ago)
        with monkeypatch.context() as patch:
            patch.setattr(TimestampSigner, "get_timestamp", lambda _: int(moment.timestamp()))
            return identity.token("ana")

    assert identity.shopper(made(29.9)) == "ana"
    with pytest.raises(InvalidToken, match="older than 30 days"):
        identity.shopper(made(30.1))


def test_a_secret_that_is_none_is_refused_with_what_to_do(tmp_path: Path) -> None:
    Identity.kept_in(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_text("")
    with pytest.raises(SecretUnusable, match="remove it and start again"):
        Identity.kept_in(tmp_path)
    with pytest.raises(SecretUnusable, match="check the folder's rights"):
        Identity.kept_in(Path("/proc/none"))
