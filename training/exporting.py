"""Writes a trained network as the files that an engine loads: ONNX in int8, heads, tokenizer, settings."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import PreTrainedModel

from note_review.engines.encoder import EncoderEngine
from training.network import Encoder
from training.pretrained import pretrained_folder

ASKED, ANSWERED = ("ids", "breaks"), ("tags", "attributes", "states")
VERSION_HELP = "the number after that of the network in the folder it is written to, where left out"


def version_in(folder: Path) -> str:
    """Return the version of the network in a model folder; "0" where there is none."""
    settings = folder / "settings.json"
    return str(json.loads(settings.read_text(encoding="utf-8"))["version"]) if settings.exists() else "0"


def next_version(folder: Path) -> str:
    """Return the number after that of the network in a model folder (15 after 14, and after 14-corrected-…): two networks shipped one after the other are told apart."""
    number = re.match(r"\d+", version_in(folder))
    return str(int(number[0]) + 1 if number else 1)


def quantize_all(exact: Path, out: Path) -> None:
    """Write a graph with all its weights in int8."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(exact, out, weight_type=QuantType.QInt8, per_channel=True)


def export(
    model: Encoder, out: Path, *, name: str, version: str, notes: int, quantize: Callable[[Path, Path], None] = quantize_all
) -> None:
    """Write the body as ONNX in int8, the pooled heads as safetensors, the tokenizer and the settings."""
    out.mkdir(parents=True, exist_ok=True)
    graph = _Graph(model).eval().cpu()
    if isinstance(model.body, PreTrainedModel):
        # Written out, attention is the same sums without the guards of the fused one, a fifth of the graph's time.
        model.body.set_attn_implementation("eager")
    ids = torch.ones((2, 16), dtype=torch.long)
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "fp32.onnx"
        torch.onnx.export(
            graph, (ids, torch.zeros_like(ids)), str(exact), input_names=list(ASKED), output_names=list(ANSWERED),
            dynamic_axes={n: {0: "windows", 1: "pieces"} for n in (*ASKED, *ANSWERED)}, opset_version=17, dynamo=False,
        )  # fmt: skip
        quantize(exact, out / "encoder.onnx")
    heads = {
        f"pooled.{n}.{p}": t.detach().cpu().contiguous() for n, head in model.pooled.items() for p, t in head.named_parameters()
    }
    heads |= {
        f"judged.{n}.{p}": t.detach().cpu().contiguous() for n, head in model.judged.items() for p, t in head.named_parameters()
    }
    for kind, look in (("attention", model.attention), ("looks", model.looks)):
        heads |= {f"{kind}.{p}": t.detach().cpu().contiguous() for p, t in look.named_parameters()}
    save_file(heads, out / "heads.safetensors")
    shutil.copyfile(pretrained_folder() / "tokenizer.json", out / "tokenizer.json")
    settings = {"name": name, "version": version, "notes": notes}
    (out / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def exported_engine(
    model: Encoder, *, name: str, notes: int, quantize: Callable[[Path, Path], None] = quantize_all
) -> EncoderEngine:
    """Return a network as the engine that is shipped would read it; its files are gone once they are loaded."""
    with tempfile.TemporaryDirectory() as folder:
        export(model, Path(folder), name=name, version="ablation", notes=notes, quantize=quantize)
        return EncoderEngine([Path(folder)])


class _Graph(nn.Module):
    """What the runtime asks of the graph: probabilities of tags and of all attributes, side by side, and the states; a window at a time, so without a mask."""

    def __init__(self, model: Encoder) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, breaks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states = self.model.states(ids, None, breaks)
        attributes = torch.cat([head(states).softmax(dim=-1) for head in self.model.attributes.values()], dim=-1)
        return self.model.tags(states).softmax(dim=-1), attributes, states
