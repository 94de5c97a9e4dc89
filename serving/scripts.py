"""The scripts and styles that a browser loads, each joined from its parts; the words of each language go with them."""

from __future__ import annotations

import json
from pathlib import Path

from serving.words import read

WIDGET = Path(__file__).parent / "widget"
TEMPLATES = Path(__file__).parent / "templates"
WIDGET_PARTS = ("stream.js", "dom.js", "cards.js", "understood.js", "turn.js", "memory.js", "widget.js")
WIDGET_STYLES = ("because.css", "memory.css", "widget.css")
PAGE_STYLES = ("because.css", "memory.css", "page.css")


def widget_script() -> str:
    return f"(() => {{\n'use strict';\n\n{_words()}{joined(WIDGET_PARTS)}}})();\n"


def memory_script() -> str:
    """What shows the memory on the chat page: the widget's own panel, opened from the page's head."""
    opener = (TEMPLATES / "remembered.js").read_text(encoding="utf-8")
    return f"const origin = location.origin;\n{_words()}{joined(('dom.js', 'memory.js'))}\n{opener}"


def joined(names: tuple[str, ...]) -> str:
    return "\n".join((WIDGET / name).read_text(encoding="utf-8") for name in names)


def _words() -> str:
    return f"const WORDS = {json.dumps(read(), ensure_ascii=False)};\n\n"
