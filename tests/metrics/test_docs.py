"""docs/kpis.md is printed from the catalogue; a stale page fails."""

import re
from pathlib import Path

import pytest

from antiphon.metrics.catalogue import CATALOGUE
from antiphon.metrics.docs import FAMILIES, kpis_markdown
from antiphon.metrics.settings import NAMES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "kpis.md"
IDS = {kpi.id for kpi in CATALOGUE}
# What the pages put into backticks beside figures: settings, segments, tables of the configuration.
OTHER = {
    "n", "as_of", "reason", "topic", "agent", "to_agent", "device", "engaged", "handoff_by", "contacted",
    "last_csat", "missed", "pause", "follow-up", "currency", "track", "antiphon.toml", *NAMES,
}  # fmt: skip


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text() == kpis_markdown(), "make docs prints it"


def test_every_kpi_is_on_it() -> None:
    page = kpis_markdown()
    assert all(f"**`{kpi.id}`**" in page for kpi in CATALOGUE)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_page_and_the_reference_leads_to_it(family: str) -> None:
    page = (DOCS / "kpis" / f"{family}.md").read_text()
    assert f"(kpis/{family}.md)" in kpis_markdown()
    anchor = FAMILIES[family].lower().replace(" ", "-")
    assert f"(../kpis.md#{anchor})" in page
    for heading in ("What the numbers say", "Read together", "How it is made to look good", "What to do"):
        assert f"## {heading}" in page
    assert any(f"`{kpi.id}`" in page for kpi in CATALOGUE if kpi.family == family)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_pages_name_no_figure_that_does_not_exist(family: str) -> None:
    text = re.sub(r"```.*?```", "", (DOCS / "kpis" / f"{family}.md").read_text(), flags=re.S)
    named = [name for name in re.findall(r"`([^`]+)`", text) if re.fullmatch(r"[a-z][a-z0-9_]+", name)]
    assert [name for name in named if name not in IDS | OTHER] == []


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in (*(DOCS / "kpis").glob("*.md"), DOCS / "guides" / "supervisors.md"):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), (page.name, target)
