"""What a shopper writes in Chinese, and how a reason takes it up."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from serving.training.asking import Asked, Wish
from serving.training.chinese.phrases import Phrases, noun_of, value_in_chinese
from serving.training.stock import Subject

_SPACE_AT_MARK = re.compile(r"\s+(?=[，。；：？！])")
_OF_PEOPLE = frozenset({"适合办公", "适合孩子", "适合初学者", "适合新手", "晚上用"})


@dataclass(frozen=True, slots=True)
class Question:
    """A message; ``asked`` is what evidence is judged by, ``words`` are its wishes in Chinese, by aspect."""

    asked: Asked
    words: dict[str, str]
    cap: str | None = None
    person: str | None = None

    def word_for(self, answers: Sequence[str]) -> str | None:
        """The wish that one of the answers is to, in Chinese."""
        wish = next((wish for answer in answers if (wish := self.asked.wish(answer)) is not None), None)
        return self.words.get(wish.aspect) if wish else None


def ask(
    subject: Subject, other: Subject, rng: random.Random, phrases: Phrases, english: dict[str, str]
) -> Question | None:
    """A message that ``subject`` may answer; None where there is no Chinese word for it or for what it is good at.

    Args:
        english: the English reading of each wish, by which its answers are known.
    """
    noun = noun_of(subject.item.kind)
    fitting = {aspect for line in subject.lines for aspect in line.aspects}
    aspects = sorted(aspect for aspect in subject.needs if aspect in phrases.wishes and aspect in fitting)
    if noun is None or not aspects:
        return None
    chosen = rng.sample(aspects, k=min(len(aspects), 2 if rng.random() < 0.15 else 1))
    words = {aspect: rng.choice(phrases.wishes[aspect]) for aspect in chosen}
    first = words[chosen[0]]
    if len(words) == 2:
        need = phrases.say("needs.joined", rng, w=first, w2=words[chosen[1]], n=noun)
    elif first in _OF_PEOPLE:
        need = f"{first}的{noun}"
    else:
        need = phrases.say("needs.need", rng, w=first, n=noun)
    form = rng.choices(("plain", "priced", "gift", "compared"), (62, 20, 12, 6))[0]
    amount = f"{round(subject.item.price * rng.uniform(1.05, 1.6)) + 1} {subject.item.currency}"
    cap = value_in_chinese(amount, "price") if form == "priced" else None
    person = rng.choice(phrases.patterns["needs.persons"]) if form == "gift" else None
    bare = f"{first}的{noun}"
    text = phrases.say(
        f"needs.{form}", rng, need=need, bare=bare, cap=cap or "", person=_whose(person), x=f" {other.name} "
    )
    text = _SPACE_AT_MARK.sub("", text).strip()
    wishes = tuple(Wish(aspect, english[word], None) for aspect, word in words.items())
    asked = Asked(text, wishes, frozenset(chosen), cap, person, None, None)
    return Question(asked, words, cap, person)


def _whose(person: str | None) -> str:
    return f"我{person}" if person else ""


def taken_up(question: Question, answers: Sequence[str], fact: str, rng: random.Random, phrases: Phrases) -> str:
    """The clause ``fact`` with what was asked before or after it, where it answers a wish."""
    word = question.word_for(answers)
    if word is None:
        return fact
    if question.person and rng.random() < 0.3:
        return phrases.say("asked.person", rng, person=question.person, f=fact)
    return phrases.say("asked.wish", rng, w=word, f=fact)
