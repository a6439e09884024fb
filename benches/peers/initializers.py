"""The initializers of other libraries on the workloads of `initializers.rs`."""

import math

RUNS = 5
N, M = 4096, 1024


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

    yield "he normal 4096", "NumPy", normal, RUNS
    yield "xavier uniform 4096", "NumPy", uniform, RUNS
    yield "orthogonal 1024", "NumPy", orthogonal, RUNS


def scipy_peers():
    import numpy as np
    from scipy.stats import truncnorm

    rng = np.random.default_rng(1)
    yield (
        "truncated normal 4096",
        "SciPy",
        lambda: truncnorm.rvs(-2, 2, scale=math.sqrt(2 / N) / 0.87962566103423978, size=(N, N), random_state=rng),
        RUNS,
    )


def torch_peers():
    import torch

    init = torch.nn.init
    for dtype, name in [(torch.float64, "PyTorch f64"), (torch.float32, "PyTorch f32")]:
        wide, small = torch.empty(N, N, dtype=dtype), torch.empty(M, M, dtype=dtype)
        std = math.sqrt(2 / N)
        yield "he normal 4096", name, lambda w=wide: init.kaiming_normal_(w), RUNS
        yield "xavier uniform 4096", name, lambda w=wide: init.xavier_uniform_(w), RUNS
        yield "truncated normal 4096", name, lambda w=wide: init.trunc_normal_(w, std=std, a=-2 * std, b=2 * std), RUNS
        yield "orthogonal 1024", name, lambda w=small: init.orthogonal_(w), RUNS


PEERS = {"numpy": numpy_peers, "scipy": scipy_peers, "torch": torch_peers}
