#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the configs against configs/schema.json with PyPI's jsonschema: each one validates and names
the schema, and every kind of mistake that a schema can know is found.

    schema.py PROJECT
"""
import copy
import json
import pathlib
import re
import sys

try:
    import jsonschema
except ImportError:
    print("test skipped: no jsonschema in this Python")
    sys.exit()

COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.S)


def load(path):
    return json.loads(COMMENT.sub(lambda match: match.group(1) or "", path.read_text()))


def rename(old, new):
    def change(node):
        node[new] = node.pop(old)
    return change


def put(key, value):
    return lambda node: node.__setitem__(key, value)


folder = pathlib.Path(sys.argv[1]) / "configs"
schema = load(folder / "schema.json")
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)

names = sorted(path.name for path in folder.glob("*.json") if path.name != "schema.json")
for name in names:
    config = load(folder / name)
    errors = [f"{name}: {error.json_path}: {error.message}" for error in validator.iter_errors(config)]
    if errors:
        sys.exit("\n".join(errors))
    if config.get("$schema") != "schema.json":
        sys.exit(f'{name}: begin it with "$schema": "schema.json"')

good = load(folder / "fashion_mnist.json")
mistakes = [
    ((), rename("seed", "sed")) if "seed" in good else ((), put("sed", 1)),
    ((), lambda node: node.pop("model")),
    ((), put("seed", -1)),
    ((), put("name", "")),
    (("data",), lambda node: node.pop("train")),
    (("data",), put("std", 0)),
    (("data", "augment", 0), put("type", "horizontal_flop")),
    (("train",), put("epochs", 0)),
    (("train",), put("epochs", "5")),
    (("train",), put("numerics", "exakt")),
    (("train", "optimizer"), rename("lr", "base_lr")),
    (("model",), put("layers", [])),
    (("model",), put("input", [1, 0, 28])),
    (("model", "layers", 0), rename("kernel_size", "kernel_sze")),
    (("model", "layers", 0), put("stride", [1, 2, 3])),
    (("model", "layers", 0), put("init", {"weight": {"normal": -1}})),
    (("model", "layers", 1), put("slope", 0.1)),
    (("model", "layers", 1), put("type", "rellu")),
]
for number, (path, change) in enumerate(mistakes):
    bad = copy.deepcopy(good)
    node = bad
    for key in path:
        node = node[key]
    change(node)
    if validator.is_valid(bad):
        sys.exit(f"mistake {number}, at {list(path)}, is not found")
print(f"{len(names)} configs validate, {len(mistakes)} mistakes are found")
