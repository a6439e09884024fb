"""Times Unit Variance beside NumPy, SciPy and PyTorch, as far as they are installed, in one run.

    python benches/peers/compare.py [initializers | experiments]

Prints the fastest of several runs in milliseconds, and how many times as long each peer takes on one
core as we do on one, and on all where we use them.
"""

import importlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUITES = ["initializers", "experiments"]


def ours(suite):
    """The same workloads in Rust, as {workload: {cores: milliseconds}}."""
    command = ["cargo", "run", "--quiet", "--locked", "--example", f"peers-of-{suite}"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def fastest(run, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def compare(suite):
    mine = ours(suite)
    peers = [
        peer
        for library, peers in importlib.import_module(suite).PEERS.items()
        if importlib.util.find_spec(library)
        for peer in peers()
    ]

    def line(workload, name, ms, times):
        ratios = "".join(f"{ms / of:13.2f}" for of in times.values())
        print(f"{workload:24}{name:16}{ms:9.1f}{ratios}")

    for workload, times in mine.items():
        print(f"{'':40}{'ms':>9}" + "".join(f"{'/ ' + cores:>13}" for cores in times))
        for cores, ms in times.items():
            line(workload, f"ours, {cores}", ms, times)
        for of, name, run, runs in peers:
            if of == workload:
                line("", name, fastest(run, runs), times)


if __name__ == "__main__":
    # One core for the peers; these are read when a library is loaded.
    for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
        os.environ.setdefault(variable, "1")
    wanted = sys.argv[1:] or SUITES
    for suite in wanted:
        if suite not in SUITES:
            sys.exit(f"error: there is no suite `{suite}`; there are {', '.join(SUITES)}")
    for suite in wanted:
        compare(suite)
