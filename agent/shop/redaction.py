"""What must not leave a conversation: numbers of cards and accounts, their codes, passwords."""

from __future__ import annotations

import re
import unicodedata

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
TELEPHONE = re.compile(r"(?<![\w+])(?:\+|0)\d(?:[\d ()/-]{6,16})\d(?!\d)", re.ASCII)
_CARD = re.compile(r"(?<![\d-])\d(?:[ .-]?\d){12,18}(?![\d-])")
_IBAN = re.compile(r"(?<![A-Z\d])[A-Z]{2}\d{2}(?: ?[A-Z\d]){11,30}(?![A-Z\d])", re.IGNORECASE)
_SECURITY_CODE = re.compile(
    r"(?P<word>(?<![a-z])(?:cvv2?|cvc2?|csc|security code|card code|pin(?: code| number)?)(?![a-z])"
    r"|安全码|支付密码|验证码)"
    r"(?P<between>[^\w\n]*(?:(?:is|was|of|number|code)\b[^\w\n]*)*|[^\w\n]*[是为]?[^\w\n]*)(?P<secret>\d{3,8})(?!\d)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"(?P<word>(?<![a-z])pass(?:word|code|phrase)(?![a-z])|密码)(?P<between>\s*(?:(?:is|was)\b|[:=：是为])[\s:\"'“]*)(?P<secret>[^\s\"”'，。]+)",
    re.IGNORECASE,
)


def redacted(text: str) -> str:
    """The text without what is secret, each part replaced by a word in brackets that says what stood there.

    Card numbers are known by their check digit, account numbers (IBAN) by theirs; security codes, PINs and passwords
    by the word before them. Digits of any script (full-width ones) count, and become plain. Addresses and e-mail
    stay: who answers needs them.
    """
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    text = _CARD.sub(lambda match: "[card number]" if _is_card(match[0]) else match[0], text)
    text = _IBAN.sub(_account, text)
    text = _SECURITY_CODE.sub(r"\g<word>\g<between>[code]", text)
    return _PASSWORD.sub(r"\g<word>\g<between>[password]", text)


def _is_card(text: str) -> bool:
    """Whether the digits pass the check that every payment card passes (Luhn)."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _account(match: re.Match[str]) -> str:
    """The match without the account number at its start; words after the number may have been taken for part of it."""
    text = match[0]
    for end in range(len(text), 14, -1):
        if text[end - 1] != " " and _is_iban(text[:end].replace(" ", "").upper()):
            return f"[account number]{text[end:]}"
    return text


def _is_iban(text: str) -> bool:
    moved = text[4:] + text[:4]
    return moved.isascii() and int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
