#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what the program itself writes as configs against configs/schema.json with PyPI's jsonschema: a
run's config.json, and what --print resolves from the configs of small nets.

    resolved_config.py FOVEA PROJECT
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from small_run import Run, expect, need

jsonschema = need("jsonschema")
configs = pathlib.Path(sys.argv[2]) / "configs"
validator = jsonschema.Draft7Validator(json.loads((configs / "schema.json").read_text()))


def check(name, text):
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(text))]
    expect(not errors, f"{name}: " + "\n".join(errors))


with tempfile.TemporaryDirectory() as folder:
    run = Run(sys.argv[1], folder)
    run.train("max_steps=1")
    check("config.json", (run.path / "config.json").read_text())
    for path in sorted(configs.glob("fashion_mnist*.json")):
        printed = subprocess.run([sys.argv[1], "train", path, "--print"], check=True, capture_output=True, text=True)
        check(path.name, printed.stdout)
print("resolved configs validate")
