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
    embedding_model: str = Field(
        "all-MiniLM-L6-v2", description="sentence-transformers model; this one comes from an installed package."
    )
    suggestions: int = Field(3, ge=1, le=10, description="How many cards a turn shows.")
    turn_deadline: float = Field(30.0, gt=0, description="Seconds after which a turn ends with an error.")
    model_timeout: float = Field(8.0, gt=0, description="Seconds a model call may take; then its reason is extractive.")
    message_limit: int = Field(2000, ge=1, description="Longest message, in characters, that a shopper may send.")
    model_url: str | None = Field(None, description="Address of the remote profile's OpenAI-compatible server.")
    model_name: str | None = Field(None, description="Model that the gpu or remote profile uses.")
    model_key: SecretStr | None = Field(None, description="Key for the remote profile's server.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @property
    def chroma_folder(self) -> Path:
        return self.store / "chroma"

    @property
    def logs(self) -> Path:
        return self.store / "logs"

    @property
    def models(self) -> Path:
        return self.store / "models"

    @property
    def database_address(self) -> str:
        return self.database or f"sqlite:///{(self.store / 'because.sqlite').absolute()}"
