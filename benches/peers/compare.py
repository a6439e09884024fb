"""Times initializers of other libraries beside those of Unit Variance, in one run.

    python benches/peers/compare.py

Prints the fastest of several runs in milliseconds, on one core and on all, and how many times
as long each peer takes. NumPy is required; SciPy and PyTorch are compared where installed.
"""

import importlib.util
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNS = 5
N, M = 4096, 1024


def ours():
    """The same workloads in Rust: `examples/timings.rs`."""
    command = ["cargo", "run", "--quiet", "--locked", "--example", "timings", *sys.argv[1:]]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def fastest(run):
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def numpy_peers():
    import numpy as np

    rng = np.random.default_rng(1)
    out = np.empty((N, N))

    def normal():
        rng.standard_normal(out=out)
        np.multiply(out, math.sqrt(2 / N), out=out)

    def uniform():
        bound = math.sqrt(6 / (N + N))
        rng.random(out=out)
        np.multiply(out, 2 * bound, out=out)
        np.subtract(out, bound, out=out)

    def orthogonal():
        q, r = np.linalg.qr(rng.standard_normal((M, M)))
        q * np.sign(np.diag(r))

    yield "he normal 4096", "NumPy", normal
    yield "xavier uniform 4096", "NumPy", uniform
    yield "orthogonal 1024", "NumPy", orthogonal


def scipy_peers():
    import numpy as np
    from scipy.stats import truncnorm

    rng = np.random.default_rng(1)
    yield (
        "truncated normal 4096",
        "SciPy",
        lambda: truncnorm.rvs(-2, 2, scale=math.sqrt(2 / N) / 0.87962566103423978, size=(N, N), random_state=rng),
    )


def torch_peers():
    import torch

    init = torch.nn.init
    for dtype, name in [(torch.float64, "PyTorch f64"), (torch.float32, "PyTorch f32")]:
        wide, small = torch.empty(N, N, dtype=dtype), torch.empty(M, M, dtype=dtype)
        std = math.sqrt(2 / N)
        yield "he normal 4096", name, lambda w=wide: init.kaiming_normal_(w)
        yield "xavier uniform 4096", name, lambda w=wide: init.xavier_uniform_(w)
        yield "truncated normal 4096", name, lambda w=wide: init.trunc_normal_(w, std=std, a=-2 * std, b=2 * std)
        yield "orthogonal 1024", name, lambda w=small: init.orthogonal_(w)


def main():
    installed = [
        peers
        for module, peers in [("numpy", numpy_peers), ("scipy", scipy_peers), ("torch", torch_peers)]
        if importlib.util.find_spec(module)
    ]
    mine = ours()
    print(f"{'workload':24}{'':16}{'ms':>9}{'/ one core':>12}{'/ all cores':>12}")
    for name, times in mine.items():
        for cores, ms in times.items():
            print(f"{name:24}{'ours, ' + cores:16}{ms:9.1f}{ms / times['one core']:12.2f}{ms / times['all cores']:12.2f}")
        for peers in installed:
            for workload, library, run in peers():
                if workload == name:
                    ms = fastest(run)
                    print(f"{'':24}{library:16}{ms:9.1f}{ms / times['one core']:12.2f}{ms / times['all cores']:12.2f}")


if __name__ == "__main__":
    # One core for the peers; these are read when a library is loaded. What they do not thread is the same on all.
    for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
        os.environ.setdefault(variable, "1")
    main()
