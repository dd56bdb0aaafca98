"""A sentence encoder: converted, opened, and what the classifier and the articles make of it."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from antiphon.bots.builtin import kept
from antiphon.bots.builtin.classifier import train
from antiphon.bots.builtin.embedding import OnnxEmbedder, open_embedder
from antiphon.bots.builtin.examples import Example
from antiphon.bots.knowledge import Article, Knowledge
from antiphon.bots.workbench.encoder import convert
from antiphon.cli import main

SPECIAL = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"]
WORDS = [
    *SPECIAL, "where", "is", "my", "parcel", "order", "money", "back", "refund", "hello", "good", "day",
    "please",
]  # fmt: skip
WIDTH, HEADS, INNER, LAYERS = 16, 4, 32, 2
Weights = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A very small BERT with weights of its own, as sentence-transformers publish a large one."""
    folder = tmp_path_factory.mktemp("published")
    config = {
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": WIDTH, "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS, "layer_norm_eps": 1e-12,
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    _save(_weights(), folder / "model.safetensors")
    return folder


@pytest.fixture(scope="module")
def encoder(source: Path, tmp_path_factory: pytest.TempPathFactory) -> OnnxEmbedder:
    folder = tmp_path_factory.mktemp("encoder")
    convert(source, folder)
    return open_embedder(folder)


def _weights() -> Weights:
    chance = np.random.default_rng(7)

    def some(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.3, shape).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": some(len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": some(64, WIDTH),
        "embeddings.token_type_embeddings.weight": some(2, WIDTH),
    }
    norms = ["embeddings.LayerNorm"]
    for i in range(LAYERS):
        name = f"encoder.layer.{i}."
        norms += [name + "attention.output.LayerNorm", name + "output.LayerNorm"]
        for part in ("attention.self.query", "attention.self.key", "attention.self.value",
                     "attention.output.dense"):  # fmt: skip
            found |= {f"{name}{part}.weight": some(WIDTH, WIDTH), f"{name}{part}.bias": some(WIDTH)}
        for part, out, into in (("intermediate.dense", INNER, WIDTH), ("output.dense", WIDTH, INNER)):
            found |= {f"{name}{part}.weight": some(out, into), f"{name}{part}.bias": some(out)}
    for name in norms:
        found |= {f"{name}.weight": 1 + some(WIDTH), f"{name}.bias": some(WIDTH)}
    return found


def _save(weights: Weights, file: Path) -> None:
    head, body = {}, b""
    for name, value in weights.items():
        raw = value.tobytes()
        spans = [len(body), len(body) + len(raw)]
        head[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": spans}
        body += raw
    told = json.dumps(head).encode()
    file.write_bytes(len(told).to_bytes(8, "little") + told + body)


def _reference(text: str, w: Weights) -> np.ndarray:
    """BERT as the paper has it (Devlin et al. 2019), one text, no library."""
    ids = [1, *(WORDS.index(word) if word in WORDS else 3 for word in text.lower().split()), 2]

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    def gelu(x: np.ndarray) -> np.ndarray:
        from math import erf

        return x * 0.5 * (1 + np.vectorize(erf)(x / np.sqrt(2)))

    e = "embeddings."
    x = w[e + "word_embeddings.weight"][ids] + w[e + "position_embeddings.weight"][: len(ids)]
    x = norm(x + w[e + "token_type_embeddings.weight"][0], e + "LayerNorm")
    for i in range(LAYERS):
        n = f"encoder.layer.{i}."
        q, k, v = (
            linear(x, f"{n}attention.self.{part}").reshape(len(ids), HEADS, -1).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        scores = q @ k.swapaxes(1, 2) / np.sqrt(WIDTH // HEADS)
        chances = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
        mixed = (chances @ v).swapaxes(0, 1).reshape(len(ids), WIDTH)
        x = norm(x + linear(mixed, n + "attention.output.dense"), n + "attention.output.LayerNorm")
        inner = gelu(linear(x, n + "intermediate.dense"))
        x = norm(x + linear(inner, n + "output.dense"), n + "output.LayerNorm")
    mean = x.mean(0)
    found: np.ndarray = mean / np.linalg.norm(mean)
    return found


def test_a_converted_encoder_gives_what_the_published_weights_give(encoder: OnnxEmbedder) -> None:
    texts = ["where is my parcel", "hello", "money back please refund my order", "good day parrot"]
    found = encoder.encode(texts)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, found, strict=True):
        assert vector @ _reference(text, _weights()) > 0.99, text  # eight bits lose a little


def test_a_text_means_the_same_alone_and_among_longer_ones(encoder: OnnxEmbedder) -> None:
    together = encoder.encode(["hello", "where is my parcel please"])
    assert encoder.encode(["hello"])[0] @ together[0] > 0.995  # padding weighs nothing but rounding


def test_intents_are_learned_from_words_and_meaning_and_kept_apart_from_words_alone(
    encoder: OnnxEmbedder, tmp_path: Path
) -> None:
    examples = [
        Example(text, intent)
        for intent, texts in {
            "track": [
                "where is my parcel",
                "where is my order",
                "parcel please",
                "my order",
                "is my parcel good",
            ],
            "refund": ["money back", "refund please", "my money back please", "refund my order", "refund"],
            "greet": ["hello", "good day", "hello good day", "hello please", "good day hello"],
        }.items()
        for text in texts
    ]
    made = kept.load_or_train(examples, tmp_path, encoder)
    again = kept.load_or_train(examples, tmp_path, encoder)
    light = kept.load_or_train(examples, tmp_path)
    assert made.meaning
    assert again.meaning
    assert light.meaning is None
    assert len(list(tmp_path.glob("intents-*.npz"))) == 2
    for text, intent in (
        ("where is the parcel", "track"),
        ("hello hello", "greet"),
        ("refund the money", "refund"),
    ):
        assert made.rank(text).ranking[0][0] == intent
        assert again.rank(text) == made.rank(text)
    assert made.rank("where is my parcel").scope > made.rank("unheard of").scope
    assert sum(chance for _, chance in made.rank("hello").ranking) == pytest.approx(1)


def test_one_example_is_enough_to_learn_from(encoder: OnnxEmbedder) -> None:
    assert train([Example("hello", "greet")], encoder).rank("hello").ranking[0][0] == "greet"


def test_articles_are_found_by_meaning(encoder: OnnxEmbedder) -> None:
    articles = [
        Article(guide="Shop", question="where is my parcel", also=("my order",), answer="On its way."),
        Article(guide="Shop", question="refund", also=("money back",), answer="Within a week."),
    ]
    knowledge = Knowledge(articles, encoder)
    for text, answer in (("money back", "Within a week."), ("where is my parcel", "On its way.")):
        found = knowledge.search(text)[0]
        assert found.article.answer == answer
        assert found.score > 0.9


def test_what_is_no_encoder_is_refused_with_a_sentence(source: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"model\.onnx is missing"):
        open_embedder(tmp_path)
    with pytest.raises(ValueError, match="no sentence encoder"):
        convert(tmp_path, tmp_path / "to")
    other = tmp_path / "other"
    other.mkdir()
    config = json.loads((source / "config.json").read_text()) | {"model_type": "mpnet"}
    (other / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="only BERT"):
        convert(other, tmp_path / "to")


def test_the_command_makes_a_folder_that_can_be_opened(source: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["bot", "encoder", str(source), str(tmp_path / "made")])
    assert done.exit_code == 0, done.output
    assert open_embedder(tmp_path / "made").encode(["hello"]).shape == (1, WIDTH)
