"""Who a caller is: shopper tokens that only this server can make."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from serving.errors import ServingError

DAYS = 30
"""How long a token is good for."""

SECRET_FILE = "identity.secret"
SECRET_BYTES = 32


class InvalidToken(ServingError):
    """The token was not made by this server, or is too old."""


class SecretUnusable(ServingError):
    """The file with the secret cannot be read or made."""


class Identity:
    """Signs shopper ids and reads them back. A token is a promise of who the caller is, not a password."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="because.shopper")

    @classmethod
    def kept_in(cls, folder: Path) -> Identity:
        """The identity of a store folder; its secret is made at first use and stays there, readable by its owner only.

        Raises:
            SecretUnusable: the file cannot be read or made, or holds no secret.
        """
        return cls(_secret(folder / SECRET_FILE))

    def token(self, shopper_id: str) -> str:
        """A token for the shopper, good for 30 days; safe in an address or an attribute."""
        return str(self._serializer.dumps(shopper_id))

    def shopper(self, token: str) -> str:
        """The shopper id that the token was made for.

        Raises:
            InvalidToken: it is forged, damaged or older than 30 days.
        """
        try:
            found = self._serializer.loads(token, max_age=DAYS * 24 * 3600)
        except SignatureExpired as exc:
            raise InvalidToken(f"The shopper token is older than {DAYS} days; ask for a new one.") from exc
        except (BadData, UnicodeError) as exc:
            raise InvalidToken("The shopper token is not one of this server's; ask for a new one.") from exc
        return str(found)


def _secret(path: Path) -> str:
    try:
        if not path.exists():
            _make(path)
        path.chmod(0o600)
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise SecretUnusable(f"The secret {path} cannot be read or made ({exc}); check the folder's rights.") from exc
    if len(secret) < SECRET_BYTES:
        raise SecretUnusable(f"{path} holds no secret; remove it and start again (all shopper tokens become invalid).")
    return secret


def _make(path: Path) -> None:
    """Write a new secret whole or not at all; one that another process made meanwhile stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
