#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the code blocks of pages against the examples whose sections, between two lines "[name]", they show.

    code_blocks.py PROJECT            fails when a block differs
    code_blocks.py PROJECT --update   writes the sections into the pages
"""
import pathlib
import re
import sys
import textwrap

# Page: the sections that its cpp and c blocks show, in order.
PAGES = {
    "README.md": ["classify.cpp[classify]", "classify.c[classify]"],
    "docs/add-a-layer.md": ["own_layer.cpp[swish]", "own_layer.cpp[net]", "own_layer.cpp[train]"],
    "docs/embedding.md": ["classify.cpp[classify]", "threads.cpp[threads]", "threads.cpp[train]", "classify.c[classify]",
                          "train.c[config]", "train.c[train]"],
}
BLOCK = re.compile(r"```(?:cpp|c)\n(.*?)\n```", re.S)
project = pathlib.Path(sys.argv[1])


def section(name):
    """The lines of "file[mark]" between the two that hold nothing but the mark."""
    file, mark = re.fullmatch(r"(.*)\[(.*)\]", name).groups()
    line = re.compile(rf"^ *(?://|/\*) \[{mark}\](?: \*/)?\n", re.M)
    inside = line.split((project / "examples" / file).read_text())[1]
    return textwrap.dedent(inside).strip("\n")


for page, names in PAGES.items():
    path = project / page
    text = path.read_text()
    wanted = [section(name) for name in names]
    blocks = BLOCK.findall(text)
    if len(blocks) != len(wanted):
        sys.exit(f"{page}: {len(blocks)} code blocks, {len(wanted)} wanted")
    if "--update" in sys.argv:
        remaining = iter(wanted)
        path.write_text(BLOCK.sub(lambda match: match.group().replace(match.group(1), next(remaining)), text))
        continue
    for name, block, code in zip(names, blocks, wanted):
        if block != code:
            sys.exit(f"{page}: a code block differs from {name}; run tests/docs/code_blocks.py . --update. It has\n{block}")
    print(f"{page}: {len(blocks)} code blocks agree")
