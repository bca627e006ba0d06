#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a run's event files with PyPI's tensorboard: scalars, histograms, pictures and text are what the
run's other files say, also when it was stopped and resumed.

    events.py FOVEA
"""
import json
import math
import struct
import sys
import tempfile

from small_run import Run, expect, need

event_accumulator = need("tensorboard.backend.event_processing.event_accumulator")
EVERYTHING = {name: 0 for name in event_accumulator.DEFAULT_SIZE_GUIDANCE}


def read(folder):
    return event_accumulator.EventAccumulator(str(folder), size_guidance=EVERYTHING).Reload()


def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def check_scalars(events, run):
    logged = run.metrics()
    for tag in ("loss", "top1", "top5", "lr"):
        points = [(point.step, point.value) for point in events.Scalars(tag)]
        expect(points == [(line["step"], single(line[tag])) for line in logged], f"scalars {tag}: {points}")
    for tag in ("img_s", "data_wait"):
        values = [point.value for point in events.Scalars(tag)]
        expect(len(values) == len(logged) and all(v >= 0 for v in values), f"scalars {tag}: {values}")


def check_validation(events, run):
    for tag in ("loss", "top1", "top5"):
        points = [(point.step, point.value) for point in events.Scalars(tag)]
        wanted = [(row["step"], single(row[f"val_{tag}"])) for row in run.results()]
        expect(points == wanted, f"val scalars {tag}: {points}")


def check_histograms(events, steps):
    shapes = {"conv1.weight": 8 * 5 * 5 * 3, "conv1.bias": 8, "fc.weight": 6 * 72, "fc.bias": 6}
    wanted = sorted(f"{kind}/{name}" for kind in ("weight", "grad") for name in shapes)
    expect(sorted(events.Tags()["histograms"]) == wanted, f"histograms {events.Tags()['histograms']}")
    for tag in wanted:
        kind, name = tag.split("/")
        histograms = events.Histograms(tag)
        expect([h.step for h in histograms] == steps, f"{tag}: at steps {[h.step for h in histograms]}")
        for mean, norm, h in zip(events.Scalars(f"{kind}_avg/{name}"), events.Scalars(f"{kind}_norm/{name}"),
                                 histograms):
            value = h.histogram_value
            expect(value.num == shapes[name] == sum(value.bucket), f"{tag}: {value.num} numbers")
            expect(len(value.bucket) == len(value.bucket_limit), f"{tag}: buckets")
            expect(all(a < b for a, b in zip(value.bucket_limit, value.bucket_limit[1:])), f"{tag}: limits")
            expect(mean.value == single(value.sum / value.num), f"{tag}: mean")
            expect(norm.value == single(math.sqrt(value.sum_squares)), f"{tag}: norm")


def check_picture_and_text(events, run):
    pictures = events.Images("filters/conv1")
    expect([picture.step for picture in pictures] == [8, 16, 24], "a picture after each epoch")
    png = (run.path / "conv1.png").read_bytes()
    expect(pictures[-1].encoded_image_string == png, "the last picture is conv1.png")
    expect((pictures[-1].width, pictures[-1].height) == struct.unpack(">II", png[16:24]), "its extents")
    expect(events.SummaryMetadata("config").plugin_data.plugin_name == "text", "the text plugin's")
    text = events.Tensors("config")[-1].tensor_proto.string_val[0].decode()
    config = json.loads(text.removeprefix("```json\n").removesuffix("\n```\n"))
    expect(config == json.loads((run.path / "config.json").read_text()), "the text is the config")


def check(run, steps):
    train, val = read(run.path / "train"), read(run.path / "val")
    check_scalars(train, run)
    check_validation(val, run)
    check_histograms(train, steps)
    check_picture_and_text(train, run)


with tempfile.TemporaryDirectory() as folder:
    run = Run(sys.argv[1], folder)
    run.train()
    check(run, [5, 10, 15, 20, 24])

with tempfile.TemporaryDirectory() as folder:
    run = Run(sys.argv[1], folder)
    run.train("max_steps=11")
    expect(len(run.metrics()) == 6, "a line for the last step")
    run.resume("max_steps=0")
    expect(len(list((run.path / "train").iterdir())) == 2, "an event file for each part")
    events = read(run.path / "train")
    expect([p.step for p in events.Scalars("loss")] == [line["step"] for line in run.metrics()], "steps")
print("scalars, histograms, pictures and text agree")
