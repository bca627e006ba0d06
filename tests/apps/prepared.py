#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds prepared data sets against numpy, and exchanges shards with PyPI's webdataset, both ways.

    prepared.py FOVEA
"""
import io
import json
import pathlib
import subprocess
import sys
import tempfile

from small_run import expect, need

np = need("numpy")
wds = need("webdataset")
Image = need("PIL.Image")

SIZE = 24


def fovea(*arguments, code=0):
    result = subprocess.run([sys.argv[1], *map(str, arguments)], text=True, capture_output=True)
    expect(result.returncode == code, f"{arguments}: exit code {result.returncode}: {result.stderr}")
    return result.stdout


def picture(random, label):
    """Smooth, with channels that depend on one another, and noise."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    base = 90 + 60 * np.sin(3 * rows + label) + 40 * columns * random.random()
    noise = random.normal(0, 9, (SIZE, SIZE, 3))
    return np.clip(base[..., None] * (1, 0.9, 0.7) + noise, 0, 255).astype(np.uint8)


def png(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def write_shards(folder, pictures, labels):
    """By webdataset's own writer; one key has a folder, one a long name."""
    with wds.ShardWriter(f"file:{folder}/in-%04d.tar", maxcount=17, verbose=0) as writer:
        for i, (pixels, label) in enumerate(zip(pictures, labels)):
            key = {3: "deep/" + "k" * 150, 5: "some/folder/five"}.get(i, f"{i:06d}")
            writer.write({"__key__": key, "png": png(pixels), "cls": int(label), "json": {"i": i}})


def check_statistics(folder, pictures):
    info = json.loads((folder / "dataset.json").read_text())
    x = pictures.reshape(-1, 3).astype(np.float64)
    expect(np.allclose(info["mean"], x.mean(0), rtol=1e-12), f"mean {info['mean']}")
    expect(np.allclose(info["std"], x.std(0), rtol=1e-10), f"std {info['std']}")
    mean_image = np.load(folder / "mean.npy")
    expect(mean_image.dtype == np.float32 and mean_image.shape == (SIZE, SIZE, 3), "mean.npy")
    expect(np.array_equal(mean_image, pictures.astype(np.float64).mean(0).astype(np.float32)), "mean.npy's values")
    eigval, eigvec = np.linalg.eigh(np.cov(x, rowvar=False, bias=True))
    expect(np.allclose(info["pca"]["eigval"], eigval[::-1], rtol=1e-9), f"eigenvalues {info['pca']['eigval']}")
    for ours, theirs in zip(np.array(info["pca"]["eigvec"]), eigvec.T[::-1]):
        theirs = theirs * np.sign(theirs[np.argmax(np.abs(theirs))])
        expect(np.allclose(ours, theirs, atol=1e-8), f"eigenvector {ours}, numpy's {theirs}")


def read_shards(folder, ending):
    """By webdataset's own reader: (pixels, label, name) of each."""
    paths = [str(p) for p in sorted(folder.glob("train-*.tar"))]
    expect(len(paths) > 1, "several shards")
    samples = list(wds.WebDataset(paths, shardshuffle=False).decode("rgb8"))
    return [(s[ending], s["cls"], s["json"]["name"]) for s in samples]


def check_dali_index(folder):
    """Every member is where DALI's index says."""
    for tar in sorted(folder.glob("train-*.tar")):
        bytes_, (head, *lines) = tar.read_bytes(), tar.with_suffix(".idx").read_text().splitlines()
        expect(head == f"v1.2 {len(lines)}", f"{tar}: {head}")
        for line in lines:
            words = line.split()
            members = {words[i]: (int(words[i + 1]), int(words[i + 2])) for i in range(0, len(words), 4)}
            offset, size = members["cls"]
            expect(bytes_[offset:offset + size].isdigit(), f"{tar}: {line}")


with tempfile.TemporaryDirectory() as place:
    place, random = pathlib.Path(place), np.random.default_rng(7)
    labels = np.arange(40) % 5
    pictures = np.stack([picture(random, label) for label in labels])
    write_shards(place, pictures, labels)
    pattern = place / "in-{0000..0002}.tar"

    raw = place / "raw"
    fovea("prepare", pattern, raw, "--size", SIZE, "--encode", "raw", "--shard-size", "50K", "--check")
    check_statistics(raw, pictures)
    check_dali_index(raw)
    back = read_shards(raw, "ppm")
    expect(np.array_equal(np.stack([s[0] for s in back]), pictures), "pixels through both ways")
    expect([s[1] for s in back] == list(labels), "labels through both ways")

    jpeg = place / "jpeg"
    fovea("prepare", pattern, jpeg, "--size", SIZE, "--encode", "jpeg:90", "--shard-size", "40K")
    check_statistics(jpeg, pictures)  # of the pixels before JPEG
    for (pixels, _, _), original in zip(read_shards(jpeg, "jpg"), pictures):
        expect(np.abs(pixels.astype(int) - original).mean() < 8, "a picture through JPEG")
