#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Predicts how long the kernels of a training step take on a GPU: no measurement, a model with the assumptions below.

  step_model.py FOVEA [CONFIG] [--batch N] [--gpu h100|a100] [--precision fp32|tf32|bf16] [--table]

A kernel takes the longer of the time for its arithmetic and that for the bytes it must move. Arithmetic: blocks run in waves
of as many as the chip holds, each as fast as the share below of a multiprocessor's peak allows; tiles that reach past the
result count in full. Bytes: each array once per kernel. Layers and shapes come from the program itself.
"""
import argparse
import dataclasses
import json
import math
import subprocess


@dataclasses.dataclass(frozen=True)
class Gpu:
    name: str
    multiprocessors: int
    peak: dict        # dense flop/s of each precision
    bandwidth: float  # bytes/s that a copy reaches

    def seconds(self, flops, data, blocks=None, block_flops=0.0, precision="fp32"):
        moved = data / (0.85 * self.bandwidth)
        if blocks is None:
            return max(moved, flops / (SHARE[precision] * self.peak[precision]))
        waves = math.ceil(blocks / (self.multiprocessors * BLOCKS_PER_MULTIPROCESSOR))
        wave = BLOCKS_PER_MULTIPROCESSOR * block_flops * self.multiprocessors
        return max(moved, waves * wave / (SHARE[precision] * self.peak[precision]))


# Of the peak, in the main loop with a full chip: FFMA by the share of the instructions issued that multiply, with stalls;
# tensor cores by what mma.sync reaches (Hopper's full rate needs wgmma).
SHARE = {"fp32": 0.75, "tf32": 0.6, "bf16": 0.6}
BLOCKS_PER_MULTIPROCESSOR = 2
GAP = 1.5e-6  # between kernels that a CUDA graph replays
GPUS = {
    "h100": Gpu("H100 SXM", 132, {"fp32": 60e12, "tf32": 495e12, "bf16": 990e12}, 3.0e12),
    "a100": Gpu("A100 SXM 40 GB", 108, {"fp32": 19.5e12, "tf32": 156e12, "bf16": 312e12}, 1.35e12),
}
TILES = [(128, 1.0), (64, 1.2)]  # edge, and cost of an element relative to the large tile's


@dataclasses.dataclass
class Kernel:
    layer: str
    name: str
    seconds: float
    flops: float
    data: float


def tiled(gpu, precision, rows, columns, depth, products):
    """Blocks and flops of one, with the tile that ends first."""
    best = None
    for edge, cost in TILES:
        blocks = math.ceil(rows / edge) * math.ceil(columns / edge) * products
        waves = math.ceil(blocks / (gpu.multiprocessors * BLOCKS_PER_MULTIPROCESSOR))
        time = waves * edge * edge * cost
        if best is None or time < best[0]:
            best = (time, blocks, 2.0 * edge * edge * depth * cost)
    return best[1], best[2]


class Model:
    def __init__(self, gpu, precision, batch):
        self.gpu, self.precision, self.batch = gpu, precision, batch
        self.kernels = []

    def add(self, layer, name, flops, data, **work):
        seconds = self.gpu.seconds(flops, data, precision=self.precision, **work) + GAP
        self.kernels.append(Kernel(layer, name, seconds, flops, data))

    def copy(self, layer, name, data):
        self.kernels.append(Kernel(layer, name, data / (0.85 * self.gpu.bandwidth) + GAP, 0, data))

    def product(self, layer, name, rows, columns, depth, products, data):
        split = 1
        if name == "weight gradient":  # the depth is cut until two blocks are on each multiprocessor
            tiles = math.ceil(rows / 128) * math.ceil(columns / 128) * products
            split = max(1, min(depth // 256, math.ceil(2 * self.gpu.multiprocessors / tiles)))
        blocks, block_flops = tiled(self.gpu, self.precision, rows, columns, depth / split, products * split)
        data += 8 * rows * columns * products * (split > 1) * split
        self.add(layer, name, 2.0 * rows * columns * depth * products, data, blocks=blocks, block_flops=block_flops)

    def pack(self, layer, elements, channels):
        """fp32 in memory as bf16, or with padded channels, for the tensor cores."""
        if self.precision == "bf16":
            self.copy(layer, "pack", 6 * elements)
        elif self.precision == "tf32" and channels % 4:
            self.copy(layer, "pack", 4 * elements * (1 + math.ceil(channels / 4) * 4 / channels))

    def convolution(self, layer, source, out, weights, taps, groups, first):
        pixels = self.batch * out[0] * out[1]
        source_pixels = self.batch * source[0] * source[1]
        c, k = source[2] // groups, out[2] // groups
        x, y, w = 4 * source_pixels * source[2], 4 * pixels * out[2], 4 * weights
        self.pack(layer, x / 4, c)
        self.product(layer, "forward", pixels, k, taps * c, groups, x + y + w)
        if not first:
            self.pack(layer, y / 4, k)
            self.product(layer, "data gradient", source_pixels, c, taps * k, groups, x + y + w)
        self.pack(layer, x / 4, c)
        self.pack(layer, y / 4, k)
        self.product(layer, "weight gradient", k, taps * c, pixels, groups, x + y + w)


def parse(fovea, config, batch):
    run = lambda *command: json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    summary = run(fovea, "summary", config, "--json", "--batch", str(batch))
    layers = {layer["name"]: layer for layer in run(fovea, "train", config, "--print")["model"]["layers"] if "name" in layer}
    return summary, layers


def predict(summary, configs, model):
    batch, source, first = model.batch, summary["input"], True
    layers = summary["layers"]
    elements = lambda shape: batch * math.prod(shape)
    for at, layer in enumerate(layers):
        name, kind, out = layer["name"], layer["type"], layer["output"]
        pair = (4 * elements(source), 4 * elements(out))
        if kind == "conv2d":
            config = configs[name]
            size = config["kernel_size"]
            taps = size * size if isinstance(size, int) else size[0] * size[1]
            model.convolution(name, source, out, layer["parameters"] - out[2], taps, config.get("groups", 1), first)
            first = False
        elif kind == "linear":
            model.convolution(name, [1, 1, math.prod(source)], [1, 1, out[0]], layer["parameters"] - out[0], 1, 1, False)
        elif kind == "lrn" and at + 1 < len(layers) and layers[at + 1]["type"] == "maxpool2d":
            pooled = 4 * elements(layers[at + 1]["output"])  # fused with the pooling behind it, and a ReLU before it
            model.copy(name, "norm, pool", pair[0] + pooled * 1.25)
            model.copy(name, "norm, pool gradient", 2 * pair[0] + pooled * 1.25)
        elif kind == "lrn":
            model.copy(name, "forward", sum(pair))
            model.copy(name, "gradient", 3 * pair[0])
        elif kind in ("maxpool2d", "avgpool2d") and layers[at - 1]["type"] != "lrn":
            model.copy(name, "forward", pair[0] + 1.25 * pair[1])
            model.copy(name, "gradient", 2 * pair[0] + 1.25 * pair[1])
        elif kind == "dropout":
            model.copy(name, "forward", sum(pair))
            model.copy(name, "gradient", sum(pair))
        source = out
    model.copy("loss", "softmax, cross-entropy", 8 * elements(source))
    model.copy("all", "update", 20 * summary["parameters"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("fovea")
    parser.add_argument("config", nargs="?", default="configs/alexnet-paper.json")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--gpu", choices=GPUS)
    parser.add_argument("--precision", choices=SHARE)
    parser.add_argument("--table", action="store_true", help="each kernel, in Markdown")
    options = parser.parse_args()
    summary, configs = parse(options.fovea, options.config, options.batch)
    print(f"Predicted, not measured: {options.config}, batch {options.batch}\n")
    if not options.table:
        print("| GPU | precision | ms a step | images/s | convolutions | linear | memory-bound |\n|---|---|---|---|---|---|---|")
    for gpu in [options.gpu] if options.gpu else GPUS:
        for precision in [options.precision] if options.precision else SHARE:
            model = Model(GPUS[gpu], precision, options.batch)
            predict(summary, configs, model)
            report(model, summary, options.table)


def report(model, summary, table):
    types = {layer["name"]: layer["type"] for layer in summary["layers"]}
    total = sum(kernel.seconds for kernel in model.kernels)
    share = lambda kind: sum(k.seconds for k in model.kernels if types.get(k.layer) == kind and k.name != "pack")
    conv, linear = share("conv2d"), share("linear")
    if not table:
        print(f"| {model.gpu.name} | {model.precision} | {total * 1e3:.2f} | {model.batch / total:,.0f} | {conv * 1e3:.2f} | "
              f"{linear * 1e3:.2f} | {(total - conv - linear) * 1e3:.2f} |")
        return
    print(f"{model.gpu.name}, {model.precision}: {total * 1e3:.2f} ms a step\n")
    print("| layer | kernel | us | TFLOP/s | TB/s |\n|---|---|---|---|---|")
    for k in model.kernels:
        print(f"| {k.layer} | {k.name} | {k.seconds * 1e6:.1f} | {k.flops / k.seconds / 1e12:.1f} | {k.data / k.seconds / 1e12:.2f} |")
    print()


if __name__ == "__main__":
    main()
