#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One run however its ranks are started: as threads, under mpirun, on emulated GPUs of one process and of several.

    same_run_test.py CASE FOVEA [CONFIG]
"""
import json
import pathlib
import re
import sys

from job import CONFIG, Place, distance, expect, sha256_in


class Ways:
    """To train by so many ranks: what is printed."""

    def __init__(self, place, *arguments):
        self.place = place
        self.arguments = arguments

    def train(self, run, *more, **environ):
        return self.place.fovea("train", *self.arguments, "-o", run, *more, **environ)

    def job(self, ranks, run, *more, **environ):
        with self.place.job(ranks, "train", *self.arguments, "-o", run, *more, **environ) as job:
            return job.end(60, 0)[0]

    def threads(self, ranks, run):
        return self.train(run, "--ranks", str(ranks))

    def gpus(self, ranks, run):
        return self.train(run, "--devices", ",".join(map(str, range(ranks))), CUDA_EMULATION_DEVICES="4")

    def gpu_job(self, ranks, run):
        return self.job(ranks, run, "--device", "cuda", CUDA_EMULATION_DEVICES="4")


def demo(place, config):
    """The demonstration's net on two batches of made-up pictures; of the last one three ranks of four have none."""
    demonstration = json.loads(re.sub(r"^ *//.*", "", pathlib.Path(config).read_text(), flags=re.M))
    demonstration["data"] = {"train": {"type": "synthetic", "shape": [1, 28, 28], "classes": 10, "samples": 5}}
    place.write("demo.json", demonstration)
    ways = Ways(place, "demo.json", "batch_size=4", "train.shards=4", "epochs=1", "train.numerics=exact")
    alone = sha256_in(ways.train("alone"))
    expect(sha256_in(ways.train("gpu", "--device", "cuda")) == alone, "a GPU has other weights")
    for ranks in (2, 4):
        for kind in (ways.threads, ways.job, ways.gpus, ways.gpu_job):
            said = kind(ranks, kind.__name__ + str(ranks))
            expect(sha256_in(said) == alone, f"{ranks} {kind.__name__} have other weights: {said}")


def grouped_config():
    """Columns have their own halves of the second convolution."""
    config = json.loads(json.dumps(CONFIG))
    pool = {"type": "maxpool2d", "kernel_size": 3, "stride": 2}
    config["model"]["layers"] = [
        {"name": "conv1", "type": "conv2d", "out_channels": 8, "kernel_size": 3}, {"type": "relu"},
        {"type": "lrn", "groups": 2}, pool,
        {"name": "conv2", "type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1, "groups": 2}, {"type": "relu"},
        {"name": "conv3", "type": "conv2d", "out_channels": 8, "kernel_size": 3, "padding": 1}, {"type": "relu"},
        {"type": "flatten"}, {"name": "fc4", "type": "linear", "out_features": 16}, {"type": "relu"},
        {"type": "dropout", "p": 0.2}, {"name": "fc5", "type": "linear", "out_features": 6}]
    config["data"]["train"]["samples"] = 48
    config["train"]["epochs"] = 1
    return config


def placed(place, placement):
    """Columns have the bits of one device on the CPU; hybrid, and GPUs, its weights within a tolerance."""
    place.write("grouped.json", grouped_config())
    Ways(place, "grouped.json").train("alone")
    ways = Ways(place, "grouped.json", "train.placement=" + placement)
    threads = sha256_in(ways.threads(2, "threads"))
    expect(sha256_in(ways.job(2, "job")) == threads, "two processes have other weights than two threads")
    gpus = sha256_in(ways.gpus(2, "gpus"))
    expect(sha256_in(ways.gpu_job(2, "gpu_job")) == gpus, "two processes have other weights than one with two GPUs")
    one = place.weights("alone")
    if placement == "columns":
        expect(place.weights("job") == one, "columns have other weights than one device")
    expect(distance(place.weights("job"), one) < 1e-6, f"{distance(place.weights('job'), one)} from one device")
    expect(distance(place.weights("gpus"), one) < 1e-5, f"{distance(place.weights('gpus'), one)} from one device")
    evaluated(place, "gpu_job")
    for run, device in (("threads", "cpu"), ("job", "cpu"), ("gpus", "cuda"), ("gpu_job", "cuda")):
        predicted = json.loads(place.fovea("summary", "grouped.json", "--ranks", "2", "--placement", placement, "--json",
                                           "train.device=" + device))["rank"]["sent_bytes"]["total"]
        row = (place.path / run / "ranks.csv").read_text().splitlines()[-1].split(",")
        expect(int(row[3]) == int(row[2]) * predicted, f"{run}: {predicted} bytes a step predicted, sent {row}")


def evaluated(place, run):
    """The model of a run by parts is one like any other: eval finds what the run's own validation did."""
    found = json.loads(place.fovea("eval", run, "--json"))
    row = (place.path / run / "results.csv").read_text().splitlines()[-1].split(",")
    expect(found["samples"] == 10, f"{found}")
    expect(abs(found["loss"] - float(row[5])) < 1e-5 * found["loss"], f"{found}, in the run {row}")
    expect(found["top1"] == float(row[6]), f"{found}, in the run {row}")


def moved(place):
    """A run that is stopped and goes on under other placements, ranks and devices."""
    place.write("grouped.json", grouped_config())
    Ways(place, "grouped.json", "epochs=2").train("alone")
    with place.job(2, "train", "grouped.json", "-o", "run", "epochs=2", "max_steps=2", "train.placement=columns") as job:
        job.end(30, 0)
    go_on = ["train", "run", "--resume"]
    place.fovea(*go_on, "max_steps=3", "train.placement=hybrid", "--devices", "0,1", CUDA_EMULATION_DEVICES="2")
    with place.job(2, *go_on, "max_steps=4", "train.placement=hybrid") as job:
        job.end(30, 0)
    place.fovea(*go_on, "max_steps=5", "train.placement=data")
    place.fovea(*go_on, "max_steps=0", "train.placement=columns", "--ranks", "2")
    far = distance(place.weights("run"), place.weights("alone"))
    expect(far < 1e-5, f"{far} from a run that was never stopped")


if __name__ == "__main__":
    case = globals()[sys.argv[1]]
    place = Place(sys.argv[2])
    case(place, *sys.argv[3:])
