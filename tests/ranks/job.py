# SPDX-License-Identifier: Apache-2.0
"""Jobs of several processes of the built program, for the tests beside this file."""
import array
import json
import math
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

CONFIG = {
    "name": "small",
    "data": {"train": {"type": "synthetic", "shape": [3, 14, 14], "classes": 6, "samples": 84},
             "val": {"type": "synthetic", "shape": [3, 14, 14], "classes": 6, "samples": 10}, "mean": 0.5,
             "augment": [{"type": "random_crop", "size": 12}, {"type": "horizontal_flip", "p": 0.5}]},
    "model": {"input": [3, 12, 12], "layers": [
        {"name": "conv1", "type": "conv2d", "out_channels": 8, "kernel_size": 5},
        {"type": "relu"}, {"type": "maxpool2d", "kernel_size": 3, "stride": 2}, {"type": "flatten"},
        {"type": "dropout", "p": 0.2}, {"name": "fc", "type": "linear", "out_features": 6}]},
    "train": {"epochs": 2, "batch_size": 16, "rank_timeout": 20,
              "optimizer": {"type": "sgd", "lr": 0.01, "momentum": 0.9}},
    "log": {"every": 2},
}
LONG = ["epochs=100000", "checkpoint.every_steps=5"]  # a run that goes on until it is ended


def skip(why):
    print("test skipped: " + why)
    sys.exit()


def expect(good, what):
    if not good:
        sys.exit(f"wrong: {what}")


def environment(**more):
    return dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_hwloc_base_binding_policy="none", **more)


def children(pid):
    """The processes of a job by rank: those below its mpirun."""
    ranks = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            parent = int(re.search(r"^PPid:\s*(\d+)", (entry / "status").read_text(), re.M)[1])
            rank = re.search(rb"OMPI_COMM_WORLD_RANK=(\d+)", (entry / "environ").read_bytes())
        except (OSError, TypeError):
            continue
        if parent == pid and rank:
            ranks[int(rank[1])] = int(entry.name)
    return ranks


def is_alive(pid):
    try:
        return "\nState:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


class Place:
    """A folder to run the program in."""

    def __init__(self, program):
        if not shutil.which("mpirun"):
            skip("no mpirun (openmpi-bin)")
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        self.write("small.json", CONFIG)

    def write(self, name, config):
        (self.path / name).write_text(json.dumps(config))

    def fovea(self, *arguments, **environ):
        """One process; what it prints."""
        done = subprocess.run([self.program, *arguments], cwd=self.path, text=True, capture_output=True, timeout=60,
                              env=environment(**environ))
        expect(done.returncode == 0, f"{arguments}: exit code {done.returncode}: {done.stderr}")
        return done.stdout

    def weights(self, run):
        """All parameters of a run's last checkpoint, one after the other."""
        data = (self.path / run / "checkpoints/last.safetensors").read_bytes()
        begin = 8 + struct.unpack_from("<Q", data)[0]
        tensors = json.loads(data[8:begin])
        found = array.array("f")
        for name in sorted(name for name in tensors if name.endswith((".weight", ".bias"))):
            first, last = tensors[name]["data_offsets"]
            found.frombytes(data[begin + first:begin + last])
        expect(found, f"no weights in {run}")
        return found

    def fovea_fails(self, code, *arguments, **environ):
        """The same with an error, which is returned."""
        done = subprocess.run([self.program, *arguments], cwd=self.path, text=True, capture_output=True, timeout=60,
                              env=environment(**environ))
        expect(done.returncode == code, f"{arguments}: exit code {done.returncode}: {done.stderr}")
        return done.stderr

    def job(self, ranks, *arguments, **environ):
        return Job(["-n", str(ranks), self.program, *arguments], self.path, environ)

    def jobs(self, *lists, first=()):
        """One rank for each list of arguments; `first`: options of mpirun for the first."""
        command = []
        for arguments in lists:
            options = [":"] if command else [*first]
            command += [*options, "-n", "1", self.program, *arguments]
        return Job(command, self.path, {})

    def wait_for_checkpoint(self, run):
        end = time.monotonic() + 30
        while not (self.path / run / "checkpoints/last.safetensors").exists():
            expect(time.monotonic() < end, "no checkpoint")
            time.sleep(0.05)

    def checkpoint_loads(self, run):
        self.fovea("train", run, "--resume", "epochs=1")


class Job:
    """mpirun and its processes, ended with the object's use: `with place.job(...) as job`."""

    def __init__(self, command, folder, environ):
        self.process = subprocess.Popen(["mpirun", *command], cwd=folder, text=True, env=environment(**environ),
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        self.ranks = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pid in [*self.ranks.values(), *children(self.process.pid).values(), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        self.process.wait()

    def find_ranks(self):
        self.ranks = children(self.process.pid)
        return self.ranks

    def end(self, seconds, code=None):
        """Waits for the end of all: what was printed, and the messages."""
        begin = time.monotonic()
        try:
            out, messages = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            sys.exit(f"wrong: the job has not ended after {seconds} s")
        while any(map(is_alive, self.ranks.values())):
            expect(time.monotonic() - begin < seconds, "a process of the job is still there")
            time.sleep(0.02)
        if code is not None:
            expect(self.process.returncode == code, f"exit code {self.process.returncode}: {messages}")
        return out, messages


def distance(a, b):
    """Of two nets' weights, relative."""
    expect(len(a) == len(b), "the nets differ in size")
    return math.sqrt(sum((x - y) ** 2 for x, y in zip(a, b)) / sum(y * y for y in b))


def sha256_in(text):
    found = re.search(r"sha256 ([0-9a-f]{64})", text)
    expect(found, "no hash in " + text)
    return found[1]
