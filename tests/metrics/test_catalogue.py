"""The catalogue is whole: every definition has its entries, says its edges and can be cut as it says."""

import csv
from pathlib import Path

import pytest

from antiphon.gateway.rest.reports import DIMENSIONS
from antiphon.metrics import BY_ID, CATALOGUE, Facts, Query, Settings, report
from antiphon.metrics.catalogue import Kpi
from antiphon.metrics.measures import Formula

from .examples import TL4, TL6
from .examples_business import BUSINESS
from .words import DAY_S, T0

DEFINITIONS = list(csv.DictReader((Path(__file__).parent / "definitions.csv").read_text().splitlines()))
INTERVAL = {"F01", "F02", "F03", "F04", "F06", "F08"}  # asked per interval: they belong to its period


@pytest.mark.parametrize("row", DEFINITIONS, ids=lambda row: row["code"])
def test_every_definition_has_its_entries(row: dict[str, str]) -> None:
    entries = [BY_ID[id_] for id_ in row["ids"].split()]
    assert {entry.code for entry in entries} == {row["code"]}
    head = entries[0]
    assert str(head.tier) == row["tier"]
    assert row["code"] in INTERVAL or head.klass in row["class"].split("/")
    assert any(kpi.edges for kpi in CATALOGUE if kpi.code == row["code"]), "says no edges"


def test_all_hundred_and_six_are_there() -> None:
    assert len(DEFINITIONS) == 106
    assert {kpi.code for kpi in CATALOGUE} == {row["code"] for row in DEFINITIONS}


def test_every_entry_says_what_it_is() -> None:
    for kpi in CATALOGUE:
        assert kpi.says.endswith((".", "?")), kpi.id
        assert kpi.name, kpi.id
        assert kpi.formula, kpi.id
        for other in filter(None, (one.strip() for one in kpi.beside.split(","))):
            assert other in BY_ID, (kpi.id, other)


def test_what_must_not_be_shown_alone_names_its_companion() -> None:
    """The pairs that keep each other honest."""
    for id_, beside in {
        "service_level": "missed_chats", "queue_abandonment_rate": "short_abandons", "aht": "fcr_rate",
        "concurrency_avg": "response_time_p90", "bot_containment_rate": "bot_deflection_rate",
        "csat": "survey_response_rate", "resolution_time": "reopen_rate", "conversations_per_hour": "csat",
        "nps": "nps_moe", "forecast_wape": "forecast_bias",
    }.items():  # fmt: skip
        assert beside in BY_ID[id_].beside, id_


@pytest.mark.parametrize("kpi", [kpi for kpi in CATALOGUE if kpi.segments], ids=lambda kpi: kpi.id)
def test_every_entry_can_be_cut_by_what_it_says(kpi: Kpi) -> None:
    for dim in kpi.segments:
        query = Query(
            kpis=[kpi.id], from_ms=T0, to_ms=T0 + DAY_S * 1000, as_of_ms=T0 + DAY_S * 1000, by=[dim]
        )
        for line in report(FACTS, query, Settings()):
            assert set(line.group) == {dim}
        assert dim in (*DIMENSIONS, "hour", "weekday"), f"REST has no filter {dim}"


FACTS = Facts.of([*TL4, *TL6, *BUSINESS[0].streams[:9], *BUSINESS[4].streams], T0 + DAY_S * 1000, Settings())


def test_a_formula_names_figures_that_exist() -> None:
    for kpi in CATALOGUE:
        if isinstance(kpi.measure, Formula):
            for reference in kpi.measure.of.values():
                assert reference.partition("@")[0] in BY_ID, (kpi.id, reference)
