"""The initializers of other libraries on the workloads of `initializers.rs`."""

import math

RUNS = 7
N, M = 4096, 1024
STD, BOUND = math.sqrt(2 / N), math.sqrt(6 / (N + N))
# The standard deviation that a normal law cut at two of its own keeps.
KEPT = 0.87962566103423978


def numpy_peers(_cores):
    import numpy as np

    rng = np.random.default_rng(1)
    for dtype, name in [(np.float64, "f64"), (np.float32, "f32")]:
        out = np.empty((N, N), dtype)

        def normal(out=out, dtype=dtype):
            rng.standard_normal(out=out, dtype=dtype)
            np.multiply(out, dtype(STD), out=out)

        def uniform(out=out, dtype=dtype):
            rng.random(out=out, dtype=dtype)
            np.multiply(out, dtype(2 * BOUND), out=out)
            np.subtract(out, dtype(BOUND), out=out)

        yield f"he normal 4096 {name}", "NumPy", normal, RUNS
        yield f"xavier uniform 4096 {name}", "NumPy", uniform, RUNS

    def orthogonal():
        q, r = np.linalg.qr(rng.standard_normal((M, M)))
        q * np.sign(np.diag(r))

    yield "orthogonal 1024 f64", "NumPy", orthogonal, RUNS


def scipy_peers(_cores):
    import numpy as np
    from scipy.stats import truncnorm

    rng = np.random.default_rng(1)

    def truncated():
        truncnorm.rvs(-2, 2, scale=STD / KEPT, size=(N, N), random_state=rng)

    yield "truncated normal 4096 f64", "SciPy", truncated, 2


def mkl_peers(_cores):
    """MKL by its fastest method. It returns new memory; in blocks, it stays in the cache and is copied from there."""
    import mkl_random
    import numpy as np

    rng = mkl_random.MKLRandomState(1, brng="SFMT19937")
    out, rows = np.empty((N, N)), 8

    def normal(shape):
        return rng.normal(0.0, STD, shape, method="ICDF")

    def uniform(shape):
        return rng.uniform(-BOUND, BOUND, shape)

    def in_blocks(draw):
        for row in range(0, N, rows):
            out[row : row + rows] = draw((rows, N))

    for workload, draw in [("he normal 4096 f64", normal), ("xavier uniform 4096 f64", uniform)]:
        yield workload, "MKL", lambda draw=draw: draw((N, N)), RUNS
        yield workload, "MKL in blocks", lambda draw=draw: in_blocks(draw), RUNS


def torch_peers(cores):
    import torch

    torch.set_num_threads(cores)
    init = torch.nn.init
    for dtype, name in [(torch.float64, "f64"), (torch.float32, "f32")]:
        wide, small = torch.empty(N, N, dtype=dtype), torch.empty(M, M, dtype=dtype)
        yield f"he normal 4096 {name}", "PyTorch", lambda w=wide: init.kaiming_normal_(w), RUNS
        yield f"xavier uniform 4096 {name}", "PyTorch", lambda w=wide: init.xavier_uniform_(w), RUNS
        yield (
            f"truncated normal 4096 {name}",
            "PyTorch",
            lambda w=wide: init.trunc_normal_(w, std=STD / KEPT, a=-2 * STD / KEPT, b=2 * STD / KEPT),
            2,
        )
        yield f"orthogonal 1024 {name}", "PyTorch", lambda w=small: init.orthogonal_(w), RUNS


def jax_peers(_cores):
    import jax

    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)
    init, key = jax.nn.initializers, jax.random.key(1)
    for dtype, name in [(jax.numpy.float64, "f64"), (jax.numpy.float32, "f32")]:
        for workload, initializer, size in [
            ("he normal 4096", init.variance_scaling(2.0, "fan_in", "normal"), N),
            ("xavier uniform 4096", init.glorot_uniform(), N),
            ("truncated normal 4096", init.he_normal(), N),
            ("orthogonal 1024", init.orthogonal(), M),
        ]:
            draw = jax.jit(lambda key, f=initializer, n=size, dtype=dtype: f(key, (n, n), dtype))
            draw(key).block_until_ready()
            yield f"{workload} {name}", "JAX", lambda draw=draw: draw(key).block_until_ready(), RUNS


PEERS = {
    "numpy": numpy_peers,
    "scipy": scipy_peers,
    "mkl_random": mkl_peers,
    "torch": torch_peers,
    "jax": jax_peers,
}
