"""The program's own log: a file in the store folder."""

from __future__ import annotations

import logging
import logging.handlers

from serving.settings import Settings


def log_to_file(settings: Settings) -> None:
    """Send the program's log to a file in the store, which is kept below 20 MB."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(settings.logs / "because.log", maxBytes=5_000_000, backupCount=3)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for noisy in ("httpx", "httpcore", "openai", "sentence_transformers"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
