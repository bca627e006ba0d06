#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Projects a training step to many GPUs: no measurement, a model with the assumptions below.

  scaling_model.py FOVEA [CONFIG] [--table published|node|nodes]

What a rank computes and sends comes from the program itself: `fovea summary CONFIG --ranks N --placement X --json`, in fast numerics.
A step of the net takes the longer of its arithmetic and its memory traffic, times one factor for each machine (`calibration`) that makes
one GPU as fast as a published figure says, or 1 where the limits are rates that were measured. Then come, per rank,
 - exchanges between layers: nothing hides them; latency times messages of a ring, and bytes sent over the link;
 - sums of gradients: a bucket starts when its layers' backward is done and the link is free, and only what is left when backward ends
   shows (without overlap: all of it);
 - the update: 20 bytes a parameter.
Ranks wait for nobody, and pictures are always there. Over several nodes the slowest link of the ring counts: the network.
"""
import argparse
import dataclasses
import functools
import json
import subprocess

BUCKET = 16 << 20  # bytes of gradients that are summed together


@dataclasses.dataclass(frozen=True)
class Machine:
    name: str
    flops: float       # a second, of multiply-accumulates counted twice
    memory: float      # bytes/s
    link: float        # bytes/s that a GPU sends within a node
    network: float     # and over the network, to other nodes
    latency: float     # of one message of a ring, seconds
    node: int          # GPUs of a node
    published: float = 0  # images/s of one GPU, which calibrates; 0: not known
    batch: int = 128      # with which it was measured, as far as is known


# Peaks and links are the vendors' figures; of links about what collectives reach of them.
GTX580 = Machine("GTX 580, PCIe 2.0", 1.58e12, 192e9, 5e9, 1e9, 30e-6, 2)
A100_TF32_PCIE = Machine("A100 TF32, PCIe 4.0", 156e12, 1.55e12, 20e9, 20e9, 15e-6, 8, 10187, 256)
A100_FP16_PCIE = Machine("A100 fp16, PCIe 4.0", 312e12, 1.55e12, 20e9, 20e9, 15e-6, 8, 16487, 256)
A100_TF32_NVLINK = Machine("A100 TF32, NVLink", 156e12, 1.55e12, 230e9, 20e9, 10e-6, 8, 10187, 256)
A100_FP16_NVLINK = Machine("A100 fp16, NVLink", 312e12, 1.55e12, 230e9, 20e9, 10e-6, 8, 16487, 256)
# 70 % of 400 TFLOP/s and 85 % of 3.0 TB/s: what good kernels reach of measured peaks.
H100 = Machine("H100 TF32, NVLink, 400 Gbit/s a GPU", 280e12, 2.55e12, 300e9, 40e9, 10e-6, 8)


@dataclasses.dataclass(frozen=True)
class Times:
    compute: float
    exchange: float
    sums: float     # all of the time on the link
    exposed: float  # what of it shows

    def step(self, overlap=True):
        return self.compute + self.exchange + (self.exposed if overlap else self.sums)


@functools.cache
def summary(fovea, config, ranks, placement, batch):
    # A single rank is two with all of the batch each: what is sent is left out. Shards play no part in fast numerics.
    done = subprocess.run([fovea, "summary", config, "train.numerics=fast", f"train.shards={max(ranks, 2)}", "--batch", str(batch), "--ranks", str(max(ranks, 2)),
                           "--placement", placement, "--threads", "1", "--json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def parameter_bytes(net, step, share):
    names = step["name"].split(" + ")
    return sum(4 * layer["parameters"] * share(layer) for layer in net["layers"] if layer["name"] in names)


def work_time(machine, work):
    return max(2 * work["macs"] / machine.flops, work["bytes"] / machine.memory)


def predict(fovea, config, machine, ranks, placement, batch, calibration=1.0):
    """Of a step of `batch` images over all ranks."""
    placement = placement if ranks > 1 else "data"
    net = summary(fovea, config, ranks, placement, batch if ranks > 1 else 2 * batch)
    rank = net["rank"]
    alone = ranks == 1
    across = ranks > machine.node
    link = machine.network if across else machine.link
    message = machine.latency * (ranks - 1)

    def sent_time(sent):
        return 0 if alone or sent == 0 else message + sent / link

    def summed(layer):  # share of its parameters whose gradients are summed
        return 0 if alone or placement == "columns" or (placement == "hybrid" and layer["type"] == "linear") else 1

    forward = sum(calibration * work_time(machine, s["forward"]) for s in rank["steps"])
    exchange = sum(sent_time(s[way]["sent"]) for s in rank["steps"] for way in ("forward", "backward"))
    clock, free, waiting, sums = 0.0, 0.0, 0.0, 0.0

    def reduce(amount):
        nonlocal free, sums
        took = 2 * message + 2 * amount * (ranks - 1) / ranks / link
        free, sums = max(free, clock) + took, sums + took

    for step in reversed(rank["steps"]):
        clock += calibration * work_time(machine, step["backward"]) + sent_time(step["backward"]["sent"])
        waiting += parameter_bytes(net, step, summed)
        if waiting >= BUCKET:
            reduce(waiting)
            waiting = 0.0
    if waiting > 0:
        reduce(waiting)
    update = 5 * rank["memory_bytes"]["weights"] / machine.memory * calibration
    backward = sum(calibration * work_time(machine, s["backward"]) for s in rank["steps"])
    return Times(forward + backward + update, exchange, sums, max(0.0, free - clock))


def calibrated(fovea, config, machine):
    if not machine.published:
        return 1.0
    return machine.batch / machine.published / predict(fovea, config, machine, 1, "data", machine.batch).step()


def row(cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(cells):
    row(cells)
    row(["---"] * len(cells))


def speed(batch, seconds):
    return f"{batch / seconds:,.0f}"


def published(fovea, config, ungrouped):
    batch, images = 128, (210, 250)
    print(f"Two GTX 580 of 2012, alexnet-paper, batch {batch}: published {images[0]} to {images[1]} images/s. The factor that gives the middle:\n")
    middle = sum(images) / 2
    low, high = 0.1, 100.0
    for _ in range(60):
        factor = (low * high) ** 0.5
        fast = batch / predict(fovea, config, GTX580, 2, "columns", batch, factor).step() > middle
        low, high = (factor, high) if fast else (low, factor)
    head(["placement", "images/s", "compute ms", "exchanges ms", "sums ms, of which shown"])
    for placement in ("columns", "hybrid", "data"):
        t = predict(fovea, config, GTX580, 2, placement, batch, factor)
        row([placement, speed(batch, t.step()), f"{1e3 * t.compute:.1f}", f"{1e3 * t.exchange:.1f}", f"{1e3 * t.sums:.1f}, {1e3 * t.exposed:.1f}"])
    print(f"\nfactor {factor:.2f}: kernels at {100 / factor:.0f} % of the limits\n")
    print("Eight A100, the variant without LRN and groups, 256 images a GPU, synthetic data: published 52,200 images/s.\n")
    head(["machine", "one GPU (published)", "8, no overlap", "8, overlap", "hybrid, 8"])
    for machine in (A100_TF32_PCIE, A100_FP16_PCIE, A100_TF32_NVLINK, A100_FP16_NVLINK):
        factor, all_images = calibrated(fovea, ungrouped, machine), 8 * machine.batch
        data = predict(fovea, ungrouped, machine, 8, "data", all_images, factor)
        hybrid = predict(fovea, ungrouped, machine, 8, "hybrid", all_images, factor)
        row([machine.name, f"{machine.published:,}", speed(all_images, data.step(False)), speed(all_images, data.step()),
             speed(all_images, hybrid.step())])
    print()


def scale(fovea, config, counts, batches):
    print(f"{H100.name}, alexnet-paper: images/s, and their share of what as many GPUs would make alone.\n")
    one = {}
    for what, batch_of in batches:
        print(f"{what}:\n")
        head(["GPUs", "batch", "data", "of ideal", "hybrid", "of ideal", "sent MB, data / hybrid", "faster"])
        for ranks in counts:
            batch = batch_of(ranks)
            if batch < ranks or batch // ranks > 4096:
                continue
            one[what] = one.get(what) or batch_of(1) / predict(fovea, config, H100, 1, "data", batch_of(1)).step()
            times = {p: predict(fovea, config, H100, ranks, p, batch).step() for p in ("data", "hybrid")}
            sent = {p: 0 if ranks == 1 else summary(fovea, config, ranks, p, batch)["rank"]["sent_bytes"]["total"] / 1e6 for p in times}
            ideal = {p: f"{100 * batch / times[p] / (ranks * one[what]):.0f} %" for p in times}
            faster = "" if ranks == 1 else min(times, key=times.get)
            row([ranks, batch, speed(batch, times["data"]), ideal["data"], speed(batch, times["hybrid"]), ideal["hybrid"],
                 f"{sent['data']:.0f} / {sent['hybrid']:.0f}", faster])
        print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fovea")
    parser.add_argument("configs", nargs="?", default="configs", help="the folder of alexnet-paper.json and alexnet-torchvision.json")
    parser.add_argument("--table", choices=["published", "node", "nodes"])
    arguments = parser.parse_args()
    paper, ungrouped = (f"{arguments.configs}/alexnet-{name}.json" for name in ("paper", "torchvision"))
    fixed = [("128 images a GPU", lambda ranks: 128 * ranks), ("1024 images in all", lambda ranks: 1024)]
    if arguments.table in (None, "published"):
        published(arguments.fovea, paper, ungrouped)
    if arguments.table in (None, "node"):
        scale(arguments.fovea, paper, [1, 2, 4, 8], fixed)
    if arguments.table in (None, "nodes"):
        scale(arguments.fovea, paper, [16, 32, 64], fixed)


if __name__ == "__main__":
    main()
