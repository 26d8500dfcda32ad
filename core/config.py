"""Settings of one installation, read once by the composition root from ``GUILDHALL_*`` and ``.env``."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url


class Settings(BaseSettings):
    """Everything an operator can set. Unset platforms are simply not started."""

    model_config = SettingsConfigDict(
        env_prefix="GUILDHALL_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    data_dir: Path = Path("data")
    database_url: str = ""
    key: SecretStr | None = Field(default=None, description="64 hex digits that wrap the keys of personal data")
    log_level: str = "INFO"
    public_url: str = ""
    portal_host: str = "127.0.0.1"
    portal_port: int = 8600

    telegram_token: SecretStr | None = None
    telegram_api: str = ""
    telegram_webhook_secret: SecretStr | None = None

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api: str = ""

    @property
    def database(self) -> str:
        """The database URL: the embedded SQLite file of the data directory unless one is given."""
        return self.database_url or f"sqlite:///{self.data_dir / 'guildhall.db'}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, the password of the database among them, for the log redaction."""
        found = (getattr(self, name) for name in type(self).model_fields)
        hidden = [value.get_secret_value() for value in found if isinstance(value, SecretStr)]
        password = make_url(self.database).password
        return (*hidden, *([str(password)] if password else []))
