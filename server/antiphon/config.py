"""One frozen `Config`, read once: `ANTIPHON_*` over `antiphon.toml` over defaults.

Every key may be given as `KEY_FILE` naming a file that holds the value (for secrets). An unknown
key is an error that names the nearest known one. Rooms are handed values, never this.
"""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

import msgspec

from antiphon.outside.addresses import Guard
from antiphon.outside.mail import Mailer

PREFIX = "ANTIPHON_"
_LISTS = ("trusted_proxies", "outbound_allow")
_FOREIGN = ("ANTIPHON_TEST_", "ANTIPHON_NO_SKIPS")  # the test-suite's own


class BadConfig(Exception):
    """A key or a value that makes no sense; the sentence says which and what would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Names are contract.md §2's, in lower case and without the prefix."""

    database_url: str = "sqlite:///antiphon.db"
    redis_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str | None = None
    secret: str | None = None
    admin_email: str | None = None
    admin_password: str | None = None
    bot: Literal["builtin", "rasa", "none"] = "builtin"
    bot_project: str | None = None
    bot_name: str = "Assistant"
    bot_encoder: str | None = None
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: str | None = None
    rasa_url: str | None = None
    action_url: str | None = None
    shop_url: str | None = None
    api_url: str | None = None
    cache_dir: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    log: Literal["text", "json"] = "text"
    zone: str = "UTC"
    smtp_url: str | None = None
    mail_from: str | None = None
    outbound_allow: tuple[str, ...] = ()
    metrics: Mapping[str, Any] = field(default_factory=dict)

    @property
    def public_url(self) -> str:
        """Where browsers find us."""
        host = "localhost" if self.host in ("0.0.0.0", "::") else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def own_url(self) -> str:
        """Where programmes on this machine find us, whatever stands before us."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def for_actions(self) -> dict[str, str]:
        """What the bot's actions are told: where to ask us, and where the shop."""
        told = {"ANTIPHON_API_URL": self.api_url or self.own_url, "ANTIPHON_SHOP_URL": self.shop_url}
        return {name: value for name, value in told.items() if value}


KEYS = tuple(f.name for f in fields(Config))


def load(environ: Mapping[str, str], file: Path = Path("antiphon.toml")) -> Config:
    """Raises `BadConfig`."""
    values = _from_file(file) | _from_environment(environ)
    try:
        config = msgspec.convert(values, Config, strict=False)
        Guard(config.outbound_allow)
        if config.smtp_url:
            Mailer(config.smtp_url, config.mail_from or "")
        if config.llm_url and not config.llm_model:
            raise ValueError("ANTIPHON_LLM_URL needs ANTIPHON_LLM_MODEL: which model shall answer?")
    except (msgspec.ValidationError, ValueError) as error:
        raise BadConfig(f"configuration: {error}") from None
    return config


def _from_file(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        found = tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{file}: {error}") from None
    return {_known(key, f"{file}: {key}"): value for key, value in found.items()}


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in environ.items():
        if not name.startswith(PREFIX) or name.startswith(_FOREIGN):
            continue
        key = name[len(PREFIX) :].lower()
        if key not in KEYS and key.endswith("_file"):
            values[_known(key[:-5], name)] = _secret(name, text)
        else:
            values[_known(key, name)] = text.split(",") if key in _LISTS else text
    if "PORT" in environ and "port" not in values:
        values["port"] = environ["PORT"]  # what most hosting platforms say
    return values


def _secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise BadConfig(f"{name}: cannot read {path}: {error.strerror}") from None


def _known(key: str, shown: str) -> str:
    if key in KEYS:
        return key
    near = difflib.get_close_matches(key, KEYS, n=1)
    hint = f" Did you mean {PREFIX}{near[0].upper()}?" if near else ""
    raise BadConfig(f"{shown} is not a setting.{hint}")


def shown(config: Config) -> dict[str, Any]:
    """All settings, secrets hidden."""
    hidden = ("secret", "admin_password", "llm_key", "smtp_url")
    values = {key: getattr(config, key) for key in KEYS}
    return {k: "***" if k in hidden and v else v for k, v in values.items()}
