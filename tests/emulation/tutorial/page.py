#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/write-a-kernel.md against the kernels it shows and against what the emulation says about them.

    page.py PROJECT PROGRAM            PROGRAM: the checked `tutorial`; fails when a block of the page differs
    page.py PROJECT PROGRAM --update   writes the blocks
"""
import os
import pathlib
import re
import subprocess
import sys

project, program = pathlib.Path(sys.argv[1]), sys.argv[2]
page = project / "docs/write-a-kernel.md"
source = (project / "tests/emulation/tutorial/box_filter.cu").read_text()

# In the order of the page: code sections, and after a wrong kernel's section its report.
CODE = ["launch", "naive_wrong", "naive", "tiled_no_halo", "load", "tiled_no_barrier", "tiled_returns", "tiled",
        "several_no_barrier", "several", "in_place"]
WRONG = {"naive_wrong": "out_of_bounds", "tiled_no_halo": "uninitialised", "tiled_no_barrier": "race",
         "tiled_returns": "uninitialised", "several_no_barrier": "race", "in_place": "race"}


def section(name):
    return source.split(f"// [{name}]\n")[1].rsplit("\n", 1)[0].strip("\n")


def run(name):
    """What the program prints about a kernel: the first report, without folders and namespaces, and the result."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CUDA_EMULATION_")}
    done = subprocess.run([program, name], capture_output=True, text=True, env=environment, check=False)
    report = "\n".join(line for line in done.stderr.splitlines() if line.startswith("=="))
    report = report.replace("tutorial::(anonymous namespace)::", "")
    return re.sub(r"(?<=at )[^\s:]*/", "", report), done.stdout.strip()


def wanted_blocks():
    for name in CODE:
        yield "cpp", section(name)
        if name in WRONG:
            report, _ = run(name)
            if f"== {WRONG[name]}:" not in report:
                sys.exit(f"{name}: a report of {WRONG[name]} is expected, not\n{report}")
            yield "text", report


def check_right_ones():
    for name in set(re.findall(r"^TUTORIAL_FILTER\((\w+),", source, re.M)) - set(WRONG):
        report, result = run(name)
        if report or result != "no error, right":
            sys.exit(f"{name}: {result}\n{report}")


check_right_ones()
text = page.read_text()
blocks = list(re.finditer(r"```(cpp|text)\n(.*?)```", text, re.S))
wanted = list(wanted_blocks())
if [kind for kind, _ in wanted] != [block.group(1) for block in blocks]:
    sys.exit(f"{page}: {len(blocks)} blocks, {len(wanted)} wanted")
if "--update" in sys.argv:
    for block, (kind, body) in reversed(list(zip(blocks, wanted))):
        text = text[:block.start()] + f"```{kind}\n{body}\n```" + text[block.end():]
    page.write_text(text)
    sys.exit()
for block, (_, body) in zip(blocks, wanted):
    if block.group(2).strip("\n") != body:
        sys.exit(f"{page}: a block differs; run {sys.argv[0]} PROJECT PROGRAM --update. It has\n{block.group(2)}\nnot\n{body}")
print(f"{len(wanted)} blocks agree")
