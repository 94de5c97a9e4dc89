"""What is worth remembering of a message: what it states as lasting, and never the passing need of one search.

'No leather' narrows one search; 'I never wear leather' is about the shopper. Rules, in English and Chinese; what a
statement means is read by the catalogue's own words (`agent.memory.effects`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent.chinese.script import folded
from agent.memory.commands import Command, command_of
from agent.memory.cues import Cues
from agent.memory.effects import Effects, diet
from agent.memory.private import holds_secret, sensitive_topics
from agent.memory.remembered import Effect, MemoryKind, Proposal
from agent.memory.selves import person_stated, size_stated
from agent.memory.words import MemoryWords, alternatives, has_han
from agent.need.parse import Parser

NOTE_LENGTH = 300
"""Characters of a note; what is longer is no note but a text."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message has for the memory. ``withheld`` names what was stated and is not kept: a sensitive topic, or
    ``secret``. ``alone`` if the message says nothing else."""

    proposals: tuple[Proposal, ...] = ()
    command: Command | None = None
    withheld: tuple[str, ...] = ()
    alone: bool = False
    passing: tuple[Proposal, ...] = ()
    """What was stated and is not kept because it is sensitive; it holds where it was said."""


class Listener:
    """Hears what is lasting, by one catalogue's words."""

    def __init__(self, parser: Parser) -> None:
        self._effects = Effects(parser)
        self._cues = Cues.read()

    def hear(self, message: str) -> Heard:
        """The proposals of a message, or the command that it is. Most messages have neither.

        In a message that speaks of something sensitive only what is asked for outright is proposed, and in one that
        holds a secret nothing. Traditional characters are heard as simplified ones where they say nothing else.
        """
        heard, plain = self._hear(message), folded(message)
        return heard if heard != Heard() or plain == message else self._hear(plain)

    def _hear(self, message: str) -> Heard:
        if command := command_of(message):
            return Heard(command=command, alone=True)
        clauses, all_there_is = self._cues.clauses(message)
        single = all_there_is and len(clauses) == 1
        stated = [found for clause in clauses if (found := self._clause(clause, alone=single))]
        alone = all_there_is and len(stated) == len(clauses)
        if not stated:
            return Heard()
        if holds_secret(message):
            return Heard(withheld=("secret",), alone=alone)
        topics = sensitive_topics(message)
        kept = [each for each in stated if each.asked or not topics]
        distinct = {each.text.casefold(): each for each in kept}
        withheld = tuple(each for each in stated if each not in kept)
        return Heard(tuple(distinct.values()), None, topics if withheld else (), alone, withheld)

    def reread(self, text: str) -> Proposal:
        """What a text means that the shopper typed as a memory; a note where it means nothing for the ranking."""
        body = " ".join(text.split()).rstrip(".!。！")
        found = self._lasting(body, asked=True) or self._clause(body, alone=True)
        if found is None or not found.effect:
            return Proposal("note", body[:NOTE_LENGTH], {}, asked=True)
        return replace(found, text=body[:NOTE_LENGTH], asked=True)

    def _clause(self, clause: str, *, alone: bool) -> Proposal | None:
        if match := self._cues["explicit"].match(clause):
            return self._asked(clause[match.end() :])
        body, lasting = self._without_markers(clause)
        if lasting:
            return self._lasting(body, asked=False)
        return self._inherent(body, alone=alone)

    def _asked(self, body: str) -> Proposal | None:
        body, _ = self._without_markers(body.strip(" ,:：，"))
        if len(body) < 2:
            return None
        found = self._lasting(body, asked=True)
        return replace(found, asked=True) if found else Proposal("note", body[:NOTE_LENGTH], {}, asked=True)

    def _lasting(self, body: str, *, asked: bool) -> Proposal | None:
        """A clause that is said to last: what would be passing elsewhere counts."""
        if found := self._inherent(body, alone=True, bare=True):
            return found
        if (what := self._cues.object_in("passing", body)) and (found := self._dislike(what)):
            return found
        what = self._cues["unwish"].sub("", body)
        effect = self._effects.stated(what)
        if not effect:
            return None
        return Proposal(_kind(effect), self._trimmed(what) if not asked else body[:NOTE_LENGTH], effect)

    def _inherent(self, body: str, *, alone: bool, bare: bool = False) -> Proposal | None:
        """A clause that by its own words is about the shopper and not about this search."""
        if found := size_stated(body, bare=bare) or person_stated(body, alone=alone):
            return found
        if name := self._diet(body, bare=bare):
            said = next(filter(has_han, MemoryWords.read().diets[name].words), name) if has_han(body) else name
            return Proposal("preference", said, diet(name))
        if amount := self._cues.object_in("cap", body):
            effect = self._effects.cap(amount)
            return Proposal("preference", _say("cap", body, what=self._trimmed(amount)), effect) if effect else None
        if what := self._cues.object_in("dislike", body):
            return self._dislike(what)
        return self._like(self._cues.object_in("like", body) or "")

    def _dislike(self, what: str) -> Proposal | None:
        what = self._trimmed(what)
        effect = {} if not what or self._cues["pointing"].match(what) else self._effects.disliked(what)
        return Proposal("dislike", _say("none", what, what=what), effect) if effect else None

    def _like(self, what: str) -> Proposal | None:
        points = self._cues["pointing"].match(what.strip())
        what = self._trimmed(what)
        effect = {} if not what or points else self._effects.liked(what)
        return Proposal("preference", _say("likes", what, what=what), effect) if effect else None

    def _without_markers(self, clause: str) -> tuple[str, bool]:
        """A clause without 'from now on' and the like, and whether it had them."""
        body, found = self._cues["lasting"].subn(" ", clause)
        return " ".join(body.split()).strip(" ,，:："), bool(found)

    def _diet(self, body: str, *, bare: bool) -> str | None:
        diets = MemoryWords.read().diets.items()
        said = self._cues["trim_end"].sub("", body)
        matching = (n for n, d in diets if self._cues.diet(alternatives(d.words), bare=bare).fullmatch(said))
        return next(matching, None)

    def _trimmed(self, what: str) -> str:
        """The object of a statement without what hangs on it: 'any wool anymore, please' -> 'wool'."""
        what = self._cues["trim_end"].sub("", what.strip())
        while match := self._cues["trim_start"].match(what):
            what = what[match.end() :]
        return what.strip(" ,.;:!，。；：！的了")


def _kind(effect: Effect) -> MemoryKind:
    return "dislike" if any(key == "without" or key.endswith("_excluded") for key in effect) else "preference"


def _say(key: str, sample: str, **values: str) -> str:
    return MemoryWords.read().say(key, "zh" if has_han(sample) else "en", **values)
