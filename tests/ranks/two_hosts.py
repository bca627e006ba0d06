#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two hosts, which are network namespaces with names and addresses of their own, train by Open MPI over TCP: the bits of
one process; and when the link is cut, an end for both.

    two_hosts.py FOVEA
"""
import os
import pathlib
import signal
import subprocess
import sys
import time

from job import LONG, Place, environment, expect, is_alive, sha256_in, skip

HOSTS = [f"fovea{os.getpid()}{side}" for side in "ab"]
ADDRESSES = ["10.77.0.1", "10.77.0.2"]

# How often mpirun asks whether the other host is there.
KEEPALIVE = [word for name, value in [("time", 1), ("intvl", 1), ("probes", 2)]
             for word in ("--mca", f"oob_tcp_keepalive_{name}", str(value))]

# How mpirun reaches the other host, in place of ssh: AGENT HOST COMMAND...
AGENT = """#!/bin/sh
shift
exec ip netns exec {0} unshare --uts sh -c 'hostname {0}; exec sh -c "$1"' sh "$*"
"""


def ip(*arguments):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True)


class Hosts:
    def __enter__(self):
        if ip("netns", "add", HOSTS[0]).returncode != 0:
            skip("no network namespaces here (ip netns)")
        made = [ip("netns", "add", HOSTS[1]),
                ip("link", "add", "wire", "netns", HOSTS[0], "type", "veth", "peer", "name", "wire", "netns", HOSTS[1])]
        for host, address in zip(HOSTS, ADDRESSES):
            made += [ip("-n", host, "addr", "add", address + "/24", "dev", "wire"),
                     ip("-n", host, "link", "set", "lo", "up"), ip("-n", host, "link", "set", "wire", "up")]
        if any(result.returncode for result in made):
            skip("no network between namespaces here")
        return self

    def __exit__(self, *_):
        for host in HOSTS:
            for pid in processes(host):
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            ip("netns", "del", host)

    def cut(self):
        ip("-n", HOSTS[0], "link", "set", "wire", "down")

    def mend(self):
        ip("-n", HOSTS[0], "link", "set", "wire", "up")

    def job(self, place, *arguments, options=()):
        agent = place.path / "agent"
        agent.write_text(AGENT.format(HOSTS[1]))
        agent.chmod(0o755)
        network = ADDRESSES[0] + "/24"
        mpirun = ["mpirun", "--mca", "plm_rsh_agent", str(agent), "--host", ",".join(ADDRESSES), "--mca", "btl",
                  "tcp,self", "--mca", "btl_tcp_if_include", network, "--mca", "oob_tcp_if_include", network,
                  *options, "-n", "2",
                  "-wdir", str(place.path), place.program, *arguments]
        shell = ["ip", "netns", "exec", HOSTS[0], "unshare", "--uts", "sh", "-c",
                 f'hostname {HOSTS[0]}; exec "$@"', "sh", *mpirun]
        with open(place.path / "said", "w") as said:  # no pipe, which a daemon would keep open
            return subprocess.Popen(shell, cwd=place.path, env=environment(), stdout=said, stderr=said)


def processes(host):
    here = os.stat(f"/run/netns/{host}").st_ino
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if os.stat(entry / "ns/net").st_ino == here:
                found.append(int(entry.name))
        except OSError:  # it has ended
            pass
    return found


def runs(pid, program):
    try:
        return os.path.samefile(f"/proc/{pid}/exe", program) and is_alive(pid)
    except OSError:
        return False


def ranks_on(host, program):
    return [pid for pid in processes(host) if runs(pid, program)]


def cut_a_run(hosts, place, run, timeout, options=()):
    """mpirun, when the ranks of both hosts have ended by a cut."""
    job = hosts.job(place, "train", "small.json", "-o", run, *LONG, f"rank_timeout={timeout}", options=options)
    place.wait_for_checkpoint(run)
    expect(all(len(ranks_on(host, place.program)) == 1 for host in HOSTS), "not one rank on each host")
    hosts.cut()
    begin = time.monotonic()
    while any(ranks_on(host, place.program) for host in HOSTS):
        expect(time.monotonic() - begin < timeout + 5, "a rank is still there")
        time.sleep(0.05)
    return job


def main():
    place = Place(sys.argv[1])
    alone = sha256_in(place.fovea("train", "small.json", "-o", "alone"))
    said = place.path / "said"
    with Hosts() as hosts:
        hosts.job(place, "train", "small.json", "-o", "two").wait(timeout=60)
        expect(sha256_in(said.read_text()) == alone, "two hosts have other weights")

        # mpirun that looks for the other host ends all by itself.
        expect(cut_a_run(hosts, place, "looked", 20, KEEPALIVE).wait(timeout=20) != 0, "exit code 0")
        hosts.mend()

        # By default it would wait for the daemon behind the cut for a long time: ranks do not.
        job = cut_a_run(hosts, place, "run", 2)
        expect("rank 1 has not answered for 2 s" in said.read_text(), said.read_text())
        job.kill()
        job.wait()
    place.checkpoint_loads("run")
    place.checkpoint_loads("looked")


if __name__ == "__main__":
    main()
