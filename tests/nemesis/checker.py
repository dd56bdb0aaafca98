"""The history checker: what clients saw and were told, against the log as it is in the end.

Pure. A history is a list of entries by one monotonic clock (seconds); the log is every
conversation's rows. `check` names every broken rule of the delivery contract (docs/protocol.md);
`coverage` says what the run exercised, so that an idle run does not count as a proof.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

LATE_S = 2.0  # a connected client is shown what was acknowledged within this
ANSWER_S = 10.0  # every request of a connection that stands is answered within this

Kind = Literal["invoke", "ok", "refused", "unknown", "up", "down", "reset", "show", "fault", "calm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing a client did or saw.

    `invoke` a send (again), answered by `ok`, `refused` (definitely not stored) or `unknown`
    under the same `attempt`; `up` joined and read; `down` the connection is gone; `reset` the
    view begins anew at `seq`; `show` one more event in the view; `fault` and `calm` are the
    nemesis': nothing is late between them.
    """

    at_s: float
    client: str
    kind: Kind
    conversation: str = ""
    attempt: int = 0
    cmid: str = ""
    seq: int = 0
    text: str | None = None
    sender: str = ""
    epoch: str = ""
    dup: bool = False
    why: str = ""  # what the server said when it said no
    how: Literal["live", "read"] = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event of the log; a hidden one has neither text nor sender."""

    seq: int
    sender: str = ""
    cmid: str = ""
    text: str | None = None


Log = Mapping[str, Sequence[Row]]
Message = tuple[str, str, str]  # conversation, sender, cmid


@dataclass(slots=True)
class _Sent:
    """What became of one message, over all attempts."""

    first: Entry
    oks: list[Entry] = field(default_factory=list)
    refused: bool = False


def check(
    history: Iterable[Entry], log: Log, epoch: str, *, late_s: float = LATE_S, answer_s: float = ANSWER_S
) -> list[str]:
    """Every broken rule as `RULE what`; an empty list is a proof for this run."""
    entries = sorted(history, key=lambda entry: entry.at_s)
    sent = _sent(entries)
    stored = {
        (name, row.sender, row.cmid): row for name, rows in log.items() for row in rows if row.cmid
    }  # fmt: skip
    return [
        *_log(log, sent), *_acks(sent, stored), *_order(sent, stored), *_shown(entries, log, epoch),
        *_late(entries, late_s), *_answers(entries, answer_s),
    ]  # fmt: skip


def _sent(entries: Sequence[Entry]) -> dict[Message, _Sent]:
    sent: dict[Message, _Sent] = {}
    for entry in entries:
        key = (entry.conversation, entry.sender, entry.cmid)
        if entry.kind == "invoke":
            sent.setdefault(key, _Sent(first=entry))
        elif entry.kind == "ok":
            sent[key].oks.append(entry)
        elif entry.kind == "refused":
            sent[key].refused = True
    return sent


# -- the log itself ---------------------------------------------------------------------------------


def _log(log: Log, sent: Mapping[Message, _Sent]) -> Iterator[str]:
    for name, rows in log.items():
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
            yield f"F1 {name}: the log counts {[row.seq for row in rows]}"
        seen: dict[tuple[str, str], int] = {}
        for row in rows:
            if row.cmid:
                if (row.sender, row.cmid) in seen:
                    yield f"F2 {name}: {row.cmid} is stored at {seen[row.sender, row.cmid]} and {row.seq}"
                seen[row.sender, row.cmid] = row.seq
                yield from _origin(name, row, sent)


def _origin(name: str, row: Row, sent: Mapping[Message, _Sent]) -> Iterator[str]:
    """A stored message was sent, by this sender, with this text, and never refused for good."""
    mine = sent.get((name, row.sender, row.cmid))
    if mine is not None:
        if mine.first.text != row.text:
            yield f"F4 {name} {row.seq}: {mine.first.text!r} was sent, {row.text!r} is stored"
        if mine.refused and not mine.oks:
            yield f"F6 {name} {row.seq}: {row.cmid} was refused for good, and is stored"
    elif any(key[0] == name and key[2] == row.cmid for key in sent):
        yield f"F5 {name} {row.seq}: {row.cmid} is stored as {row.sender}'s, who did not send it"
    else:
        yield f"F3 {name} {row.seq}: nobody sent {row.cmid}"


def _acks(sent: Mapping[Message, _Sent], stored: Mapping[Message, Row]) -> Iterator[str]:
    for key, mine in sent.items():
        seqs = {ok.seq for ok in mine.oks}
        if len(seqs) > 1:
            yield f"A3 {key}: acknowledged as {sorted(seqs)}"
        row = stored.get(key)
        if seqs and row is None:
            yield f"A1 {key}: acknowledged as {sorted(seqs)}, and lost"
        elif row is not None and seqs - {row.seq}:
            yield f"A2 {key}: acknowledged as {sorted(seqs)}, stored at {row.seq}"


def _order(sent: Mapping[Message, _Sent], stored: Mapping[Message, Row]) -> Iterator[str]:
    by_conversation: dict[str, list[tuple[_Sent, Row]]] = defaultdict(list)
    for key, mine in sent.items():
        if key in stored:
            by_conversation[key[0]].append((mine, stored[key]))
    for name, pairs in by_conversation.items():
        yield from _one_senders(name, pairs)
        yield from _real_time(name, pairs)


def _one_senders(name: str, pairs: Sequence[tuple[_Sent, Row]]) -> Iterator[str]:
    last: dict[str, Row] = {}
    for mine, row in sorted(pairs, key=lambda pair: (pair[0].first.at_s, pair[0].first.attempt)):
        before = last.get(mine.first.client)
        if before is not None and before.seq > row.seq:
            yield f"O2 {name}: {mine.first.client} sent {before.cmid} before {row.cmid}"
        last[mine.first.client] = row


def _real_time(name: str, pairs: Sequence[tuple[_Sent, Row]]) -> Iterator[str]:
    """Who sends after he saw an acknowledgement comes after it."""
    acked = sorted(((ok.at_s, row) for mine, row in pairs for ok in mine.oks), key=lambda one: one[0])
    begun = sorted(((mine.first.at_s, row) for mine, row in pairs), key=lambda one: one[0])
    highest, at = Row(seq=0), 0
    for invoked_s, row in begun:
        while at < len(acked) and acked[at][0] < invoked_s:
            highest = max(highest, acked[at][1], key=lambda one: one.seq)
            at += 1
        if row.seq < highest.seq:
            yield f"O1 {name}: {row.cmid} was sent after {highest.cmid} was acknowledged, and is before it"


# -- what was shown ---------------------------------------------------------------------------------


def _shown(entries: Sequence[Entry], log: Log, epoch: str) -> Iterator[str]:
    views: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    starts: dict[tuple[str, str], int] = {}
    for entry in entries:
        where = (entry.client, entry.conversation)
        if entry.kind == "reset":
            views[where], starts[where] = [], entry.seq
        elif entry.kind == "show":
            yield from _next(entry, views[where], starts.get(where, 0))
            views[where].append(entry)
    for (client, name), view in views.items():
        yield from _end(client, name, view, log.get(name, ()), epoch)


def _next(entry: Entry, view: Sequence[Entry], start: int) -> Iterator[str]:
    """One more event is the next one, of the same log."""
    want = (view[-1].seq if view else start) + 1
    where = f"{entry.client} {entry.conversation}"
    if entry.seq < want:
        yield f"D3 {where}: shown {entry.seq} when {want} was next"
    elif entry.seq > want:
        yield f"D4 {where}: shown {entry.seq}, and {want} was skipped"
    if view and view[-1].epoch != entry.epoch:
        yield f"E1 {where}: {entry.seq} is of another epoch than what is shown"


def _end(client: str, name: str, view: Sequence[Entry], rows: Sequence[Row], epoch: str) -> Iterator[str]:
    """A view in the end is the log."""
    where = f"{client} {name}"
    by_seq = {row.seq: row for row in rows}
    for entry in view:
        row = by_seq.get(entry.seq)
        if row is None:
            yield f"D1 {where}: {entry.seq} was shown, and is not in the log"
        elif entry.text is not None and (entry.text, entry.sender) != (row.text, row.sender):
            yield f"D2 {where}: {entry.seq} was shown as {entry.text!r} of {entry.sender}, stored otherwise"
    if view and rows and view[-1].seq < rows[-1].seq:
        yield f"V1 {where}: the view ends at {view[-1].seq}, the log at {rows[-1].seq}"
    if view and view[-1].epoch != epoch:
        yield f"E2 {where}: the view is of epoch {view[-1].epoch}, the log of {epoch}"


def _late(entries: Sequence[Entry], late_s: float) -> Iterator[str]:
    """While all is calm, who is connected is shown what was acknowledged, soon."""
    shown = {
        (e.client, e.conversation, e.seq): e.at_s for e in reversed(entries) if e.kind == "show"
    }  # fmt: skip
    spans = _spans(entries)
    troubled = _troubles(entries)
    end_s = entries[-1].at_s if entries else 0.0
    for ok in entries:
        due_s = ok.at_s + late_s
        if ok.kind != "ok" or due_s > end_s or any(a < due_s and ok.at_s < b for a, b in troubled):
            continue
        for (client, name), joined in spans.items():
            there = name == ok.conversation and any(a <= ok.at_s and due_s <= b for a, b in joined)
            if there and shown.get((client, name, ok.seq), due_s + 1) > due_s:
                yield f"L1 {client} {name}: {ok.seq} was acknowledged and not shown for {late_s:g} s"


def _spans(entries: Sequence[Entry]) -> dict[tuple[str, str], list[tuple[float, float]]]:
    """When each client was joined to each conversation."""
    spans: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    since: dict[tuple[str, str], float] = {}
    for entry in entries:
        where = (entry.client, entry.conversation)
        if entry.kind == "up":
            since.setdefault(where, entry.at_s)
        elif entry.kind == "down":
            for one in [one for one in since if one[0] == entry.client]:
                spans[one].append((since.pop(one), entry.at_s))
    for one, at_s in since.items():
        spans[one].append((at_s, float("inf")))
    return spans


def _troubles(entries: Sequence[Entry]) -> list[tuple[float, float]]:
    troubles: list[tuple[float, float]] = []
    since: float | None = None
    for entry in entries:
        if entry.kind == "fault" and since is None:
            since = entry.at_s
        elif entry.kind == "calm" and since is not None:
            troubles.append((since, entry.at_s))
            since = None
    return [*troubles, (since, float("inf"))] if since is not None else troubles


def _answers(entries: Sequence[Entry], answer_s: float) -> Iterator[str]:
    """Each request has one answer, in time if its connection stood."""
    open_: dict[tuple[str, int], Entry] = {}
    answered: set[tuple[str, int]] = set()
    end_s = entries[-1].at_s if entries else 0.0
    for entry in entries:
        key = (entry.client, entry.attempt)
        if entry.kind == "invoke":
            open_[key] = entry
        elif entry.kind in ("ok", "refused", "unknown"):
            if key in answered:
                yield f"R2 {entry.client}: {entry.cmid} was answered twice"
            answered.add(key)
            asked = open_.pop(key, None)
            if asked and entry.at_s - asked.at_s > answer_s:
                yield f"R1 {entry.client}: {entry.cmid} was answered after {entry.at_s - asked.at_s:.1f} s"
        elif entry.kind == "down":
            open_ = {key: asked for key, asked in open_.items() if key[0] != entry.client}
    for asked in open_.values():
        if end_s - asked.at_s > answer_s:
            yield f"R1 {asked.client}: {asked.cmid} was never answered"


# -- is it a proof at all? ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a run exercised."""

    sent: int
    acked: int
    repeats: int  # answered as already stored
    unknown: int  # attempts whose outcome the client could not know
    read: int  # events that reached somebody by reading only
    shown: int

    @property
    def vacuous(self) -> list[str]:
        """What is missing for a proof."""
        wanted = {
            "95 % of the messages acknowledged": self.acked >= 0.95 * self.sent > 0,
            "a repeat": self.repeats > 0,
            "an unknown outcome": self.unknown > 0,
            "an event that came by reading": self.read > 0,
        }
        return [name for name, there in wanted.items() if not there]


def coverage(history: Iterable[Entry]) -> Coverage:
    entries = list(history)
    sent = _sent(sorted(entries, key=lambda entry: entry.at_s))
    shows = [entry for entry in entries if entry.kind == "show"]
    answered = {(e.client, e.attempt) for e in entries if e.kind in ("ok", "refused")}
    return Coverage(
        sent=len(sent), acked=sum(bool(mine.oks) for mine in sent.values()),
        repeats=sum(entry.dup for entry in entries if entry.kind == "ok"),
        unknown=sum(e.kind == "invoke" and (e.client, e.attempt) not in answered for e in entries),
        read=sum(entry.how == "read" for entry in shows), shown=len(shows),
    )  # fmt: skip
