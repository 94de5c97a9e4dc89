"""The shop's own answers: policy paragraphs, question/answer pairs and coupons, as citable snippets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from retrieval.errors import FeedUnreadable

TICKET = "ticket/"
"""What the id of an answer begins with that a person gave to a ticket."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement the shop stands by. ``asks`` is what it answers, in shoppers' words: what is searched.

    Args:
        item_id: the item that it is about, whose name need not stand in ``asks``; None holds for the whole shop.
    """

    answer_id: str
    asks: str
    text: str
    source: str
    ends: date | None = None
    item_id: str | None = None


def read_answers(folder: Path) -> Iterator[Answer]:
    """Answers from policies.md, support.jsonl and coupons.jsonl, whichever the folder has.

    Raises:
        FeedUnreadable: a line is not what it should be; the message names file and line.
    """
    policies = folder / "policies.md"
    names = ("policies.md", "support.jsonl", "coupons.jsonl")
    if not any((folder / name).is_file() for name in names):
        raise FeedUnreadable(f"{folder} holds none of {', '.join(names)}; name the folder that does.")
    if policies.is_file():
        yield from _policies(_text(policies))
    for name, make in (("support.jsonl", _support), ("coupons.jsonl", _coupon)):
        path = folder / name
        if not path.is_file():
            continue
        for number, line in enumerate(_text(path).split("\n"), start=1):
            if not line.strip():
                continue
            try:
                yield make(json.loads(line))
            except KeyError as error:
                raise _bad(name, number, f"the field {error} is missing") from error
            except (TypeError, ValueError) as error:
                raise _bad(name, number, str(error)) from error


def _bad(name: str, line: int, reason: str) -> FeedUnreadable:
    return FeedUnreadable(f"{name}, line {line}: {reason}; correct the line and index again.")


def _policies(text: str) -> Iterator[Answer]:
    section = ""
    for number, block in enumerate(text.split("\n\n"), start=1):
        lines = block.strip().splitlines()
        if lines and lines[0].startswith("#"):
            section = lines.pop(0).lstrip("# ").strip()
        paragraph = " ".join(" ".join(lines).split())
        if paragraph and section:
            yield Answer(f"policy/{number}", f"{section}: {paragraph}", paragraph, f"shop policies, {section.lower()}")


def _support(row: dict[str, str]) -> Answer:
    question, answer, source = row["question"], row["answer"], f"customer service, {row['topic']}"
    return Answer(row["qa_id"], question, answer, source, item_id=row.get("item_id") or None)


def _coupon(row: dict[str, str]) -> Answer:
    ends = date.fromisoformat(row["ends"])
    text = f"{row['code']}: {row['description']} Valid until {ends.day} {ends:%B %Y}."
    asks = f"Is there a coupon or discount code? {row['title']}"
    return Answer(row["coupon_id"], asks, text, f"coupon {row['code']}", ends)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FeedUnreadable(f"{path.name} is not UTF-8 text; save it as UTF-8 and index again.") from error
