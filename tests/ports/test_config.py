"""Where the bot's actions find us and the shop."""

import pytest

from antiphon.config import Config


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:8080"),
        ("10.1.2.3", "http://10.1.2.3:8080"),
    ],
)
def test_actions_ask_this_server_itself(host: str, url: str) -> None:
    config = Config(host=host, base_url="https://chat.example", secret="s")
    assert config.for_actions == {"ANTIPHON_API_URL": url}


def test_actions_are_told_what_was_set_for_them_and_nothing_else() -> None:
    config = Config(api_url="http://proxy", shop_url="http://shop", secret="s", llm_key="k")
    assert config.for_actions == {"ANTIPHON_API_URL": "http://proxy", "ANTIPHON_SHOP_URL": "http://shop"}
