"""What a sentence means, as a vector: an optional sentence encoder in a folder, run by onnxruntime.

The folder holds `model.onnx` (inputs `ids` and `mask`, output `vectors`) and `tokenizer.json`; `antiphon bot
encoder` makes one of a BERT encoder as sentence-transformers publish them. Needs the extra `embeddings`.
Slow to open, and a text takes a millisecond or two: threads only.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

TOKENS = 128  # of a text; a question has said what it is about by then
BATCH = 32
REMEMBERED = 256  # texts: one is asked for as an intent and as an article
MISSING = "A sentence encoder needs the extra `embeddings`: pip install 'antiphon[embeddings]'."


class Embedder(Protocol):
    """`key` names the encoder; what was learned with one is of no use with another."""

    key: str

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row a text, of length one."""


def open_embedder(folder: Path) -> "OnnxEmbedder":
    """Raises ValueError with a sentence: a package or a file is missing."""
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError:
        raise ValueError(MISSING) from None
    for name in ("model.onnx", "tokenizer.json"):
        if not (folder / name).is_file():
            raise ValueError(f"{folder} is no sentence encoder: {name} is missing.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(TOKENS)
    tokenizer.enable_padding()
    key = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()[:16]
    return OnnxEmbedder(session, tokenizer, key)


class OnnxEmbedder:
    """The `Embedder` of a folder; one thread, so that it never takes more than its core."""

    def __init__(self, session: Any, tokenizer: Any, key: str) -> None:
        self._session, self._tokenizer, self.key = session, tokenizer, key
        self._one = lru_cache(maxsize=REMEMBERED)(lambda text: self._run([text]))

    def encode(self, texts: Sequence[str]) -> Floats:
        if len(texts) == 1:
            return self._one(texts[0])
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # equals together: less padding
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        found = [self._run([texts[i] for i in batch]) for batch in batches]
        vectors: Floats = np.empty((len(texts), found[0].shape[1] if found else 0), dtype=np.float32)
        for batch, rows in zip(batches, found, strict=True):
            vectors[batch] = rows
        return vectors

    def _run(self, texts: list[str]) -> Floats:
        tokens = self._tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in tokens], dtype=np.int64)
        mask = np.array([one.attention_mask for one in tokens], dtype=np.int64)
        (rows,) = self._session.run(None, {"ids": ids, "mask": mask})
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)  # 8-bit weights leave them a little off
        scaled: Floats = rows / np.maximum(lengths, 1e-9)
        return scaled
