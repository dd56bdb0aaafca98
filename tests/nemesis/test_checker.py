"""The checker is itself checked: right histories pass, and each seeded fault is caught by its rule."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from tests.nemesis.checker import Entry, Kind, Row, check, coverage

ANN, VIC = "agent:ann", "visitor:v"


@dataclass
class Run:
    """A right history of two people in one conversation, which a test spoils."""

    entries: list[Entry] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    now_s: float = 0.0
    attempt: int = 0

    def add(self, client: str, kind: Kind, *, wait_s: float = 0.1, **more: object) -> None:
        self.now_s += wait_s
        fields = {"conversation": "c", "epoch": "e", **more}
        self.entries.append(Entry(at_s=self.now_s, client=client, kind=kind, **fields))  # type: ignore[arg-type]  # the caller's fields

    def say(self, client: str, sender: str, cmid: str, *, cut: bool = False) -> None:
        """Sent, stored, acknowledged (after a cut: the second time, as a repeat) and shown to both."""
        self.attempt += 1
        told = {"cmid": cmid, "text": f"text {cmid}", "sender": sender}
        self.add(client, "invoke", attempt=self.attempt, **told)
        self.rows.append(Row(seq=len(self.rows) + 1, **told))
        if cut:
            self.add(client, "unknown", attempt=self.attempt, **told)
            self.add(client, "down")
            self.add(client, "up")
            self.attempt += 1
            self.add(client, "invoke", attempt=self.attempt, **told)
        self.add(client, "ok", attempt=self.attempt, seq=len(self.rows), dup=cut, **told)
        for reader in ("v", "a"):
            how = "read" if cut else "live"
            self.add(reader, "show", seq=len(self.rows), text=told["text"], sender=sender, how=how)

    def broken(self, epoch: str = "e") -> list[str]:
        return sorted({finding.split()[0] for finding in check(self.entries, {"c": self.rows}, epoch)})

    def nth(self, kind: Kind, n: int = 0, client: str | None = None) -> int:
        fit = [i for i, e in enumerate(self.entries) if e.kind == kind and client in (None, e.client)]
        return fit[n]

    def change(self, at: int, **fields: object) -> None:
        self.entries[at] = replace(self.entries[at], **fields)  # type: ignore[arg-type]  # the caller's fields


@pytest.fixture
def run() -> Run:
    made = Run()
    made.add("v", "up")
    made.add("a", "up")
    for i in range(3):
        made.say("v", VIC, f"v{i}", cut=i == 1)
        made.say("a", ANN, f"a{i}")
    made.add("v", "up", wait_s=30)
    return made


def test_a_right_history_passes_and_is_no_idle_one(run: Run) -> None:
    assert run.broken() == []
    assert coverage(run.entries).vacuous == []
    assert coverage(run.entries).repeats == 1


def test_an_idle_history_is_no_proof() -> None:
    assert len(coverage([]).vacuous) == 4


def lost(run: Run) -> None:
    run.rows.pop()


def doubled(run: Run) -> None:
    run.rows.append(replace(run.rows[-1], seq=7))


def gap(run: Run) -> None:
    run.rows[-1] = replace(run.rows[-1], seq=7)


def phantom(run: Run) -> None:
    run.rows.append(Row(seq=7, cmid="x", text="?", sender=VIC))


def other_content(run: Run) -> None:
    run.rows[2] = replace(run.rows[2], text="?")


def other_sender(run: Run) -> None:
    run.rows[2] = replace(run.rows[2], sender=ANN)


def refused_yet_stored(run: Run) -> None:
    run.change(run.nth("ok", 2), kind="refused")


def wrong_ack(run: Run) -> None:
    run.change(run.nth("ok", 0), seq=2)


def two_acks(run: Run) -> None:
    run.change(run.nth("unknown"), kind="ok", seq=9)


def dirty(run: Run) -> None:
    run.add("v", "show", seq=7, text="?", sender=ANN)


def divergent(run: Run) -> None:
    run.change(run.nth("show", 2, "a"), text="?")


def twice(run: Run) -> None:
    run.entries.insert(run.nth("show", 2), run.entries[run.nth("show", 2)])


def skipped(run: Run) -> None:
    del run.entries[run.nth("show", 2, "a")]


def short_view(run: Run) -> None:
    del run.entries[run.nth("show", 5, "a")]


def out_of_real_time(run: Run) -> None:
    """The agent's first word is before the visitor's, who had his acknowledgement by then."""
    one, two = run.rows[0], run.rows[1]
    run.rows[:2] = [replace(two, seq=1), replace(one, seq=2)]


def out_of_senders_order(run: Run) -> None:
    one, two = run.rows[0], run.rows[2]
    run.rows[0], run.rows[2] = replace(two, seq=1), replace(one, seq=3)


def late(run: Run) -> None:
    for at in range(run.nth("show", 5, "a"), len(run.entries)):
        run.change(at, at_s=run.entries[at].at_s + 5)


def never_answered(run: Run) -> None:
    del run.entries[run.nth("ok", -1)]


def answered_twice(run: Run) -> None:
    run.entries.append(run.entries[run.nth("ok", -1)])


def slowly_answered(run: Run) -> None:
    for at in range(run.nth("ok", -1), len(run.entries)):
        run.change(at, at_s=run.entries[at].at_s + 11)


def mixed_epochs(run: Run) -> None:
    run.change(run.nth("show", 3, "v"), epoch="before")


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lost, "A1"), (doubled, "F2"), (gap, "F1"), (phantom, "F3"), (other_content, "F4"),
        (other_sender, "F5"), (refused_yet_stored, "F6"), (wrong_ack, "A2"), (two_acks, "A3"),
        (dirty, "D1"), (divergent, "D2"), (twice, "D3"), (skipped, "D4"), (short_view, "V1"),
        (out_of_real_time, "O1"), (out_of_senders_order, "O2"), (late, "L1"), (never_answered, "R1"),
        (slowly_answered, "R1"), (answered_twice, "R2"), (mixed_epochs, "E1"),
    ],
)  # fmt: skip
def test_a_seeded_fault_is_caught(run: Run, spoil: Callable[[Run], None], rule: str) -> None:
    spoil(run)
    assert rule in run.broken()


def test_a_view_of_a_log_that_was_put_back_is_caught_until_it_is_read_anew(run: Run) -> None:
    assert run.broken(epoch="after") == ["E2"]
    for client in ("v", "a"):
        run.add(client, "reset")
        for row in run.rows:
            run.add(client, "show", seq=row.seq, text=row.text, sender=row.sender, epoch="after")
    assert run.broken(epoch="after") == []


def test_a_view_may_begin_later(run: Run) -> None:
    run.add("tab", "reset", seq=4)
    for row in run.rows[4:]:
        run.add("tab", "show", seq=row.seq, text=row.text, sender=row.sender)
    assert run.broken() == []


def test_nothing_is_late_while_there_is_trouble(run: Run) -> None:
    late(run)
    first = run.entries[0].at_s
    run.entries += [Entry(at_s=first, client="nemesis", kind="fault")]
    assert run.broken() == []
