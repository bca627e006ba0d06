#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long ImageNet's index takes to open, and how much memory: 1,281,167 samples in 1000 classes, with made-up shards
that take no room on disk.

    index_scale.py BUILD
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

SAMPLES, CLASSES, SHARDS, SIDE = 1_281_167, 1000, 147, 256


def write_folder(folder):
    index = bytearray()
    shards = []
    picture = 23_500  # bytes of a JPEG of that size
    for shard in range(SHARDS):
        begin, end = SAMPLES * shard // SHARDS, SAMPLES * (shard + 1) // SHARDS
        for i in range(begin, end):
            index += struct.pack("<QIIiIHHI", 512 + (i - begin) * (picture + 3000), picture, shard, i * CLASSES // SAMPLES, 0,
                                 SIDE, SIDE, 0)
        size = (end - begin) * (picture + 3000) + 4096
        name = f"train-{shard:05d}.tar"
        with open(folder / name, "wb") as file:
            file.truncate(size)  # a hole
        shards.append({"file": name, "samples": end - begin, "bytes": size, "sha256": "0" * 64})
    (folder / "train.bin").write_bytes(index)
    info = {"version": 1, "samples": SAMPLES, "index": "train.bin", "index_sha256": "0" * 64, "shards": shards, "skipped": [],
            "classes": [f"n{i:08d}" for i in range(CLASSES)], "image": [SIDE, SIDE, 3], "mean": [123, 117, 104], "std": [58, 57, 57],
            "mean_image": "mean.npy", "job": {"source": "/made-up", "list": "0", "resize": SIDE, "encode": "jpeg:90",
                                              "shard_bytes": 1 << 30}}
    (folder / "dataset.json").write_text(json.dumps(info))


with tempfile.TemporaryDirectory() as folder:
    write_folder(pathlib.Path(folder))
    for _ in range(3):
        subprocess.run([f"{sys.argv[1]}/benchmarks/fovea_bench_index", folder], check=True)
