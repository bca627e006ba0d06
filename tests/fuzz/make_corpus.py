#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/fuzz/corpus: small good files of every kind, from which the fuzz targets start.

    make_corpus.py CORPUS
"""
import gzip
import json
import pathlib
import struct
import sys
import zlib

corpus = pathlib.Path(sys.argv[1])


def put(kind, name, data):
    folder = corpus / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


# Configs.
CONFIG = """{ // an example
  "name": "fashion", "seed": 1e2,
  "data": {"train": {"type": "synthetic", "shape": [1, 28, 28]}, "val_fraction": 0.1, "mean": [0.5], "scale": "raw",
           "classes": ["a", "b\\u00e9"], "augment": [{"type": "random_crop", "size": [24, 20], "padding": 2}]},
  "model": {"input": [1, 28, 28], "layers": [
    {"type": "conv2d", "out_channels": 32, "padding": [0, 0, 3, 3], "bias": true},
    {"type": "relu"}, /* between */ {"name": "fc1", "type": "linear"}]},
  "train": {"lr": -0.05, "momentum": 9.0e-1, "note": null}
}
"""
put("config", "example", CONFIG)
put("config", "override", CONFIG + "\0model.layers.fc1.out_features=10")
put("config", "ambiguous", '{"a": {"x": 1}, "b": {"x": 2}}\0x=[3, "y"]')
put("config", "mistakes", '{"a": 01, "a": NaN, "b": [1,], "c": "\\ud800"')
put("config", "mark", b'\xef\xbb\xbf{"a": "\xc3\xa9"}')
put("config", "deep", "[" * 70)


# Safetensors.
def safetensors(header, data):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


W = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
B = {"dtype": "U8", "shape": [3], "data_offsets": [24, 27]}
put("safetensors", "two", safetensors({"__metadata__": {"step": "7"}, "fc.weight": W, "fc.bias": B}, bytes(range(27))))
put("safetensors", "half", safetensors({"h": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}, bytes(4)))
put("safetensors", "scalar", safetensors({"s": {"dtype": "F64", "shape": [], "data_offsets": [0, 8]}}, bytes(8)))
put("safetensors", "none", safetensors({"n": {"dtype": "I32", "shape": [0, 4], "data_offsets": [0, 0]}}, b""))
put("safetensors", "padded", safetensors(json.dumps({"fc.weight": W}).encode() + b"   ", bytes(24)))


# MNIST's idx.
def idx(magic, *extents):
    count = 1
    for extent in extents:
        count *= extent
    return struct.pack(f">{1 + len(extents)}I", magic, *extents) + bytes(i % 2 for i in range(count))


put("idx", "images", idx(0x803, 2, 3, 4))
put("idx", "labels", idx(0x801, 2))
put("idx", "images.gz", gzip.compress(idx(0x803, 2, 3, 4), mtime=0))
put("idx", "labels.gz", gzip.compress(idx(0x801, 1), mtime=0) + gzip.compress(b"\1", mtime=0))
put("idx", "floats", idx(0xd02, 2, 4))


# numpy arrays.
def npy(descr, order, shape, data, version=1):
    text = f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"
    head = 10 if version == 1 else 12
    text += " " * (-(head + len(text) + 1) % 64) + "\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text.encode() + data


put("npy", "images", npy("|u1", "False", "(2, 2, 2, 3)", bytes(range(24))))
put("npy", "fortran", npy("|u1", "True", "(2, 3, 2, 2)", bytes(range(24))))
put("npy", "gray", npy("|u1", "False", "(2, 2, 3)", bytes(12), 2))
put("npy", "labels", npy(">i4", "False", "(2,)", struct.pack(">2i", 1, 0)))
put("npy", "column", npy("<i8", "False", "(2, 1)", struct.pack("<2q", 3, 4), 3))
put("npy", "floats", npy("<f4", "False", "(2,)", bytes(8)))

# CIFAR: see cifar_fuzz.cpp.
for name, choice in {"ten": 2, "hundred": 3, "three": 6, "long": 2 | 17 << 3, "empty": 0}.items():
    put("cifar", name, bytes([choice]) + bytes([3, 7, 200, 9]))


# Pictures.
def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, depth, colour, rows, extra=b"", interlace=0):
    head = struct.pack(">2I5B", width, len(rows), depth, colour, 0, 0, interlace)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def bmp(depth, width, height, palette, rows):
    at = 54 + len(palette)
    return b"BM" + struct.pack("<IIIIiiHHIIiiII", at + len(rows), 0, at, 40, width, height, 1, depth, 0, 0, 0, 0, 0, 0) + palette + rows


def segment(code, content):
    return bytes([0xff, code]) + struct.pack(">H", len(content) + 2) + content


def jpeg(width, height, components, process=0xc0, extra=b"", adobe=None, pixels=None):
    """Flat gray: each block is the code 00 (no change of the mean) and, but in a progressive file's first scan, 00 (its end)."""
    counts = bytes([0, 3] + [0] * 14)
    ids = range(1, components + 1)
    frame = struct.pack(">BHHB", 8, height, width, components) + b"".join(bytes([i, 0x11, 0]) for i in ids)

    def scan(chosen, first, last):
        head = bytes([len(chosen)]) + b"".join(bytes([i, 0]) for i in chosen) + bytes([first, last, 0])
        return segment(0xda, head) + (pixels or bytes(1 + (width + 7) // 8 * ((height + 7) // 8) * len(chosen) // 2))

    scans = scan(ids, 0, 63) if process != 0xc2 else scan(ids, 0, 0) + b"".join(scan([i], 1, 63) for i in ids)
    if adobe is not None:
        extra += segment(0xee, b"Adobe" + bytes([0, 100, 0, 0, 0, 0, adobe]))
    return (b"\xff\xd8" + extra + segment(0xdb, b"\0" + b"\1" * 64) + segment(process, frame) +
            segment(0xc4, b"\0" + counts + bytes([0, 2, 5])) + segment(0xc4, b"\x10" + counts + bytes([0, 1, 0x11])) + scans + b"\xff\xd9")


EXIF = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 0)
put("picture", "gray.jpg", jpeg(9, 8, 1))
put("picture", "colour.jpg", jpeg(16, 9, 3, extra=segment(0xe1, EXIF)))
put("picture", "progressive.jpg", jpeg(8, 8, 3, 0xc2))
put("picture", "cmyk.jpg", jpeg(8, 8, 4, adobe=0))
put("picture", "ycck.jpg", jpeg(8, 8, 4, adobe=2))
put("picture", "restarts.jpg", jpeg(24, 8, 1, extra=segment(0xdd, b"\0\1"), pixels=b"\0\xff\xd0\0\xff\xd1\0"))
put("picture", "exif.png", png(2, 8, 0, [b"ab"], chunk(b"eXIf", EXIF[6:])))
put("picture", "gray.png", png(6, 16, 0, [bytes(range(12))]))
put("picture", "bits.png", png(9, 1, 0, [b"\xaa\x80", b"\x55\0"]))
put("picture", "rgb.png", png(4, 8, 2, [bytes(range(12))] * 3))
put("picture", "rgba.png", png(3, 8, 6, [bytes(range(12))] * 2))
put("picture", "palette.png", png(2, 8, 3, [b"\0\1"], chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0]))))
put("picture", "transparent.png", png(2, 8, 3, [b"\0\1"], chunk(b"PLTE", bytes(6)) + chunk(b"tRNS", b"\x7f")))
put("picture", "interlaced.png", png(1, 8, 2, [b"abc"], b"", 1))
put("picture", "colour.bmp", bmp(24, 3, 2, b"", bytes(24)))
put("picture", "down.bmp", bmp(24, 3, -2, b"", bytes(24)))
put("picture", "palette.bmp", bmp(8, 3, 2, bytes(8), b"\0\1\0\0\1\0\1\0"))
put("picture", "alpha.bmp", bmp(32, 2, 1, b"", bytes(8)))
put("picture", "ppm", b"P6 2 2 255 " + bytes(range(12)))
put("picture", "pgm", b"P5\n# deep\n3 2\n65535\n" + bytes(range(12)))

# Lists: see list_fuzz.cpp.
put("list", "plain", "a.png 0\nfolder with blanks/b.png\t12\r\n/absolute/c.png 3\n")
put("list", "mark", b"\xef\xbb\xbfa.png 0\n\n")
put("list", "bad", "a.png -1\nb.png\n 7\nc.png 99999999999\n")
put("list", "kaggle", "ImageId,PredictionString\nval_1,n01 1 2 3 4 n01 5 6 7 8 \nval_2,\"n02 1 2 3 4\"\n")

# Archives of samples, and files of a prepared folder: see prepared_fuzz.cpp.
def member(name, content, kind=b"0", size=None):
    header = bytearray(512)
    header[:len(name)] = name.encode()
    header[100:108] = b"0000444\0"
    header[124:136] = size or b"%011o\0" % len(content)
    header[148:156] = b" " * 8
    header[156:157] = kind
    header[257:265] = b"ustar\00000"
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + content + bytes(-len(content) % 512)


def sample(key, label):
    return member(key + ".ppm", b"P6 2 2 255 " + bytes(range(12))) + member(key + ".cls", label)


END = bytes(1024)
LONG = "k" * 120
put("tar", "two", sample("0", b"0") + sample("1", b"7") + END)
put("tar", "pax", member("p", b"132 path=" + LONG.encode() + b".ppm\n", b"x") + sample("0", b"1") + END)
put("tar", "gnu", member("././@LongLink", LONG.encode() + b".ppm\0", b"L") + sample("0", b"1") + END)
put("tar", "binary", member("0.cls", b"1", size=b"\x80" + bytes(10) + b"\1") + END)
put("tar", "folder", member("f/", b"", b"5") + member("f/0.json", b"{}") + sample("f/0", b"2\n") + END)

ENTRY = struct.pack("<QIIiIHHI", 512, 23, 0, 0, 0, 2, 2, 0)
put("prepared", "index", b"\1" + ENTRY * 2)
put("prepared", "shard", b"\2" + sample("000000", b"0") + sample("000001", b"0") + END)
put("prepared", "dali", b"\3v1.2 2\nppm 512 23 000000.ppm cls 1536 1 000000.cls\n")
put("prepared", "mean", b"\4" + npy("<f4", "False", "(2, 2, 3)", bytes(48)))
put("prepared", "info", b"\0" + json.dumps({
    "version": 1, "samples": 2, "index": "train.bin", "index_sha256": "0", "skipped": [{"file": "a", "reason": "b"}],
    "shards": [{"file": "train-00000.tar", "samples": 2, "bytes": 7168, "sha256": "0"}], "classes": ["a"], "image": [2, 2, 3],
    "mean": [1, 2, 3], "std": [1, 2, 3], "mean_image": "mean.npy", "pca": {"eigval": [3, 2, 1], "eigvec": [[1, 0, 0]] * 3},
    "job": {"source": "s", "list": "0", "resize": 2, "encode": "raw", "shard_bytes": 1}}).encode())
