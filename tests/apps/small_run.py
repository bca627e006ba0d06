# SPDX-License-Identifier: Apache-2.0
"""Trains a small net with the built program, for the tests that read what it writes."""
import importlib
import json
import pathlib
import subprocess
import sys

CONFIG = {
    "name": "small",
    "data": {"train": {"type": "synthetic", "shape": [3, 12, 12], "classes": 6, "samples": 80},
             "val": {"type": "synthetic", "shape": [3, 12, 12], "classes": 6, "samples": 30}, "mean": 0.5},
    "model": {"input": [3, 12, 12], "layers": [
        {"name": "conv1", "type": "conv2d", "out_channels": 8, "kernel_size": 5},
        {"type": "relu"}, {"type": "maxpool2d", "kernel_size": 3, "stride": 2}, {"type": "flatten"},
        {"name": "fc", "type": "linear", "out_features": 6}]},
    "train": {"epochs": 3, "batch_size": 10, "lr_schedule": {"type": "cosine"}},
    "log": {"every": 2, "histograms": 5},
}


def need(module):
    """The module, or the end of the test where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        print(f"test skipped: no {module.split('.')[0]} in this Python")
        sys.exit()


class Run:
    """A run in a folder of its own."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        (self.folder / "small.json").write_text(json.dumps(CONFIG))
        self.path = self.folder / "run"

    def fovea(self, *arguments):
        return subprocess.run([self.program, *arguments], cwd=self.folder, check=True, text=True,
                              capture_output=True).stdout

    def train(self, *overrides):
        self.fovea("train", "small.json", "-o", "run", *overrides)

    def resume(self, *overrides):
        self.fovea("train", "run", "--resume", *overrides)

    def metrics(self):
        return [json.loads(line) for line in (self.path / "metrics.jsonl").read_text().splitlines()]

    def results(self):
        head, *rows = (line.split(",") for line in (self.path / "results.csv").read_text().splitlines())
        return [dict(zip(head, map(float, row))) for row in rows]


def expect(good, what):
    if not good:
        sys.exit(f"wrong: {what}")
