"""What a shopper writes, and how a reason takes it up: "You asked for something light: …"."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.words import stems
from serving.training.phrasing import Phrasing
from serving.training.speech import capitalised, plural, retold
from serving.training.stock import Subject

_SHORTENED = 0.5
"""How often "a light drill" is taken up as "something light"."""

_TRIES = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is wanted: ``text`` as the shopper hears it, ``adjective`` if that is all there is to it."""

    aspect: str
    text: str
    adjective: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A message and what it asks for. ``cap`` is a price with its currency, ``present`` the word used for a gift."""

    text: str
    wishes: tuple[Wish, ...]
    aspects: frozenset[str]
    cap: str | None = None
    person: str | None = None
    present: str | None = None
    other: str | None = None

    def wish(self, answer: str) -> Wish | None:
        """The wish that has a word of ``answer``, which is a piece of the message."""
        said = stems(answer)
        return next((wish for wish in self.wishes if said & stems(wish.text)), None)


def ask(subject: Subject, other: Subject, rng: random.Random, phrasing: Phrasing) -> Asked:
    """A message that ``subject`` may answer; ``other`` is an item that it may be compared with."""
    fitting = {a for line in subject.lines for a in line.aspects}
    aspect = rng.choice([a for a in subject.needs if a in fitting] or list(subject.needs))
    need = rng.choice(subject.needs[aspect])
    wishes = [_wish(aspect, need, subject, rng)]
    if rng.random() < 0.15 and len(subject.needs) > 1:
        second = rng.choice([a for a in subject.needs if a != aspect])
        more = rng.choice(subject.needs[second])
        wishes.append(_wish(second, more, subject, rng))
        need = phrasing.say("needs.joined", rng, need=need, need2=_without_noun(more, subject, "one") or more)
    form = rng.choices(("plain", "priced", "gift", "compared"), (58, 20, 12, 10))[0]
    cap = f"{round(subject.item.price * rng.uniform(1.05, 1.6)) + 1} {subject.item.currency}"
    person = rng.choice(phrasing.persons)
    shown = cap if rng.random() < 0.7 else cap.lower()
    slots = {"need": need, "cap": shown, "person": person, "x": other.name}
    told = (phrasing.say(f"needs.{form}", rng, **slots) for _ in range(_TRIES))
    text = capitalised(next(t for t in told if len(wishes) == 1 or re.search(rf"{re.escape(need)}(?:$|[.,;?!])", t)))
    if rng.random() < 0.4 and not text.startswith(("I ", "I'")):
        text = text[0].lower() + text[1:]
    present = re.search(r"\b(?:gift|present)\b", text, re.I)
    return Asked(
        text,
        tuple(wishes),
        frozenset(wish.aspect for wish in wishes) | ({"gift"} if form == "gift" else set()),
        cap if form == "priced" else None,
        person if form == "gift" else None,
        present[0].casefold() if present and form == "gift" else None,
        other.name if form == "compared" else None,
    )


def taken_up(asked: Asked, answers: Sequence[str], fact: str, rng: random.Random, phrasing: Phrasing) -> str:
    """The clause ``fact`` with what was asked before or after it.

    Args:
        answers: the wishes that the fact answers, in the message's words; without one the clause stands alone.
    """
    if not answers:
        return fact
    wish = next((wish for answer in answers if (wish := asked.wish(answer)) is not None), None)
    if asked.person and (wish is None or rng.random() < 0.5):
        name = "asked.gift" if asked.present and rng.random() < 0.5 else "asked.person"
        return phrasing.say(name, rng, person=asked.person, present=asked.present or "", f=fact)
    if wish is None:
        return fact
    if asked.other and rng.random() < 0.12:
        return phrasing.say("asked.compared", rng, x=asked.other, f=fact)
    if wish.adjective and rng.random() < 0.35:
        return phrasing.say("asked.adjective", rng, j=wish.adjective, f=fact)
    return phrasing.say("asked.wish", rng, w=wish.text, f=fact)


def _wish(aspect: str, need: str, subject: Subject, rng: random.Random) -> Wish:
    short = _without_noun(need, subject, "something") if subject.goods and rng.random() < _SHORTENED else None
    adjective = re.fullmatch(rf"(?:an? )?(\w+) {re.escape(subject.item.kind)}", need)
    told = re.sub(r" you have$", " we have", retold(short or need, "you"))
    plain = adjective is not None and adjective[1] not in {"the", "a", "an", "nervous"}
    return Wish(aspect, told, adjective[1] if adjective and plain else None)


def _without_noun(need: str, subject: Subject, instead: str) -> str | None:
    """ "a light drill" as "something light", "a drill for beginners" as "something for beginners"."""
    kind = re.escape(subject.item.kind)
    if match := re.fullmatch(rf"(?:an? )?{kind} (.+)", need):
        if instead == "something":
            return f"something {re.sub(r'^that are', 'that is', match[1])}"
        return f"{'ones' if plural(subject.item.kind) else 'one'} {match[1]}"
    if match := re.fullmatch(rf"an? ([\w-]+(?: [\w-]+)?) {kind}", need):
        return f"something {match[1]}" if instead == "something" else None
    return None
