#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a run's checkpoints with PyPI's safetensors, and what it has in metadata.

    checkpoints.py FOVEA
"""
import hashlib
import json
import sys
import tempfile

from small_run import CONFIG, Run, expect, need

safetensors = need("safetensors")
need("numpy")

SHAPES = {"conv1.weight": [8, 5, 5, 3], "conv1.bias": [8], "fc.weight": [6, 72], "fc.bias": [6]}


def weights_sha256(file):
    """As fovea train prints it: names, shapes and bytes, in the order of the net."""
    digest = hashlib.sha256()
    for name, shape in SHAPES.items():
        digest.update((name + str(shape).replace(" ", "")).encode() + file.get_tensor(name).tobytes())
    return digest.hexdigest()


with tempfile.TemporaryDirectory() as folder:
    run = Run(sys.argv[1], folder)
    said = json.loads(run.fovea("train", "small.json", "-o", "run", "--json"))
    with safetensors.safe_open(run.path / "checkpoints/last.safetensors", framework="np") as last:
        names = set(SHAPES) | {f"optim/momentum/{name}" for name in SHAPES}
        expect(set(last.keys()) == names, f"tensors {sorted(last.keys())}")
        for name in names:
            tensor = last.get_tensor(name)
            expect(list(tensor.shape) == SHAPES[name.removeprefix("optim/momentum/")], f"{name}: {tensor.shape}")
            expect(tensor.dtype == "float32", f"{name}: {tensor.dtype}")
        expect(weights_sha256(last) == said["weights_sha256"], "the weights' hash")
        metadata = last.metadata()
    expect(json.loads(metadata["classes"]) == [str(i) for i in range(6)], "class names")
    expect(json.loads(metadata["position"])["step"] == said["step"] == 24, "the position")
    expect(json.loads(metadata["config"]) == json.loads((run.path / "config.json").read_text()), "the config")
    expect(json.loads(metadata["model"])["input"] == CONFIG["model"]["input"], "the graph")
    with safetensors.safe_open(run.path / "checkpoints/best.safetensors", framework="np") as best:
        expect(set(SHAPES) <= set(best.keys()), "the best model has all weights")
print("checkpoints agree")
