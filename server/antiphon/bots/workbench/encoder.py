"""A BERT sentence encoder as sentence-transformers publishes them -> the folder that `embedding` opens.

The graph is written node by node from the published weights (no PyTorch): mean pooling at its end, then the
weights of products and of words in 8 bits, each column with a scale of its own; a quarter of the size, three
times as fast, half a point of accuracy at most. Needs the extra `embeddings`.
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from antiphon.bots.builtin.embedding import MISSING

OPSET, FORMAT = 20, 10  # the first with GELU; of onnx's file format
TYPES = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
FAR_LESS = np.float32(1e4)  # off the score of what is padding


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What config.json must say."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    layer_norm_eps: float
    model_type: str
    hidden_act: str
    position_embedding_type: str = "absolute"


def convert(source: Path, folder: Path) -> None:
    """Raises ValueError with a sentence: a package or a file is missing, or the model is of another kind."""
    try:
        import onnx
        from onnxruntime.quantization import QuantType, quantize_dynamic
    except ImportError:
        raise ValueError(MISSING) from None
    shape, weights = _shape(source), _weights(source)
    if not (source / "tokenizer.json").is_file():
        raise ValueError(f"{source}: tokenizer.json is missing.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "model.onnx"
        onnx.save(_Graph(weights).model(shape), whole)
        quantize_dynamic(
            whole, folder / "model.onnx", per_channel=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
        )  # fmt: skip
    shutil.copyfile(source / "tokenizer.json", folder / "tokenizer.json")


def _shape(source: Path) -> Shape:
    try:
        shape = msgspec.json.decode((source / "config.json").read_bytes(), type=Shape)
    except (OSError, msgspec.MsgspecError) as error:
        raise ValueError(f"{source} is no sentence encoder: {error}") from None
    if (shape.model_type, shape.hidden_act, shape.position_embedding_type) != ("bert", "gelu", "absolute"):
        raise ValueError(f"{source}: only BERT encoders with GELU and absolute positions can be converted.")
    pooling = source / "1_Pooling" / "config.json"
    if pooling.is_file() and not json.loads(pooling.read_text()).get("pooling_mode_mean_tokens"):
        raise ValueError(f"{source}: only encoders that take the mean over tokens can be converted.")
    return shape


def _weights(source: Path) -> dict[str, NDArray[Any]]:
    """The tensors of model.safetensors: eight bytes of length, a JSON header, then the numbers."""
    try:
        raw = (source / "model.safetensors").read_bytes()
    except OSError as error:
        raise ValueError(f"{source}: {error.strerror}: model.safetensors") from None
    begin = 8 + int.from_bytes(raw[:8], "little")
    head = json.loads(raw[8:begin])
    found = {}
    for name, told in head.items():
        if name != "__metadata__":
            start, end = told["data_offsets"]
            kind = np.dtype(TYPES[told["dtype"]])
            flat = np.frombuffer(raw, kind, count=(end - start) // kind.itemsize, offset=begin + start)
            found[name.removeprefix("bert.")] = flat.reshape(told["shape"])
    return found


class _Graph:
    """Nodes in the order they run; an operation returns the name of what it gives."""

    def __init__(self, weights: dict[str, NDArray[Any]]) -> None:
        from onnx import TensorProto, helper, numpy_helper

        self._helper, self._numpy, self._float = helper, numpy_helper, TensorProto.FLOAT
        self._integer = TensorProto.INT64
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def model(self, shape: Shape) -> Any:
        """The whole encoder: `ids` and `mask`, both (texts, tokens) -> `vectors` (texts, width)."""
        kept = self._op("Cast", "mask", to=self._float)
        x, hidden = self._embedded(shape.layer_norm_eps), self._hidden(kept)
        for i in range(shape.num_hidden_layers):
            x = self._layer(x, hidden, f"encoder.layer.{i}.", shape)
        self._pooled(x, kept)
        inputs = [
            self._helper.make_tensor_value_info(name, self._integer, ["texts", "tokens"])
            for name in ("ids", "mask")
        ]
        out = self._helper.make_tensor_value_info("vectors", self._float, ["texts", shape.hidden_size])
        graph = self._helper.make_graph(self._nodes, "encoder", inputs, [out], list(self._constants.values()))
        model = self._helper.make_model(graph, opset_imports=[self._helper.make_opsetid("", OPSET)])
        model.ir_version = FORMAT
        return model

    def _embedded(self, eps: float) -> str:
        names = "embeddings."
        kind = self._weights[names + "token_type_embeddings.weight"][0]
        places = self._given("places", self._weights[names + "position_embeddings.weight"] + kind)
        words = self._given("words", self._weights[names + "word_embeddings.weight"])
        here = self._op("Shape", "ids", start=1, end=2)
        places = self._op("Slice", places, self._given("0", [0]), here, self._given("first", [0]))
        return self._normed(
            self._op("Add", self._op("Gather", words, "ids"), places), names + "LayerNorm", eps
        )

    def _hidden(self, kept: str) -> str:
        """What is added to an attention score: nothing, or so little that padding gets none."""
        short = self._op("Sub", kept, self._given("one", np.float32(1)))
        return self._op(
            "Unsqueeze", self._op("Mul", short, self._given("far", FAR_LESS)), self._given("12", [1, 2])
        )

    def _layer(self, x: str, hidden: str, name: str, shape: Shape) -> str:
        attention, eps = name + "attention.", shape.layer_norm_eps
        mixed = self._attended(x, hidden, attention + "self.", shape)
        x = self._normed(
            self._op("Add", x, self._linear(mixed, attention + "output.dense")),
            attention + "output.LayerNorm", eps,
        )  # fmt: skip
        inner = self._op("Gelu", self._linear(x, name + "intermediate.dense"))
        return self._normed(
            self._op("Add", x, self._linear(inner, name + "output.dense")), name + "output.LayerNorm", eps
        )

    def _attended(self, x: str, hidden: str, name: str, shape: Shape) -> str:
        heads, width = shape.num_attention_heads, shape.hidden_size
        apart = self._given("apart", [0, 0, heads, width // heads])
        query, key, value = (
            self._op("Transpose", self._op("Reshape", self._linear(x, name + part), apart), perm=order)
            for part, order in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]))
        )
        scale = self._given("scale", np.float32((width // heads) ** -0.5))
        scores = self._op("Mul", self._op("MatMul", query, key), scale)
        share = self._op("Softmax", self._op("Add", scores, hidden), axis=-1)
        mixed = self._op("Transpose", self._op("MatMul", share, value), perm=[0, 2, 1, 3])
        return self._op("Reshape", mixed, self._given("joined", [0, 0, width]))

    def _pooled(self, x: str, kept: str) -> None:
        """The sum over tokens; the length does not matter, so it need not be divided."""
        whole = self._op("Mul", x, self._op("Unsqueeze", kept, self._given("2", [2])))
        total = self._op("ReduceSum", whole, self._given("1", [1]), keepdims=0)
        self._nodes.append(self._helper.make_node("LpNormalization", [total], ["vectors"], axis=-1, p=2))

    def _linear(self, x: str, name: str) -> str:
        product = self._op("MatMul", x, self._given(name + ".weight", self._weights[name + ".weight"].T))
        return self._op("Add", product, self._given(name + ".bias", self._weights[name + ".bias"]))

    def _normed(self, x: str, name: str, eps: float) -> str:
        scale, bias = (
            self._given(f"{name}.{part}", self._weights[f"{name}.{part}"]) for part in ("weight", "bias")
        )
        return self._op("LayerNormalization", x, scale, bias, axis=-1, epsilon=eps)

    def _given(self, name: str, value: Any) -> str:
        if name not in self._constants:
            array = np.ascontiguousarray(value, dtype=np.int64 if isinstance(value, list) else np.float32)
            shaped = array.reshape(np.shape(value))  # a number stays a number
            self._constants[name] = self._numpy.from_array(shaped, name)
        return name

    def _op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        made = f"{kind}_{len(self._nodes)}"
        self._nodes.append(self._helper.make_node(kind, list(inputs), [made], **attributes))
        return made
