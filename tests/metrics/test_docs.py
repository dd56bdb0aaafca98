"""docs/kpis.md is printed from the catalogue; a stale page fails."""

from pathlib import Path

from antiphon.metrics.catalogue import CATALOGUE
from antiphon.metrics.docs import kpis_markdown

PAGE = Path(__file__).parents[2] / "docs" / "kpis.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text() == kpis_markdown(), "make docs prints it"


def test_every_kpi_is_on_it() -> None:
    page = kpis_markdown()
    assert all(f"**`{kpi.id}`**" in page for kpi in CATALOGUE)
