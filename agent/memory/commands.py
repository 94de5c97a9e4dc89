"""What a shopper tells the assistant to do with its memory: show it, forget, stop, start again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agent.memory.cues import Action, Cues
from agent.memory.remembered import MemoryKind, Remembered
from agent.memory.words import MemoryWords, english_of, has_han, word_stems
from retrieval.words import stems


@dataclass(frozen=True, slots=True)
class Command:
    """What to do; ``about`` are the words that say what is to be forgotten."""

    action: Action
    about: str = ""


def command_of(message: str) -> Command | None:
    """What a message tells the assistant to do with its memory; None for all other messages.

    The whole message must say it: 'forget that, show me tents' goes on with something else and is no command.
    """
    cues = Cues.read()
    text = " ".join(message.replace("’", "'").split())
    for action, pattern in cues.commands:
        if match := pattern.fullmatch(text):
            about = (match.groupdict().get("about") or "").strip()
            return None if cues.not_memory.search(about) else Command(action, about)
    return None


def chosen(memory: Iterable[Remembered], about: str) -> tuple[Remembered, ...]:
    """The memories that words such as 'my size', 'that I hate wool' or '我妹妹' speak of."""
    known, kinds = tuple(memory), _kinds(about)
    of_kind = tuple(each for each in known if each.kind in kinds)
    speaking = tuple(each for each in of_kind or known if _speaks_of(about, each))
    return speaking or of_kind


def _speaks_of(about: str, each: Remembered) -> bool:
    told = [word for key in ("without", "brands_excluded", "colours_excluded") for word in each.effect.get(key, ())]
    told += [str(wish["word"]) for wish in each.effect.get("wishes", ())]
    told.append(str(each.effect.get("person", {}).get("who", "")))
    said = stems(f"{about} {english_of(about)}")
    if has_han(about):
        people = MemoryWords.read().people.items()
        said |= stems(" ".join(english for english, chinese in people if any(each in about for each in chinese)))
    return bool((said - _EMPTY) & stems(" ".join((each.text, *told))))


def _kinds(about: str) -> frozenset[MemoryKind]:
    named = word_stems(about)
    return frozenset(kind for kind, (english, chinese) in _NAMES.items() if named & english or chinese.search(about))


_EMPTY = stems("never hate love wear buy always size like likes no not")
_NAMES: dict[MemoryKind, tuple[frozenset[str], re.Pattern[str]]] = {
    "size": (word_stems("size sizes"), re.compile("码|尺寸")),
    "dislike": (word_stems("dislikes"), re.compile("我(?:不喜欢|讨厌)的(?:东西)?$")),
    "preference": (word_stems("preferences taste"), re.compile("喜好|偏好")),
    "person": (word_stems("family people"), re.compile("家人")),
    "note": (word_stems("notes"), re.compile("备注")),
}
"""By what names shoppers call the kinds of memories."""
