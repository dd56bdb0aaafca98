"""One stream's rows, and how long they hold: the folds know when time alone would change them."""

from collections.abc import Sequence

from antiphon.domain.events import Event
from antiphon.metrics.columnar.segment import Folded
from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.settings import Settings
from antiphon.metrics.store import fold

# What the folds read of the settings (a test watches them); changing one changes every stored row.
READ = ("disconnect_grace_s", "max_concurrency", "wrapup_max_s")


def print_of(settings: Settings) -> dict[str, float]:
    return {name: getattr(settings, name) for name in READ}


def folded(history: Sequence[Event], at_ms: int, settings: Settings) -> tuple[Folded, int]:
    """The rows as known at `at_ms`, and the instant until which they hold by themselves.

    Once nothing is pending they hold for good, and held already from `settled_at`: no window of the folds is
    open
    longer than the longest of the settings after the last event.
    """
    instants = [event.at_ms for event in history]
    facts = fold(history, at_ms, settings)
    to_come = min((at for at in instants if at > at_ms), default=NEVER)
    until = min(getattr(facts, "refold_at", NEVER), to_come)
    window = round(max(settings.disconnect_grace_s, settings.wrapup_max_s) * 1000)
    settled = min(max(instants) + window, at_ms) if until == NEVER else NEVER
    return Folded(history[0].stream, min(instants), settled, facts), until
