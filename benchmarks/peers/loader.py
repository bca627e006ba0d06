#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Images per second and core: Fovea's loader beside torchvision's ImageFolder and DataLoader with Pillow, on the same
files and with the same steps: resize (where the pictures are not 256x256), random crop to 224, flip, normalise.

    loader.py BUILD [--pictures FOLDER] [--count 400] [--seconds 4] [--rounds 3] [--json FILE]

BUILD is a release build folder with apps/fovea and benchmarks/fovea_bench_loader. Without FOLDER, an ImageFolder, the
pictures are made: 500x375, JPEG of quality 90, with the statistics of photos (a spectrum that falls with the frequency,
edges, correlated channels), about 60 KB each. Needs numpy, Pillow, torch and torchvision. Both sides load in one
process without workers, and are charged the processor time that all their threads take, so that other work on the
machine does not count; the rounds of both alternate, and medians are told.
"""
import argparse
import json
import pathlib
import platform
import statistics
import subprocess
import tarfile
import tempfile
import time

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision import transforms

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
WIDTH, HEIGHT, CLASSES, BATCH = 500, 375, 8, 32


def photo(random):
    """1/f noise in three correlated channels, over it some flat shapes with sharp edges."""
    fy, fx = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None]
    falloff = 1 / np.maximum(np.hypot(fy, fx), 1 / WIDTH) ** 1.35

    def noise():
        phases = np.exp(2j * np.pi * random.random(falloff.shape))
        x = np.fft.irfft2(falloff * phases, (HEIGHT, WIDTH))
        return (x - x.mean()) / x.std()

    gray = noise()
    channels = np.stack([0.9 * gray + 0.3 * noise() for _ in range(3)], axis=-1)
    pixels = 120 + 45 * channels
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    for _ in range(6):
        cy, cx, r = random.random() * HEIGHT, random.random() * WIDTH, 15 + 70 * random.random()
        inside = np.hypot(y - cy, x - cx) < r
        pixels[inside] = 0.4 * pixels[inside] + 0.6 * random.integers(0, 256, 3)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def make_pictures(folder, count):
    random = np.random.default_rng(1)
    for i in range(count):
        path = folder / f"class{i % CLASSES}" / f"{i:05d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        photo(random).save(path, quality=90)


def unpack(shards, folder):
    """The shards' pictures as an ImageFolder."""
    for shard in sorted(shards.glob("train-*.tar")):
        with tarfile.open(shard) as tar:
            members = {m.name: m for m in tar}
            for name, member in members.items():
                key, ending = name.split(".")
                if ending in ("cls", "json"):
                    continue
                label = tar.extractfile(members[key + ".cls"]).read().decode()
                path = folder / f"class{label}" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(tar.extractfile(member).read())


def torch_rate(folder, resize, seconds):
    steps = [transforms.Resize(256), transforms.CenterCrop(256)] if resize else []
    steps += [transforms.RandomCrop(224), transforms.RandomHorizontalFlip(), transforms.ToTensor(),
              transforms.Normalize(MEAN, STD)]
    data = torchvision.datasets.ImageFolder(folder, transforms.Compose(steps))
    loader = torch.utils.data.DataLoader(data, BATCH, shuffle=True)
    batches, images = iter(loader), 0
    next(batches)
    wall, processor = time.monotonic(), time.process_time()
    while time.monotonic() - wall < seconds:
        try:
            images += len(next(batches)[1])
        except StopIteration:
            batches = iter(loader)
    return images / (time.process_time() - processor)


def fovea_rate(build, path, resize, seconds):
    command = [build / "benchmarks/fovea_bench_loader", str(seconds), path] + ([str(resize)] if resize else [])
    rows = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return json.loads(rows[0])["images_per_core_second"]


def processor_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--pictures", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    a = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        photos = a.pictures or place / "photos"
        if not a.pictures:
            make_pictures(photos, a.count)
        for encode in ("jpeg:90", "raw"):
            name = encode.split(":")[0]
            subprocess.run([a.build / "apps/fovea", "prepare", photos, place / name, "--size", "256", "--encode", encode],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            unpack(place / name, place / f"{name}-files")
        sizes = [p.stat().st_size for p in photos.rglob("*") if p.is_file()]
        # name, our path, our resize, their folder, whether they resize
        cases = [("photos, resized to 256", photos, 256, photos, True),
                 ("JPEG 256x256", place / "jpeg", 0, place / "jpeg-files", False),
                 ("JPEG 256x256, files", place / "jpeg-files", 256, place / "jpeg-files", False),
                 ("raw 256x256", place / "raw", 0, place / "raw-files", False)]
        rates = {case[0]: ([], []) for case in cases}
        for _ in range(a.rounds):
            for name, path, resize, folder, theirs in cases:
                rates[name][0].append(fovea_rate(a.build, path, resize, a.seconds))
                rates[name][1].append(torch_rate(folder, theirs, a.seconds))
    print(f"{processor_name()}; {len(sizes)} pictures, {np.mean(sizes) / 1024:.0f} KiB each on average; torch {torch.__version__}, "
          f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}")
    rows = []
    for name, (ours, theirs) in rates.items():
        ours, theirs = statistics.median(ours), statistics.median(theirs)
        rows.append({"name": name, "fovea_images_per_core_second": round(ours), "torchvision_images_per_core_second": round(theirs),
                     "ratio": round(ours / theirs, 2), "processor": processor_name()})
        print(f"{name:26s} {ours:8.0f} images/s and core, torchvision {theirs:7.0f}: {ours / theirs:.2f} times")
    if a.json:
        a.json.write_text("".join(json.dumps(row) + "\n" for row in rows))


main()
