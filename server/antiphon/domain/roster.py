"""Paid time: what is left of all that was planned and withdrawn. The later word counts."""

from collections.abc import Iterable

from antiphon.domain.events import Event

PLANNED = ("shift_planned", "shift_withdrawn")
Stretch = tuple[int, int]  # [start_ms, end_ms)


def planned(events: Iterable[Event]) -> list[Stretch]:
    """One agent's paid time, in the order of time; no two stretches overlap."""
    shifts: list[Stretch] = []
    for event in events:
        stretch = _stretch(event) if event.kind in PLANNED else None
        if stretch is None:
            continue
        shifts = [part for shift in shifts for part in _without(shift, stretch)]
        if event.kind == "shift_planned":
            shifts.append(stretch)
    return sorted(shifts)


def _stretch(event: Event) -> Stretch | None:
    """None for what ends before it begins. Other systems may call its ends `from` and `to`."""
    start = event.data.get("start_ms", event.data.get("from"))
    end = event.data.get("end_ms", event.data.get("to"))
    return (start, end) if isinstance(start, int) and isinstance(end, int) and end > start else None


def _without(shift: Stretch, gone: Stretch) -> Iterable[Stretch]:
    ends = ((shift[0], min(shift[1], gone[0])), (max(shift[0], gone[1]), shift[1]))
    return ((start, end) for start, end in ends if start < end)
