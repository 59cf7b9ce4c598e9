"""A shipped network's weights back as a torch model, so that training can go on from them without the fp32 checkpoint.

The int8 graph keeps every weight with its scale; multiplied out they differ from the trained ones by the rounding alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from training.network import Encoder


def load_shipped(model: Encoder, folder: Path) -> None:
    """Put the weights of a model folder, the encoder's or the student's, into a model of the same shape.

    Raises
    ------
    ValueError
        A weight of the model does not stand in the folder's files.
    """
    import onnx

    graph = onnx.load(str(folder / "encoder.onnx")).graph
    kept = {i.name: onnx.numpy_helper.to_array(i) for i in graph.initializer}
    found = {name.removeprefix("model."): value for name, value in kept.items() if name.startswith("model.")}
    for name in [n for n in found if n.endswith("_quantized")]:
        found[name.removesuffix("_quantized")] = _multiplied_out(found, name)
    layers = 0
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in kept:
            found[f"{_place(node.name, model)}.weight"] = kept[node.input[1]].T
        elif node.op_type == "MatMulInteger" and node.name.startswith("/body/MatMul"):
            # A convolution of the student was written as one product over a piece and its neighbours (training.student.convolved).
            product = _multiplied_out(kept, node.input[1]).T
            found[f"body.layers.{layers}.weight"] = product.reshape(len(product), 3, -1).transpose(0, 2, 1)
            layers += 1
        elif node.op_type == "MatMulInteger":
            found[f"{_place(node.name, model)}.weight"] = _multiplied_out(kept, node.input[1]).T
    weights = {name: torch.tensor(np.ascontiguousarray(value)) for name, value in found.items()}
    weights |= load_file(folder / "heads.safetensors")
    wanted = model.state_dict()
    unused = ("position_ids", "pooler")
    absent = [name for name in wanted if name not in weights and not any(part in name for part in unused)]
    if absent:
        raise ValueError(f"{folder.name}: no weights for {', '.join(absent[:3])}")
    model.load_state_dict({name: weights[name].to(wanted[name].dtype) for name in wanted if name in weights}, strict=False)


def _place(node: str, model: Encoder) -> str:
    place = node.removesuffix("/MatMul").removesuffix("/MatMul_quant").strip("/").replace("/", ".")
    return f"attributes.{place}" if place in model.attributes else place


def _multiplied_out(arrays: dict[str, Any], name: str) -> Any:
    stem = name.removesuffix("_quantized")
    return (arrays[name].astype(np.float32) - arrays[f"{stem}_zero_point"].astype(np.float32)) * arrays[f"{stem}_scale"]
