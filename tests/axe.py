"""What axe, the accessibility checker, finds wrong on a page once that page is at rest."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parents[1] / "widget" / "node_modules" / "axe-core" / "axe.min.js"

# What is being counted anew is shown dimmed, and what fades in is pale: neither is the screen one reads.
AT_REST = """() => !document.querySelector('[aria-busy="true"]')
    && document.getAnimations().every((one) => one.effect?.getComputedTiming().endTime === Infinity
        || one.playState !== 'running')"""


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page) -> list[str]:
    """A line each.

    Raises:
        playwright.async_api.TimeoutError: The page did not come to rest.
    """
    await page.wait_for_function(AT_REST)
    await page.evaluate(AXE.read_text())
    told: Any = await page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in told["violations"]
        for node in one["nodes"]
    ]
