"""Settings: every one has a default, a BECAUSE_ environment variable and a line in docs/settings.md."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a shop may change without touching code."""

    model_config = SettingsConfigDict(env_prefix="BECAUSE_", env_file=".env", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address the HTTP server listens on; loopback by default.")
    port: int = Field(8000, ge=1, le=65535, description="Port of the HTTP server: chat page, API, demo shop, widget.")
    store: Path = Field(Path(".because"), description="Folder for Chroma, SQLite, models and logs.")
    profile: str = Field("cpu", description="Which model server to use: a name in serving/profiles or a TOML file.")
    demo: Path = Field(
        Path(__file__).parent.parent / "demo", description="Folder of the demo shop, indexed where no shop is."
    )
    database: str | None = Field(
        None, description="SQLAlchemy address of the event and turn store; SQLite in the store folder if empty."
    )
    chroma: str | None = Field(None, description="host:port of a Chroma server; embedded in the store folder if empty.")
    embedding_model: str | None = Field(
        None, description="sentence-transformers model, a name or a folder; the profile's if empty."
    )
    origins: str = Field("", description="Origins, separated by spaces, whose pages may use /v1 from the browser.")
    suggestions: int = Field(3, ge=1, le=10, description="How many cards a turn shows.")
    diversity: float = Field(
        0.0, ge=0, le=1, description="How much the next card must differ from those above it; 0 ranks by score alone."
    )
    exploration: float = Field(
        0.0, ge=0, le=0.5, description="Share of turns whose last card is one that was seldom tried."
    )
    turn_deadline: float = Field(30.0, gt=0, description="Seconds after which a turn ends with an error.")
    model_timeout: float = Field(8.0, gt=0, description="Seconds a model call may take; then its reason is extractive.")
    message_limit: int = Field(2000, ge=1, description="Longest message, in characters, that a shopper may send.")
    model_url: str | None = Field(None, description="Address of the remote profile's OpenAI-compatible server.")
    model_name: str | None = Field(None, description="Model that the gpu or remote profile uses.")
    model_key: SecretStr | None = Field(None, description="Key for the remote profile's server.")
    systems: str | None = Field(
        None, description="module:name of the shop's own systems (docs/systems.md); the store's tables if empty."
    )
    systems_timeout: float = Field(3.0, gt=0, description="Seconds that an answer of the shop's systems may take.")
    handoff_topics: Path | None = Field(
        None, description="YAML file that says when a person takes over; agent/shop/handoff.yaml if empty."
    )
    handoff_webhook: str | None = Field(
        None, description="Address that tickets are sent to; they are only kept if empty."
    )
    handoff_secret: SecretStr | None = Field(None, description="Secret with which tickets are signed (HMAC-SHA256).")
    handoff_tries: int = Field(12, ge=1, description="How often a ticket is sent before it is given up.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @property
    def chroma_folder(self) -> Path:
        return self.store / "chroma"

    @property
    def logs(self) -> Path:
        return self.store / "logs"

    @property
    def ranker(self) -> Path:
        return self.store / "ranker"

    @property
    def models(self) -> Path:
        return self.store / "models"

    @property
    def database_file(self) -> Path:
        """Where SQLite keeps the store if no other database is named."""
        return self.store / "because.sqlite"

    @property
    def database_address(self) -> str:
        return self.database or f"sqlite:///{self.database_file.absolute()}"


def table() -> str:
    """Every setting as a Markdown page: variable, default, meaning."""
    lines = [
        "# Settings",
        "",
        "Environment variables, or lines of a file `.env` in the folder that Because is started from. This page is",
        "written by `python -m serving.settings`; a test keeps it so.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{_shown(field.default)}`"
        lines.append(f"| `BECAUSE_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def _shown(default: object) -> str:
    """A default as it is written; a path inside the checkout without the checkout's place."""
    root = Path(__file__).parent.parent
    if isinstance(default, Path) and default.is_relative_to(root):
        return str(default.relative_to(root))
    return str(default)


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201
