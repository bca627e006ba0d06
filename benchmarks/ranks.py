#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Training steps by ranks: milliseconds a step, the share of communication, and the bytes that a rank sends, for each placement.

  ranks.py FOVEA CONFIG [KEY=VALUE ...] [--ranks 1 2 4] [--launch threads mpirun gpus] [--steps 8] [--rounds 3]

Each kind of run trains for a few steps from the start, all kinds in turn in each round. Times are between the begins of
steps in the first rank's trace, without the first step; the figure is the median of all rounds. Of `gpus`, which are
emulated where there are none, the bytes alone are told. Ranks share the processors: where these are fewer than ranks, or all
busy with one rank's threads, a row shows what ranks cost, not what they gain. One JSON row each; a placement that
cannot divide the net so is left out. Bytes must be those that `fovea summary` predicts.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none"]


def fovea(arguments, command, **more):
    return subprocess.run([*command, *arguments.changes], capture_output=True, text=True, **more)


def predicted(arguments, ranks, placement, launch):
    """Bytes that a rank sends in a step; None where it cannot be."""
    if ranks == 1:
        return 0
    device = "cuda" if launch == "gpus" else "cpu"
    done = fovea(arguments, [arguments.fovea, "summary", arguments.config, f"train.device={device}", "--ranks", str(ranks), "--placement",
                             placement, "--json"])
    return json.loads(done.stdout)["rank"]["sent_bytes"]["total"] if done.returncode == 0 else None


def step_times(trace, steps):
    """Milliseconds from the begin of each step to that of the next, but for the first."""
    events = json.loads(trace.read_text())["traceEvents"]
    forward = [event for event in events if event["ph"] == "X" and event["pid"] == 0 and event["name"].startswith("forward ")]
    begins = sorted(event["ts"] for event in forward if event["name"] == forward[0]["name"])
    begins = begins[::len(begins) // steps]  # a batch may be computed in pieces
    return [(b - a) / 1e3 for a, b in zip(begins[1:], begins[2:])]


def train(arguments, ranks, placement, launch, folder):
    """The result that the run prints, and its step times."""
    trace = folder / "trace.json"
    command = [arguments.fovea, "train", arguments.config, f"train.placement={placement}",
               f"train.max_steps={arguments.steps}", "--output", str(folder / "run"), "--json"]
    environment = dict(os.environ)
    if launch == "gpus":
        command += ["--devices", ",".join(map(str, range(ranks)))]
        environment.setdefault("CUDA_EMULATION_DEVICES", str(ranks))
    else:
        command += ["train.device=cpu", "--trace", str(trace)]
        command += ["--ranks", str(ranks)] if launch == "threads" else []
    if launch == "mpirun":
        command = [*MPIRUN, "-n", str(ranks), *command]
    done = fovea(arguments, command, env=environment)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return json.loads(done.stdout), step_times(trace, arguments.steps) if trace.exists() else []


def kinds_of(arguments):
    for ranks in arguments.ranks:
        for launch in arguments.launch if ranks > 1 else ["threads"]:
            for placement in ["data", "columns", "hybrid"] if ranks > 1 else ["data"]:
                bytes_sent = predicted(arguments, ranks, placement, launch)
                if bytes_sent is not None:
                    yield (ranks, placement, launch), bytes_sent


def describe(arguments):
    """What all rows have in common."""
    train = json.loads(fovea(arguments, [arguments.fovea, "train", arguments.config, "--print"]).stdout)["train"]
    models = re.findall(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return {"net": pathlib.Path(arguments.config).stem, "batch": train["batch_size"], "numerics": train["numerics"],
            "cpu": models[0] if models else platform.machine(), "processors": os.cpu_count()}


def row_of(common, kind, results):
    ranks, placement, launch = kind
    communication = results[-1][0].get("communication", {})
    times = [time for _, times in results for time in times]
    row = {**common, "ranks": ranks, "placement": placement, "launch": launch,
           "sent_bytes_per_step": communication.get("bytes_per_step", 0)}
    if times:
        row |= {"ms_per_step": round(statistics.median(times), 1), "lowest": round(min(times), 1), "highest": round(max(times), 1)}
    for key in ("share", "exposed_share"):
        if key in communication:
            row["communication_" + key] = round(statistics.median(result["communication"][key] for result, _ in results), 4)
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fovea")
    parser.add_argument("config")
    parser.add_argument("changes", nargs="*")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--launch", nargs="+", choices=["threads", "mpirun", "gpus"], default=["threads"])
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_intermixed_args()
    common = describe(arguments)
    kinds = dict(kinds_of(arguments))
    results = {kind: [] for kind in kinds}
    for _ in range(arguments.rounds):
        for kind in kinds:
            with tempfile.TemporaryDirectory() as folder:
                results[kind].append(train(arguments, *kind, pathlib.Path(folder)))
    for kind, bytes_sent in kinds.items():
        row = row_of(common, kind, results[kind])
        if row["sent_bytes_per_step"] != bytes_sent:
            sys.exit(f"{row}: {bytes_sent} bytes were predicted")
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
