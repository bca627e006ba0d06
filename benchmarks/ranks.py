#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Training steps by ranks of the CPU: milliseconds a step, and bytes that a rank sends, for each placement.

  ranks.py FOVEA CONFIG [--ranks 1 2 4] [--steps 20] [--rounds 3] [KEY=VALUE ...]

Each kind of run trains for `steps` steps from the start, all kinds in turn in each round; the figure is the median of the rounds' own: wall time of a
run less that of one of a single step, over the steps between. A machine with fewer processors than ranks shows what ranks cost, not what they gain. One JSON row each.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time


def seconds(arguments, ranks, placement, steps):
    with tempfile.TemporaryDirectory() as folder:
        command = [arguments.fovea, "train", arguments.config, f"train.placement={placement}", f"train.max_steps={steps}",
                   *arguments.changes, "--output", f"{folder}/run", "--threads", str(arguments.threads)]
        if ranks > 1:
            command += ["--ranks", str(ranks)]
        begin = time.monotonic()
        subprocess.run(command, check=True, capture_output=True)
        return time.monotonic() - begin


def predicted(arguments, ranks, placement):
    if ranks == 1:
        return 0
    done = subprocess.run([arguments.fovea, "summary", arguments.config, *arguments.changes, "--ranks", str(ranks), "--placement", placement,
                           "--json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["rank"]["sent_bytes"]["total"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fovea")
    parser.add_argument("config")
    parser.add_argument("changes", nargs="*")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    kinds = [(ranks, placement) for ranks in arguments.ranks for placement in (["data"] if ranks == 1 else ["data", "columns", "hybrid"])]
    times = {kind: [] for kind in kinds}
    for _ in range(arguments.rounds):
        for kind in kinds:
            took = seconds(arguments, *kind, arguments.steps) - seconds(arguments, *kind, 1)
            times[kind].append(1e3 * took / (arguments.steps - 1))
    for ranks, placement in kinds:
        row = {"ranks": ranks, "placement": placement, "threads": arguments.threads, "processors": os.cpu_count(),
               "ms_per_step": round(statistics.median(times[ranks, placement]), 2),
               "lowest": round(min(times[ranks, placement]), 2), "highest": round(max(times[ranks, placement]), 2),
               "sent_bytes_per_step": predicted(arguments, ranks, placement)}
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
