#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the table of docs/write-a-kernel.md against what examples/kernel_lab prints.

    table.py PROJECT PROGRAM
"""
import pathlib
import re
import subprocess
import sys

project, program = pathlib.Path(sys.argv[1]), sys.argv[2]
shown = re.search(r"```console\n\$ kernel_lab 64\n(.*?)```", (project / "docs/write-a-kernel.md").read_text(), re.S).group(1)
printed = subprocess.run([program, "64"], capture_output=True, text=True, check=True).stdout
if shown != printed:
    sys.exit(f"the page has\n{shown}\nand the program prints\n{printed}")
