#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Processes under mpirun: the bits of one, and an end for all where one fails.

    job_test.py CASE FOVEA [FAULTY_DISK]
"""
import json
import os
import signal
import struct
import sys
import time

from job import CONFIG, LONG, Place, expect, sha256_in


def bits(place):
    alone = sha256_in(place.fovea("train", "small.json", "-o", "alone"))
    for ranks in (2, 4):
        with place.job(ranks, "train", "small.json", "-o", f"job{ranks}") as job:
            out, _ = job.end(60, 0)
            expect(sha256_in(out) == alone, f"{ranks} processes have other weights")
            expect(out.count("sha256") == 1, "more than one process prints: " + out)
        threads = place.fovea("train", "small.json", "-o", f"threads{ranks}", "--ranks", str(ranks))
        expect(sha256_in(threads) == alone, f"{ranks} threads have other weights")
    results = [(place.path / run / "results.csv").read_text() for run in ("alone", "job4", "threads4")]
    expect(results[0] == results[1] == results[2], f"results differ: {results}")


def saves(place):
    alone = sha256_in(place.fovea("train", "small.json", "-o", "alone"))
    with place.job(4, "train", "small.json", "-o", "four", "max_steps=7") as job:
        job.end(60, 0)
    with place.job(2, "train", "four", "--resume", "max_steps=9") as job:
        job.end(60, 0)
    expect(sha256_in(place.fovea("train", "four", "--resume", "max_steps=0")) == alone,
           "a run of 4, then 2, then 1 has other weights")


def evaluation(place):
    place.fovea("train", "small.json", "-o", "run", "epochs=1")
    for more in ([], ["--crops", "10"]):
        arguments = ["eval", "run", "--json", "--batch", "4", *more]

        def result(text):
            parsed = json.loads(text)
            return {key: value for key, value in parsed.items() if "second" not in key}

        one = result(place.fovea(*arguments))
        with place.job(4, *arguments) as job:
            out, _ = job.end(60, 0)
        expect(result(out) == one, f"4 processes: {out}, alone: {one}")
        threads = result(place.fovea(*arguments, "--ranks", "4"))
        expect(threads == one, f"4 threads: {threads}, alone: {one}")
        expect(one["samples"] == 10, f"{one}")


def killed(place):
    with place.job(4, "train", "small.json", "-o", "run", *LONG) as job:
        place.wait_for_checkpoint("run")
        os.kill(job.find_ranks()[2], signal.SIGKILL)
        _, messages = job.end(20 + 5)
        expect(job.process.returncode != 0, "exit code 0")
        expect("rank 2" in messages, "the lost rank is not named: " + messages)
    place.checkpoint_loads("run")


def stopped(place):
    with place.job(2, "train", "small.json", "-o", "run", *LONG, "rank_timeout=2") as job:
        place.wait_for_checkpoint("run")
        os.kill(job.find_ranks()[1], signal.SIGSTOP)
        _, messages = job.end(2 + 5, 1)
        expect("rank 1 has not answered for 2 s" in messages, messages)
        expect(messages.count("error: ") == 1, "more than one message: " + messages)
    place.checkpoint_loads("run")


def interrupted(place):
    with place.job(2, "train", "small.json", "-o", "run", *LONG) as job:
        place.wait_for_checkpoint("run")
        job.find_ranks()
        os.kill(job.process.pid, signal.SIGINT)
        job.end(10)
    place.checkpoint_loads("run")
    # One rank's signal ends all after the same step, with its exit code.
    with place.job(2, "train", "run", "--resume", "epochs=100000") as job:
        begin = time.monotonic()
        while len(job.find_ranks()) < 2 or time.monotonic() - begin < 1:
            time.sleep(0.05)
        os.kill(job.ranks[1], signal.SIGTERM)
        _, messages = job.end(10, 143)
        expect("stopped by SIGTERM" in messages, messages)


def refused(place):
    def ends(job, code, *parts):
        with job:
            _, messages = job.end(15, code)
        for part in parts:
            expect(part in messages, f"'{part}' is not in {messages}")
        expect(messages.count("error: ") == 1, "more than one message: " + messages)

    ends(place.job(3, "train", "small.json", "-o", "run", "train.shards=6"), 2,
         "exact numerics need 2, 4, 8, ... ranks")
    ends(place.job(2, "train", "small.json", "-o", "run", "--ranks", "2"), 2,
         "--ranks: mpirun has started 2 processes, and each is one rank")
    ends(place.jobs(["train", "small.json", "-o", "run"], ["train", "small.json", "-o", "run", "lr=0.5"]), 2,
         "rank 1's config differs from rank 0's: train.optimizer.lr", "is 0.01 in rank 0's, 0.5 in the other")
    other = json.loads(json.dumps(CONFIG))
    other["data"]["train"]["samples"] = 83
    place.write("other.json", other)
    ends(place.jobs(["train", "small.json", "-o", "run"], ["train", "other.json", "-o", "run"]), 2,
         "rank 1's training data differs from rank 0's: 83 samples")
    error = place.fovea_fails(1, "train", "small.json", "-o", "run", PMI_RANK="0", PMI_SIZE="2")
    expect("started as rank 0 of 2 by mpiexec" in error and "but MPI connects 1 process" in error, error)
    expect(not (place.path / "run").exists(), "a refused run has made its folder")


def diverged(place):
    place.fovea("train", "small.json", "-o", "run", "epochs=1")
    before = (place.path / "run/checkpoints/last.safetensors").read_bytes()
    with place.job(2, "train", "run", "--resume", "epochs=3", "lr=1e30") as job:
        _, messages = job.end(20, 4)
    expect(messages.count("error: ") == 1 and "the last finite loss" in messages, messages)
    expect((place.path / "run/checkpoints/last.safetensors").read_bytes() == before, "the checkpoint has changed")


def one_diverges(place):
    """Two pictures on two ranks, one of which is not finite: on either rank, as either picture is it once."""
    for broken in (0, 1):
        pictures = b"".join((b"\xff" if i == broken else b"\0") * 196 for i in (0, 1))
        (place.path / "two-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, 2, 14, 14) + pictures)
        (place.path / "two-labels-idx1-ubyte").write_bytes(struct.pack(">2I2B", 0x801, 2, 0, 1))
        config = json.loads(json.dumps(CONFIG))
        config["data"] = {"train": "two-images-idx3-ubyte", "augment": CONFIG["data"]["augment"]}
        config["model"]["input"] = [1, 12, 12]
        config["model"]["layers"][-1]["out_features"] = 10
        place.write("two.json", config)
        run, checkpoint = f"run{broken}", place.path / f"run{broken}/checkpoints/last.safetensors"
        place.fovea("train", "two.json", "-o", run, "epochs=1")
        before = checkpoint.read_bytes()
        arguments = ["train", run, "--resume", "epochs=2", "data.std=1e-39"]  # white is infinite now, black is 0
        alone = place.fovea_fails(4, *arguments)
        message = alone[alone.index("error: "):]
        expect("step 2: the loss is " in message and "pictures are not finite" in message, message)
        for placement in ("data", "columns") if broken else ("data",):  # by columns all ranks have both
            placed = [*arguments, "train.placement=" + placement]
            with place.job(2, *placed) as job:
                _, messages = job.end(20, 4)
            expect(messages.count("error: ") == 1 and message in messages, f"{placement}: {messages}")
            threads = place.fovea_fails(4, *placed, "--ranks", "2")
            expect(threads.count("error: ") == 1 and message in threads, f"{placement}: {threads}")
        expect(checkpoint.read_bytes() == before, "the checkpoint has changed")


def full_disk(place, faulty_disk):
    place.fovea("train", "small.json", "-o", "run", "epochs=1")
    arguments = ["train", "run", "--resume", "epochs=2"]
    with place.jobs(arguments, arguments, first=["-x", f"LD_PRELOAD={faulty_disk}", "-x", "FAULTY_DISK=enospc 3"]) as job:
        _, messages = job.end(25, 1)
    expect("No space left on device" in messages and "last.safetensors" in messages, messages)
    expect(messages.count("error: ") == 1, "more than one message: " + messages)
    place.checkpoint_loads("run")


def one_gpu(place):
    with place.job(2, "train", "small.json", "-o", "run", "--device", "cuda:0") as job:
        _, messages = job.end(10, 1)
    expect("ranks 0 and 1 both use GPU GPU-" in messages, messages)
    expect(messages.count("error: ") == 1, "more than one message: " + messages)


def gpus(place):
    """Emulated ones: each process has the GPU of its place on the host."""
    alone = sha256_in(place.fovea("train", "small.json", "-o", "alone", "epochs=1"))
    for ranks in (2, 4):
        with place.job(ranks, "train", "small.json", "-o", f"run{ranks}", "epochs=1", "--device", "cuda",
                       CUDA_EMULATION_DEVICES="4") as job:
            out, _ = job.end(60, 0)
        expect(sha256_in(out) == alone, f"{ranks} GPUs have other weights than the CPU")


def gpu_killed(place):
    with place.job(2, "train", "small.json", "-o", "run", *LONG, "--device", "cuda") as job:
        place.wait_for_checkpoint("run")
        os.kill(job.find_ranks()[1], signal.SIGKILL)
        _, messages = job.end(20 + 5)
        expect(job.process.returncode != 0, "exit code 0: " + messages)
    place.checkpoint_loads("run")


def traced(place):
    with place.job(2, "train", "small.json", "-o", "run", "max_steps=3", "--trace", "trace.json") as job:
        job.end(30, 0)
    events = json.loads((place.path / "trace.json").read_text())["traceEvents"]
    for rank in (0, 1):
        spans = [event for event in events if event["ph"] == "X" and event["pid"] == rank]
        for lane in ("compute", "communication"):
            expect(any(span["cat"] == lane and span["dur"] > 0 for span in spans), f"rank {rank} has no {lane}")


if __name__ == "__main__":
    case = globals()[sys.argv[1]]
    case(Place(sys.argv[2]), *sys.argv[3:])
