#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills `fovea prepare` at random moments and takes it up again: the files are those of a run that was never killed.

    prepare_kill.py FOVEA KILLS [SEED]
"""
import hashlib
import pathlib
import random
import subprocess
import sys
import tempfile
import time

PICTURES, WIDTH, HEIGHT = 240, 96, 72


def write_pictures(folder):
    for i in range(PICTURES):
        pixels = bytes((x * (i + 3) + y * 7 + c * 50) & 255 for y in range(HEIGHT) for x in range(WIDTH) for c in range(3))
        path = folder / f"class{i % 4}" / f"{i:04d}.ppm"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"P6\n%d %d\n255\n" % (WIDTH, HEIGHT) + pixels)
    (folder / "class1" / "broken.ppm").write_bytes(b"P6\n9 9\n255\nshort")


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


def main():
    program, kills = sys.argv[1], int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 30)
    print("seed", seed)
    choose = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        write_pictures(place / "in")

        def command(target, threads):
            return [program, "prepare", str(place / "in"), str(place / target), "--size", "48", "--shard-size", "64K",
                    "--encode", "raw", "--threads", str(threads)]

        begin = time.monotonic()
        whole = subprocess.run(command("whole", 1), capture_output=True, text=True)
        seconds = time.monotonic() - begin
        if whole.returncode != 3:  # one picture is broken
            sys.exit(f"exit code {whole.returncode}: {whole.stderr}")
        wanted = digests(place / "whole")
        done = 0
        for attempt in range(20 * kills):
            if done >= kills:
                break
            target = f"cut{attempt}"
            run = subprocess.Popen(command(target, choose.randint(1, 3)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(choose.uniform(0, seconds))
            run.kill()
            if run.wait() != -9:
                continue  # it had ended before
            done += 1
            again = subprocess.run(command(target, choose.randint(1, 3)), capture_output=True, text=True)
            if again.returncode != 3:
                sys.exit(f"taken up again: exit code {again.returncode}: {again.stderr}")
            if digests(place / target) != wanted:
                sys.exit(f"other files than without the kill: {sorted(digests(place / target))}")
        if done < kills:
            sys.exit(f"only {done} of {kills} kills hit")
        print(f"{done} kills, the same {len(wanted)} files each time")


main()
