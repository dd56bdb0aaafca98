"""What an operator is handed holds together: no engine runs here, so its files are read."""

import configparser
import re
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.house.tree import ROOT, SHELVES

COMPOSE = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = {name: service for name, service in SERVICES.items() if name != "migrate"}
PING_S = 25 + 20  # a socket's ping and the wait for its answer
SHUTDOWN_S = 10


def seconds(duration: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([smh])", duration).groups()  # type: ignore[union-attr]
    return int(number) * {"s": 1, "m": 60, "h": 3600}[unit]


def settings() -> str:
    """The source that reads the environment."""
    return (SHELVES[0] / "config.py").read_text()


def test_two_nodes_share_everything_but_their_name() -> None:
    assert SERVICES["node-1"] == SERVICES["node-2"]
    assert {"proxy", "postgres", "redis", "actions", "rasa"} <= set(SERVICES)
    assert SERVICES["rasa"]["profiles"] == ["rasa"]


@pytest.mark.parametrize("name", LASTING)
def test_a_service_says_how_it_is_and_comes_back(name: str) -> None:
    service = LASTING[name]
    assert seconds(service["healthcheck"]["timeout"]) < 10
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert service["restart"] == "unless-stopped"
    assert seconds(service["stop_grace_period"]) >= SHUTDOWN_S


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_names_what_it_waits_for(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        wanted = "service_healthy" if other in LASTING else "service_completed_successfully"
        assert how == {"condition": wanted}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_names_its_version_and_keeps_its_ports_to_itself(name: str) -> None:
    service = SERVICES[name]
    tag = service["image"].rpartition(":")[2]
    assert tag
    assert tag != "latest"
    public = [port for port in service.get("ports", []) if not port.startswith("127.0.0.1:")]
    assert public == (["80:80", "443:443"] if name == "proxy" else [])


def test_every_volume_and_secret_is_declared() -> None:
    for service in SERVICES.values():
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith("./")}
        assert named <= set(COMPOSE["volumes"])
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", []):
            assert not volume.startswith("./") or (ROOT / volume.split(":")[0]).exists()


def test_every_secret_is_made_by_the_script() -> None:
    script = (ROOT / "deploy" / "secrets.sh").read_text()
    for name, secret in COMPOSE["secrets"].items():
        assert secret["file"] == f"deploy/secrets/{name}"
        assert f"once {name} " in script


def test_every_setting_is_one_that_antiphon_reads() -> None:
    known = settings()
    for name in SERVICES["node-1"]["environment"]:
        field = name.removeprefix("ANTIPHON_").removesuffix("_FILE").lower()
        assert re.search(rf"\b{field}\b", known), f"{name} is no setting of antiphon.config"


def test_a_node_outlives_its_own_shutdown() -> None:
    assert seconds(SERVICES["node-1"]["stop_grace_period"]) > 2 * SHUTDOWN_S
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    unit.read(ROOT / "deploy" / "antiphon.service")
    assert seconds(unit["Service"]["TimeoutStopSec"]) > 2 * SHUTDOWN_S
    assert unit["Service"]["DynamicUser"] == "yes"


def test_the_proxies_are_more_patient_than_a_ping_and_less_than_a_slow_header() -> None:
    caddy = (ROOT / "deploy" / "Caddyfile").read_text()
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    patience = {
        "caddy stream": re.search(r"stream_timeout (\w+)", caddy),
        "nginx read": re.search(r"proxy_read_timeout (\w+)", nginx),
        "nginx send": re.search(r"proxy_send_timeout (\w+)", nginx),
    }
    assert [name for name, found in patience.items() if not found or seconds(found[1]) <= PING_S] == []
    for header in (re.search(r"read_header (\w+)", caddy), re.search(r"client_header_timeout (\w+)", nginx)):
        assert header
        assert seconds(header[1]) <= 15
    for node in ("node-1:8080", "node-2:8080", "health_uri /readyz"):
        assert node in caddy


def test_who_polls_finds_his_node_again() -> None:
    """And who has a socket goes where there is room."""
    caddy = (ROOT / "deploy" / "Caddyfile").read_text()
    assert re.search(r"@polls expression .*polling.*sid", caddy)
    assert re.search(r"reverse_proxy @polls \{\s+lb_policy client_ip_hash\s+import nodes", caddy)
    assert re.search(r"reverse_proxy \{\s+lb_policy least_conn\s+import nodes", caddy)
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    both = re.findall(r"upstream (\w+) \{(.*?)\}", nginx, re.DOTALL)
    assert {name: "ip_hash" in text for name, text in both} == {"antiphon": False, "antiphon_polls": True}
    assert len({tuple(re.findall(r"server ([\d.:]+)", text)) for _, text in both}) == 1


def test_the_same_topology_starts_from_plain_processes() -> None:
    script = (ROOT / "scripts" / "cluster.py").read_text()
    for part in ('"antiphon", "migrate"', '"antiphon", "serve"', '"rasa_sdk"', "/readyz"):
        assert part in script
    assert float(re.search(r"END_S = ([\d.]+)", script)[1]) > SHUTDOWN_S  # type: ignore[index]  # it is there


def test_the_image_is_built_in_stages_by_hash_and_runs_as_nobody() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    stages = re.split(r"^FROM ", dockerfile, flags=re.MULTILINE)[1:]
    assert len(stages) == 3
    assert "--require-hashes" in stages[1]
    last = stages[-1]
    assert re.search(r"^USER antiphon$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert not re.search(r"\b(npm|gcc|pip install)\b", last)
