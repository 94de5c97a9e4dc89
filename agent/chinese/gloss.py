"""The gloss: a Chinese message in English words, in an order in which the English rules read it.

What is wanted stands clause by clause as it was said; whom and what it is for follow at the end of their clause, as in
English; each thing that is not wanted has a sentence of its own: "backpack for my sister, light . not black . without
leather". So both languages are read by the same rules, and the same need comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from agent.chinese.segments import Segment
from agent.words.lexicon import COLOURS, WISHES

_ITEMS = frozenset(
    {"nouns", "uses", "colours", "materials", "things", "qualities", "attributes", "brands", "latin", "unknown"}
)
_NAMED = frozenset({"nouns", "uses", "colours", "brands"})
"""Kinds of words that a catalogue may have as a name: 'not X' and not 'without X'."""
_USING = frozenset({"用", "用的", "时", "时用", "的时候", "穿", "戴"})
_TOLERABLE = frozenset({"another", "other brand", "other colours", "something", "colour", "brand", "", "all", "also"})
_TOLERABLE |= WISHES.keys()


@dataclass(slots=True)
class _Clause:
    """What a clause has said so far, each word with the segment that it comes from; ``late`` follows at its end."""

    said: list[tuple[str, Segment]] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join([*(word for word, _ in self.said if word), *self.late])


class Gloss:
    """Writes one gloss; see `gloss`."""

    def __init__(self, segments: Sequence[Segment], known: Callable[[str], bool]) -> None:
        self.segments = segments
        self.known = known
        self.clauses: list[str] = []
        self.excluded: list[str] = []
        self.clause = _Clause()

    def write(self) -> str:
        at = 0
        while at < len(self.segments):
            at = self._step(at)
        self._end("")
        wanted = "".join(self.clauses).strip(" ,")
        return "".join([wanted, *(f" . {each}" for each in self.excluded)]).strip(" .")

    def _step(self, at: int) -> int:
        """Takes up the word at this place, or several; where the reading goes on."""
        here = self.segments[at]
        match here.cue:
            case "refused":
                self._refuse()
                return at + 1
            case "not" | "no" | "except":
                return self._negated(at)
            case "owned":
                return self._say("i already have", at)
            case "tolerated":
                return self._say("dont mind", at)
            case "alike":
                self._liken()
                return at + 1
            case "fine":
                self._drop_others()
                return at + 1
        if here.kind == "mark" and here.english != "/":
            self._end(here.english)
            return at + 1
        return self._plain(at)

    def _plain(self, at: int) -> int:
        here, after = self.segments[at], self._segment(at + 1)
        if here.text == "给" and after is not None and after.text == "我":
            return at + 2
        if here.english == "light" and not self._before_noun(at + 1):
            return self._say("lightweight", at)  # "light" alone is a lamp to the English rules
        if here.text == "比" and after is not None and after.kind in {"latin", "brands"}:
            return self._say("than", at)
        if here.kind == "uses" and after is not None and after.text in _USING:
            self.clause.late.append(f"for {here.english}")
            return at + 2
        if here.english in {"for", "about"} and after is not None and after.kind in {"people", "uses"}:
            self.clause.late.append(f"{here.english} {after.english}")
            return at + 2
        if here.kind == "colours" and here.english not in COLOURS and self.known(here.english):
            return self._say(f"in {here.english}", at)
        return self._say(here.english, at)

    def _before_noun(self, at: int) -> bool:
        while (here := self._segment(at)) is not None and here.kind == "words" and not here.english and not here.cue:
            at += 1
        return here is not None and here.kind == "nouns"

    def _say(self, words: str, at: int) -> int:
        self.clause.said.append((words, self.segments[at]))
        return at + 1

    def _end(self, mark: str) -> None:
        if text := self.clause.text:
            self.clauses.append(f"{text}{mark or ''} ")
        self.clause = _Clause()

    def _segment(self, at: int) -> Segment | None:
        return self.segments[at] if at < len(self.segments) else None

    def _negated(self, at: int) -> int:
        """What a negation excludes: 不要黑色或红色的, 除了索尼以外, 不太重."""
        cue = self.segments[at].cue
        start = at + 1 if cue == "no" else self._past_fillers(at + 1)
        first = self._segment(start)
        if first is None or first.kind == "mark":
            if cue == "not":
                self._refuse()
            return at + 1
        if first.kind == "qualities" and first.english in WISHES and cue != "except":
            return self._say(f"not {first.english}", start)
        if cue == "no" and first.kind == "unknown":  # a word of its own: 不掉色
            return self._say(self.segments[at].text + first.text, start)
        if first.kind not in _ITEMS:
            return at + 1
        items, end = self._group(start)
        if cue == "except" and self._besides(end):
            for item in items:
                self._say(item.english, start)
        else:
            self.excluded += [self._exclusion(item) for item in items]
        return end

    def _past_fillers(self, at: int) -> int:
        while (here := self._segment(at)) is not None and here.kind == "words" and here.cue in {None, "among"}:
            at += 1
        return at

    def _group(self, at: int) -> tuple[list[Segment], int]:
        """The items of a list from here on, and where it ends: what follows without a 'or' between is wanted."""
        items = [self.segments[at]]
        at += 1
        while (here := self._segment(at)) is not None:
            last = items[-1]
            if last.kind in {"uses", "materials"} and here.kind in {"nouns", "uses"} and here.start == last.end:
                items[-1] = replace(here, english=f"{last.english} {here.english}")  # 旅行书
                at += 1
                continue
            after = self._next_item(at)
            if after is None or (self.segments[after].kind == "nouns") != (last.kind == "nouns"):
                break
            items.append(self.segments[after])
            at = after + 1
        return items, at

    def _next_item(self, at: int) -> int | None:
        """The place of the next item of a list: after 和, 或 or 、, with 的 and fillers skipped; None if it is over."""
        joined = False
        while (here := self._segment(at)) is not None:
            if here.cue == "among":
                joined = True
            elif here.kind in _ITEMS and here.cue is None and here.english:
                return at if joined else None
            elif here.kind != "words" or here.cue is not None or here.english:
                return None
            at += 1
        return None

    def _besides(self, at: int) -> bool:
        """Whether 除了 meant 'besides': 除了背包还要帐篷."""
        return any(each.cue == "besides" or each.text == "还" for each in self.segments[at : at + 4])

    def _exclusion(self, item: Segment) -> str:
        named = item.kind in _NAMED or self.known(f"not {item.english}")
        return f"{'not' if named else 'without'} {item.english}"

    def _refuse(self) -> None:
        """Excludes what the clause ended with: 黑色和红色的都不要."""
        said = self.clause.said
        kind = ""
        while said:
            word, segment = said[-1]
            is_item = segment.kind in _ITEMS and bool(word)
            joining = segment.cue == "among" or not word or word == "all"
            if is_item and kind and not self._joined_before(kind, segment):
                break
            if not is_item and not joining:
                break
            said.pop()
            if is_item:
                self.excluded.append(self._exclusion(segment))
                kind = segment.kind
                if not (said and said[-1][1].cue == "among"):
                    break

    def _joined_before(self, kind: str, segment: Segment) -> bool:
        return (kind == "nouns") == (segment.kind == "nouns")

    def _liken(self) -> None:
        """Marks the name before 一样 as a comparison: 和我的Hushmere一样的."""
        for i in range(len(self.clause.said) - 1, -1, -1):
            word, segment = self.clause.said[i]
            if segment.kind in {"latin", "brands", "nouns"}:
                self.clause.said[i] = (f"like {word}", segment)
                return

    def _drop_others(self) -> None:
        """Leaves out 'other colours' and 'expensive' before 'is fine'."""
        while self.clause.said and self.clause.said[-1][0] in _TOLERABLE:
            self.clause.said.pop()


def gloss(segments: Sequence[Segment], known: Callable[[str], bool]) -> str:
    """A message in English words.

    Args:
        segments: with the English word of each already chosen.
        known: whether the English rules find one of the catalogue's names in a text.
    """
    return Gloss(segments, known).write()
