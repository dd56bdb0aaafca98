"""Trained classifiers on disk, by the hash of what they learned from."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np

from antiphon.bots.builtin.calibration import Thresholds
from antiphon.bots.builtin.classifier import Classifier, Meaning, train
from antiphon.bots.builtin.embedding import Embedder
from antiphon.bots.builtin.examples import Example
from antiphon.bots.builtin.features import Vocabulary
from antiphon.bots.builtin.svm import Rows

VERSION = 4  # of everything that a trained model depends on beside the examples and the encoder


def content_hash(examples: Sequence[Example], encoder: str = "") -> str:
    digest = hashlib.sha256(f"antiphon intents {VERSION} {encoder}".encode())
    for example in examples:
        digest.update(f"\0{example.intent}\0{example.text}".encode())
    return digest.hexdigest()[:24]


def kept_at(examples: Sequence[Example], cache: Path, embedder: Embedder | None = None) -> Path:
    return cache / f"intents-{content_hash(examples, embedder.key if embedder else '')}.npz"


def load_or_train(
    examples: Sequence[Example], cache: Path | None, embedder: Embedder | None = None
) -> Classifier:
    """The classifier of these examples: from the cache if it is there, otherwise trained and put there."""
    if cache is None:
        return train(examples, embedder)
    file = kept_at(examples, cache, embedder)
    try:
        return _load(file, embedder)
    except (OSError, ValueError, KeyError, msgspec.MsgspecError):
        model = train(examples, embedder)
    _store(model, file)
    return model


def _store(model: Classifier, file: Path) -> None:
    """Written beside and moved into place: a reader never meets half a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".{os.getpid()}.tmp")
    told = {
        "intents": model.intents,
        "features": list(model.vocabulary.numbers),
        "thresholds": asdict(model.thresholds) | {"scope": max(model.thresholds.scope, -1e9)},
        "shares": (model.meaning.share, model.meaning.say) if model.meaning else None,
    }
    nothing = np.empty((0, 0), dtype=np.float32)
    with beside.open("wb") as out:
        np.savez(
            out,
            told=np.frombuffer(msgspec.json.encode(told), dtype=np.uint8),
            idf=np.asarray([*model.vocabulary.idf, model.vocabulary.unknown]),
            weights=model.weights,
            numbers=model.examples.numbers,
            values=model.examples.weights,
            starts=model.examples.starts,
            labels=model.labels,
            regression=model.meaning.weights if model.meaning else nothing,
            vectors=model.meaning.vectors if model.meaning else nothing,
        )
    beside.replace(file)


def _load(file: Path, embedder: Embedder | None) -> Classifier:
    with np.load(file, allow_pickle=False) as kept:
        told = msgspec.json.decode(kept["told"].tobytes())
        numbers = {feature: number for number, feature in enumerate(told["features"])}
        *idf, unknown = kept["idf"].tolist()
        meaning = None
        if embedder:
            share, say = told["shares"]
            meaning = Meaning(embedder, share, say, kept["regression"], kept["vectors"])
        return Classifier(
            intents=tuple(told["intents"]),
            vocabulary=Vocabulary(numbers, idf, unknown),
            weights=kept["weights"],
            examples=Rows(kept["numbers"], kept["values"], kept["starts"]),
            labels=kept["labels"],
            thresholds=Thresholds(**told["thresholds"]),
            meaning=meaning,
        )
