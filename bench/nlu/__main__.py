"""The intent classifier on public data, beside what others reach.

    python -m bench.nlu DATA [SET…] [--encoder FOLDER]

With a sentence encoder (`antiphon bot encoder`) it is measured by words and by words and meaning.

DATA holds `banking77/{train.csv, test.csv, ten_shot_rows.json}` (PolyAI, CC BY 4.0) and
`clinc150/{data_full.json.gz, ten_shot_rows.json}` (Larson et al. 2019, CC BY 3.0). Every set is measured in a
process of its own, so that memory is its own. Nothing is tuned on test rows.
"""

import argparse
import csv
import gzip
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles

import numpy as np
from numpy.typing import NDArray

from antiphon.bots.builtin import classifier
from antiphon.bots.builtin.calibration import expected_calibration_error
from antiphon.bots.builtin.classifier import Classifier, Guess
from antiphon.bots.builtin.examples import Example
from antiphon.bots.builtin.trainer import opened

# (accuracy %, out-of-scope AUROC, recall at 95 % kept), measured on the same rows; None where not known.
BASELINES: dict[str, list[tuple[str, float, float | None, float | None]]] = {
    "banking77": [
        ("TF-IDF + LinearSVC (scikit-learn)", 91.4, None, None),
        ("BERT, fine-tuned (published)", 93.66, None, None),
        ("TF-IDF SVC + MiniLM int8", 94.0, None, None),
    ],
    "banking77-10": [
        ("Rasa 3.6 DIET, default pipeline (819 s)", 68.3, None, None),
        ("TF-IDF + LinearSVC (scikit-learn)", 74.6, None, None),
        ("TF-IDF SVC + MiniLM int8, tuned weight", 86.8, None, None),
    ],
    "clinc150": [
        ("TF-IDF + LinearSVC (scikit-learn)", 92.8, 0.946, 72.9),
        ("BERT with threshold (published)", 96.2, None, 52.3),
        ("TF-IDF SVC + MiniLM int8, three scores", 96.0, 0.980, 91.0),
    ],
    "clinc150-10": [
        ("TF-IDF + LinearSVC (scikit-learn)", 81.6, 0.898, 53.4),
        ("TF-IDF SVC + MiniLM int8, three scores", 90.8, 0.966, 82.0),
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    accuracy: float
    macro_f1: float
    top_3: float
    calibration_error: float
    answered: float
    precision: float
    auroc: float | None
    oos_recall: float | None
    train_s: float  # of CPU, as all times here: another process on the core does not count
    p50_ms: float
    p95_ms: float
    memory_mib: float


Rows = tuple[list[Example], list[Example], list[str]]


def rows(name: str, data: Path) -> Rows:
    """Training rows, test rows, and texts that belong to no intent."""
    read = banking if name.startswith("banking77") else clinc
    return read(data / name.removesuffix("-10"), ten=name.endswith("-10"))


def banking(folder: Path, *, ten: bool) -> Rows:
    train, test = (_csv(folder / f"{part}.csv") for part in ("train", "test"))
    return (_chosen(train, folder) if ten else train), test, []


def clinc(folder: Path, *, ten: bool) -> Rows:
    with gzip.open(folder / "data_full.json.gz", "rt", encoding="utf-8") as file:
        found = json.load(file)
    train = [Example(text, intent) for text, intent in found["train"]]
    test = [Example(text, intent) for text, intent in found["test"]]
    return (_chosen(train, folder) if ten else train), test, [text for text, _ in found["oos_test"]]


def _csv(file: Path) -> list[Example]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [Example(row["text"], row["category"]) for row in csv.DictReader(lines)]


def _chosen(train: list[Example], folder: Path) -> list[Example]:
    numbers = json.loads((folder / "ten_shot_rows.json").read_text())
    return [train[number] for number in numbers]


# ------------------------------------------------------------------ measuring


def measure(name: str, data: Path, encoder: Path | None) -> Figures:
    train, test, foreign = rows(name, data)
    embedder = opened(encoder)
    began = time.process_time()
    model = classifier.train(train, embedder)
    train_s = time.process_time() - began
    guesses, took_ms = _timed(model, [example.text for example in test])
    strange, _ = _timed(model, foreign)
    scopes = np.array([guess.scope for guess in guesses])
    strange_scopes = np.array([guess.scope for guess in strange])
    cuts = quantiles(took_ms, n=20)
    return Figures(
        **_judged(model, guesses, [example.intent for example in test]),
        auroc=_auroc(scopes, strange_scopes) if foreign else None,
        oos_recall=float((strange_scopes < np.quantile(scopes, 0.05)).mean()) if foreign else None,
        train_s=train_s,
        p50_ms=cuts[9],
        p95_ms=cuts[18],
        memory_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _timed(model: Classifier, texts: list[str]) -> tuple[list[Guess], list[float]]:
    guesses, took_ms = [], []
    for text in texts:
        began = time.process_time()
        guesses.append(model.rank(text))
        took_ms.append((time.process_time() - began) * 1_000)
    return guesses, took_ms


def _judged(model: Classifier, guesses: list[Guess], truth: list[str]) -> dict[str, float]:
    best = [guess.ranking[0][0] for guess in guesses]
    confidence = np.array([guess.ranking[0][1] for guess in guesses])
    right = np.array([found == wanted for found, wanted in zip(best, truth, strict=True)])
    sure = confidence >= model.thresholds.answer
    top_3 = [
        wanted in [intent for intent, _ in g.ranking[:3]] for g, wanted in zip(guesses, truth, strict=True)
    ]
    return {
        "accuracy": float(right.mean()),
        "macro_f1": _macro_f1(best, truth),
        "top_3": float(np.mean(top_3)),
        "calibration_error": expected_calibration_error(confidence, right),
        "answered": float(sure.mean()),
        "precision": float(right[sure].mean()),
    }


def _macro_f1(best: list[str], truth: list[str]) -> float:
    names = sorted(set(truth))
    hits = {n: sum(b == t == n for b, t in zip(best, truth, strict=True)) for n in names}
    return float(np.mean([2 * hits[n] / (best.count(n) + truth.count(n)) for n in names]))


def _auroc(known: NDArray[np.float64], strange: NDArray[np.float64]) -> float:
    """The chance that something known scores higher than something strange."""
    ranks = np.concatenate([known, strange]).argsort().argsort() + 1.0
    n, m = len(known), len(strange)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


# ------------------------------------------------------------------ printing

HEAD = f"{'':46}  acc %   F1 %  top-3    ECE  answered/right  AUROC  OOS rec  train s  p50 ms  p95 ms   MiB"


def show_baselines(name: str) -> None:
    print(f"\n{name}\n{HEAD}")
    for baseline, accuracy, auroc, recall in BASELINES[name]:
        print(f"{baseline:46}  {accuracy:5.1f}{'':33}{_maybe(auroc, '.3f')}  {_maybe(recall, '.1f')}")


def show(how: str, found: Figures) -> None:
    print(
        f"{f'Antiphon, by {how} (this machine, now)':46}"
        f"  {found.accuracy:5.1%}  {found.macro_f1:5.1%}  {found.top_3:5.1%}"
        f"  {found.calibration_error:.3f}  {found.answered:6.1%}/{found.precision:6.1%} "
        f"  {_maybe(found.auroc, '.3f')}  {_maybe(found.oos_recall and 100 * found.oos_recall, '.1f')}"
        f"  {found.train_s:7.1f}  {found.p50_ms:6.2f}  {found.p95_ms:6.2f}  {found.memory_mib:4.0f}"
    )


def _maybe(value: float | None, form: str) -> str:
    return f"{'–' if value is None else format(value, form):>7}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("sets", nargs="*", default=list(BASELINES))
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(asdict(measure(asked.sets[0], asked.data, asked.encoder))))
        return
    for name in asked.sets:
        show_baselines(name)
        show("words", _apart(asked.data, name))
        if asked.encoder:
            show("words and meaning", _apart(asked.data, name, "--encoder", str(asked.encoder)))


def _apart(data: Path, name: str, *more: str) -> Figures:
    command = [sys.executable, "-m", "bench.nlu", "--one", str(data), name, *more]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return Figures(**json.loads(answer.stdout))


if __name__ == "__main__":
    main()
