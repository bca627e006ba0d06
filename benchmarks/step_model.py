#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Predicts how long the kernels of a training step take on a GPU: no measurement, a model with the assumptions below.

  step_model.py FOVEA [CONFIG] [--batch N] [--gpu h100|a100] [--precision fp32|tf32|bf16] [--table | --levers]

A kernel takes the longer of the time for its bytes (each array once per kernel) and that of its main loop. A multiprocessor runs some
blocks side by side; a step of the loop takes the longest of
 - issue: its instructions, as kernel_report counts them in what nvcc makes for the architecture, one a cycle and scheduler;
 - its multiplications: an HMMA or FFMA occupies a scheduler's unit for the cycles below;
 - shared memory: what the fragments read and the copies write, 128 bytes a cycle;
 - latency: what a block takes for its step on an empty multiprocessor, which only matters where there are few blocks.
Blocks run in waves of as many as the chip holds; tiles that reach past the result count in full. Layers and shapes come from the program itself.
"""
import argparse
import dataclasses
import json
import math
import subprocess


@dataclasses.dataclass(frozen=True)
class Gpu:
    name: str
    arch: int
    multiprocessors: int
    clock: float      # Hz, under load
    bandwidth: float  # bytes/s that a copy reaches
    hmma: float       # cycles that an mma.sync of 16x8x8 tf32, or of 16x8x16 bf16, occupies a scheduler's tensor core
    ffma: float       # and an FFMA the scheduler's lanes


GPUS = {
    # Hopper's tensor cores take 4 cycles; mma.sync reaches about 62 % of that, wgmma is needed for the rest.
    "h100": Gpu("H100 SXM", 90, 132, 1.755e9, 3.0e12, 4 / 0.62, 1),
    "a100": Gpu("A100 SXM 40 GB", 80, 108, 1.41e9, 1.35e12, 8, 2),
}
STREAM = 0.85  # of the bandwidth of a copy that a memory-bound kernel reaches
STALLS = 1.1   # what a loop takes over its longest resource: barriers, waiting for a unit, the first and last steps
LATENCY = 350  # cycles of a block's step that its own warps cannot hide: barrier, fragments, the chain of multiplications
EPILOGUE = 3000  # cycles of a block before and after its loop; blocks that run side by side share them
GAP = 1.5e-6   # between kernels that a CUDA graph replays


@dataclasses.dataclass(frozen=True)
class Loop:
    """A block's step: rows x columns sums, `depth` deep, by `warps` warps."""
    rows: int
    columns: int
    warps: int
    blocks: int       # on a multiprocessor
    depth: int
    tensor: bool      # whether it multiplies by HMMA, else by FFMA
    multiplications: int  # of a warp
    share: dict       # of the instructions issued that multiply, by architecture
    shared_bytes: int  # read and written

    def cycles(self, gpu, blocks):
        """Of a step of `blocks` blocks side by side."""
        issue = self.warps / 4 * self.multiplications / self.share[gpu.arch]
        multiply = self.warps / 4 * self.multiplications * (gpu.hmma if self.tensor else gpu.ffma)
        longest = STALLS * max(issue, multiply, self.shared_bytes / 128)
        return max(blocks * longest, multiply + LATENCY)


def tensor_loop(tile, depth, share80, share90):
    rows, columns = tile
    warp = 32 if tile == SMALL else 64
    mma, fragments = 2 * (warp // 16) * (warp // 8), 2 * 2 * (warp // 16)  # a warp's; ldmatrix.x4 of both operands
    return Loop(rows, columns, 4, 4 if tile == SMALL else 2, depth, True, mma, {80: share80 / 100, 90: share90 / 100},
                4 * fragments * 512 + (rows + columns) * 64)


def fma_loop(tile, share80, share90):
    rows, columns = tile
    warps, blocks, loads = (8, 2, 68) if tile == LARGE else (4, 4, 52)  # loads of a warp, 256 bytes each: half is broadcast
    return Loop(rows, columns, warps, blocks, 16, False, rows * columns // (2 * warps), {80: share80 / 100, 90: share90 / 100},
                warps * loads * 256 + (rows + columns) * 64)


# The shares of kernel_report (docs/kernels.md) on sm_80 and sm_90, for the tiles that each pass may take.
LARGE, TALL, SMALL = (128, 128), (256, 64), (64, 64)
LOOPS = {
    "fp32": {"forward": (fma_loop(LARGE, 86.7, 85.3), fma_loop(SMALL, 78.6, 76.4)),
             "data gradient": (fma_loop(LARGE, 86.1, 85.0), fma_loop(SMALL, 77.8, 76.1)),
             "weight gradient": (fma_loop(LARGE, 86.7, 85.3), fma_loop(SMALL, 78.0, 75.7))},
    "tf32": {"forward": (tensor_loop(LARGE, 16, 22.0, 21.7), tensor_loop(TALL, 16, 21.1, 20.9), tensor_loop(SMALL, 16, 10.7, 10.4)),
             "data gradient": (tensor_loop(LARGE, 16, 22.0, 21.8), tensor_loop(TALL, 16, 21.1, 20.8), tensor_loop(SMALL, 16, 10.7, 10.4)),
             "weight gradient": (tensor_loop(LARGE, 16, 21.0, 20.7), tensor_loop(SMALL, 16, 9.8, 9.4))},
    "bf16": {"forward": (tensor_loop(LARGE, 32, 39.3, 38.3), tensor_loop(TALL, 32, 36.4, 36.0), tensor_loop(SMALL, 32, 18.8, 17.8)),
             "data gradient": (tensor_loop(LARGE, 32, 39.3, 38.3), tensor_loop(TALL, 32, 36.4, 36.2), tensor_loop(SMALL, 32, 18.8, 18.0)),
             "weight gradient": (tensor_loop(LARGE, 32, 35.6, 34.8), tensor_loop(SMALL, 32, 15.7, 14.5))},
}


@dataclasses.dataclass
class Kernel:
    layer: str
    name: str
    seconds: float
    flops: float
    data: float
    share: float = 0.0  # of the loop's instructions that multiply
    bound: str = "memory"


def loop_seconds(gpu, loop, blocks, depth):
    """All waves: full ones, and the rest with fewer blocks side by side."""
    steps = math.ceil(depth / loop.depth)
    places = gpu.multiprocessors * loop.blocks
    cycles = 0.0
    for count, side_by_side in ((blocks // places, loop.blocks), (1, math.ceil(blocks % places / gpu.multiprocessors))):
        if side_by_side:
            cycles += count * (steps * loop.cycles(gpu, side_by_side) + EPILOGUE)
    return cycles / gpu.clock


class Model:
    def __init__(self, gpu, precision, batch, levers=()):
        self.gpu, self.precision, self.batch, self.levers = gpu, precision, batch, levers
        self.kernels = []

    def copy(self, layer, name, data):
        self.kernels.append(Kernel(layer, name, data / (STREAM * self.gpu.bandwidth) + GAP, 0, data))

    def product(self, layer, name, rows, columns, depth, products, data):
        """The tile that ends first; the depth of a weight gradient is cut so that it ends early (weight_gradient.cu)."""
        weights = rows * columns * products
        best = None
        for loop in LOOPS[self.precision][name]:
            tiles = math.ceil(rows / loop.rows) * math.ceil(columns / loop.columns) * products
            places = self.gpu.multiprocessors * 2
            splits = [8] if self.precision == "fp32" else range(1, max(2, min(depth // loop.depth // 8, 2 * places // tiles + 1) + 1))
            for split in splits if name == "weight gradient" or "split" in self.levers else [1]:
                compute = loop_seconds(self.gpu, loop, tiles * split, depth / split)
                moved = (data + 4 * weights * (split - 1)) / (STREAM * self.gpu.bandwidth)
                total = max(compute, moved) + (4 * weights * (split + 1) / (STREAM * self.gpu.bandwidth) + GAP) * (split > 1)
                if best is None or total < best[0]:
                    best = (total, loop.share[self.gpu.arch], compute > moved, data + 8 * weights * split * (split > 1))
        seconds, share, busy, data = best
        self.kernels.append(Kernel(layer, name, seconds + GAP, 2.0 * weights * depth, data, share, "loop" if busy else "memory"))

    def pack(self, layer, elements, channels):
        """fp32 in memory as bf16, or with padded channels, for the tensor cores."""
        if self.precision == "bf16" and "bf16 activations" not in self.levers:
            self.copy(layer, "pack", 6 * elements)
        elif self.precision == "tf32" and channels % 4:
            self.copy(layer, "pack", 4 * elements * (1 + math.ceil(channels / 4) * 4 / channels))

    def convolution(self, layer, source, out, weights, taps, groups, first):
        pixels = self.batch * out[0] * out[1]
        source_pixels = self.batch * source[0] * source[1]
        c, k = source[2] // groups, out[2] // groups
        x, y, w = 4 * source_pixels * source[2], 4 * pixels * out[2], 4 * weights
        stored = c if self.precision == "fp32" else math.ceil(c / self.chunk()) * self.chunk()
        self.pack(layer, x / 4, c)
        kept = self.precision == "bf16" and c % self.chunk() == 0  # weights in bf16, which the update has written
        if not kept:
            self.pack(layer, weights, c)
        self.product(layer, "forward", pixels, k, taps * stored, groups, x + y + w)
        if not first:
            self.pack(layer, y / 4, k)
            if taps > 1 or (self.precision == "bf16" and not kept):
                self.copy(layer, "turn", (4 if kept else 6 if self.precision == "bf16" else 8) * weights)
            self.product(layer, "data gradient", source_pixels, c, taps * k, groups, x + y + w)
        self.pack(layer, x / 4, c)
        self.pack(layer, y / 4, k)
        self.product(layer, "weight gradient", k, taps * stored, pixels, groups, x + y + w)
        if "bias gradient fused" not in self.levers:
            self.copy(layer, "bias gradient", y)

    def chunk(self):
        return 4 if self.precision == "tf32" else 8


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
        elif kind == "lrn" and at + 1 < len(layers) and layers[at + 1]["type"] == "maxpool2d" and "unfused" not in model.levers:
            pooled = 4 * elements(layers[at + 1]["output"])  # fused with the pooling behind it, and a ReLU before it
            model.copy(name, "norm, pool", pair[0] + pooled * 1.25)
            model.copy(name, "norm, pool gradient", 2 * pair[0] + pooled * 1.25)
        elif kind == "lrn":
            model.copy(name, "forward", sum(pair))
            model.copy(name, "gradient", 3 * pair[0])
        elif kind in ("maxpool2d", "avgpool2d") and (layers[at - 1]["type"] != "lrn" or "unfused" in model.levers):
            model.copy(name, "forward", pair[0] + 1.25 * pair[1])
            model.copy(name, "gradient", 2 * pair[0] + 1.25 * pair[1])
        elif kind == "dropout":
            model.copy(name, "forward", sum(pair))
            model.copy(name, "gradient", sum(pair))
        source = out
    model.copy("loss", "softmax, cross-entropy", 8 * elements(source))
    model.copy("all", "update", (22 if model.precision == "bf16" else 20) * summary["parameters"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("fovea")
    parser.add_argument("config", nargs="?", default="configs/alexnet-paper.json")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--gpu", choices=GPUS)
    parser.add_argument("--precision", choices=LOOPS)
    parser.add_argument("--table", action="store_true", help="each kernel, in Markdown")
    parser.add_argument("--json", action="store_true", help="each kernel, a JSON object to a line")
    parser.add_argument("--levers", action="store_true", help="what single changes would save")
    options = parser.parse_args()
    summary, configs = parse(options.fovea, options.config, options.batch)
    if not options.json:
        print(f"Predicted, not measured: {options.config}, batch {options.batch}\n")
    if not options.table and not options.json and not options.levers:
        print("| GPU | precision | ms a step | images/s | convolutions | linear | memory-bound |\n|---|---|---|---|---|---|---|")
    for gpu in [options.gpu] if options.gpu else GPUS:
        for precision in [options.precision] if options.precision else LOOPS:
            def run(gpu=GPUS[gpu], levers=()):
                model = Model(gpu, precision, options.batch, levers)
                predict(summary, configs, model)
                return model
            if options.json:
                for k in run().kernels:
                    print(json.dumps({"gpu": gpu, "precision": precision, **dataclasses.asdict(k)}))
            elif options.levers:
                report_levers(run, GPUS[gpu], precision)
            else:
                report(run(), summary, options.table)


# What would change, and how the model knows it: a field of the GPU, or a switch.
LEVERS = [
    ("tensor cores at their full rate (wgmma on Hopper)", lambda gpu: dataclasses.replace(gpu, hmma=4 if gpu.arch == 90 else 8), ()),
    ("mma.sync at half of Hopper's rate in place of 62 %", lambda gpu: dataclasses.replace(gpu, hmma=8), ()),
    ("depth of forward and data gradient split where blocks are few (or cuBLAS for linear layers)", lambda gpu: gpu, ("split",)),
    ("bias gradients in the weight gradient's kernel", lambda gpu: gpu, ("bias gradient fused",)),
    ("no packing of bf16: activations and gradients stored in it", lambda gpu: gpu, ("bf16 activations",)),
    ("normalisation and pooling not fused", lambda gpu: gpu, ("unfused",)),
    ("a tenth less bandwidth", lambda gpu: dataclasses.replace(gpu, bandwidth=0.9 * gpu.bandwidth), ()),
    ("a tenth less clock", lambda gpu: dataclasses.replace(gpu, clock=0.9 * gpu.clock), ()),
]


def report_levers(run, gpu, precision):
    seconds = lambda model: sum(kernel.seconds for kernel in model.kernels)
    base = seconds(run())
    print(f"{gpu.name}, {precision}: {base * 1e3:.2f} ms a step\n\n| if | ms a step |\n|---|---|")
    for name, change, levers in LEVERS:
        print(f"| {name} | {(seconds(run(change(gpu), levers)) - base) * 1e3:+.2f} |")
    print()


PRODUCTS = ("forward", "data gradient", "weight gradient")


def report(model, summary, table):
    types = {layer["name"]: layer["type"] for layer in summary["layers"]}
    total = sum(kernel.seconds for kernel in model.kernels)
    share = lambda kind: sum(k.seconds for k in model.kernels if types.get(k.layer) == kind and k.name in PRODUCTS)
    conv, linear = share("conv2d"), share("linear")
    if not table:
        print(f"| {model.gpu.name} | {model.precision} | {total * 1e3:.2f} | {model.batch / total:,.0f} | {conv * 1e3:.2f} | "
              f"{linear * 1e3:.2f} | {(total - conv - linear) * 1e3:.2f} |")
        return
    print(f"{model.gpu.name}, {model.precision}: {total * 1e3:.2f} ms a step\n")
    print("| layer | kernel | MB | GFLOP | issue share | us | TFLOP/s | TB/s | bound by |\n|---|---|---|---|---|---|---|---|---|")
    for k in model.kernels:
        cost = f"{k.data / 1e6:.1f} | {k.flops / 1e9:.1f} | {f'{100 * k.share:.1f} %' if k.share else ''}"
        rate = f"{k.flops / k.seconds / 1e12:.1f} | {k.data / k.seconds / 1e12:.2f}"
        print(f"| {k.layer} | {k.name} | {cost} | {k.seconds * 1e6:.1f} | {rate} | {k.bound} |")
    print()


if __name__ == "__main__":
    main()
