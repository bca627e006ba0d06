#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs programs whose sources were compiled for gcov, and prints the share of each file's lines that ran, the lines that did not,
and the total. A line of a header or template ran if it did in any of the places that it was compiled for.

usage: coverage.py [--at-least PERCENT] --root FOLDER --objects FOLDER ... --run PROGRAM ...
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys


def merged_counts(objects, root):
    """{file under root: {line: how often it ran}} of all .gcda files in the folders."""
    counts = collections.defaultdict(dict)
    for data in [file for folder in objects for file in folder.rglob("*.gcda")]:
        command = ["gcov", "--json-format", "--stdout", data.name]
        text = subprocess.run(command, cwd=data.parent, capture_output=True, text=True, check=True).stdout
        report = json.loads(text)
        for file in report["files"]:
            path = (pathlib.Path(report["current_working_directory"]) / file["file"]).resolve()
            if not path.is_relative_to(root):
                continue
            lines = counts[path.relative_to(root)]
            for line in file["lines"]:
                number = line["line_number"]
                lines[number] = max(lines.get(number, 0), line["count"])
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at-least", type=float, default=0, metavar="PERCENT", help="fail where the total is below")
    parser.add_argument("--root", type=pathlib.Path, required=True, help="count only files in this folder")
    parser.add_argument("--objects", type=pathlib.Path, nargs="+", required=True, help="folders of object files")
    parser.add_argument("--run", nargs="+", required=True)
    options = parser.parse_args()
    for folder in options.objects:
        for old in folder.rglob("*.gcda"):
            old.unlink()
    for program in options.run:
        if subprocess.run([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
            sys.exit(f"coverage: {program} fails; run it to see why")

    ran = total = 0
    for file, lines in sorted(merged_counts(options.objects, options.root.resolve()).items()):
        missed = sorted(number for number, count in lines.items() if count == 0)
        ran += len(lines) - len(missed)
        total += len(lines)
        note = f"  not: {', '.join(map(str, missed))}" if missed else ""
        print(f"{100 * (1 - len(missed) / len(lines)):6.1f} % of {len(lines):4} {file}{note}")
    share = 100 * ran / total if total else 0
    print(f"{share:6.1f} % of {total:4} lines")
    if share < options.at_least:
        sys.exit(f"coverage: {share:.1f} % of the lines ran; at least {options.at_least:g} % wanted")


if __name__ == "__main__":
    main()
