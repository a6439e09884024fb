import math

import numpy as np

rng = np.random.default_rng(4)
fan_in, fan_out = shape = 300, 200
std = np.sqrt(2 / fan_in)


def cut_normal(shape):
    """Standard normal numbers between −2 and 2."""
    z = rng.normal(size=shape)
    while (outside := np.abs(z) > 2).any():
        z[outside] = rng.normal(size=outside.sum())
    return z


# The share of its variance that the cut leaves.
density = np.exp(-2.0) / np.sqrt(2 * np.pi)
kept = 1 - 2 * 2 * density / math.erf(np.sqrt(2))
assert abs(kept - 0.774) < 1e-3

bound = np.sqrt(6 / fan_in)
for weight in (
    rng.normal(0, std, shape),
    rng.uniform(-bound, bound, shape),
    cut_normal(shape) * std / np.sqrt(kept),
):
    # Farther off, less than one draw in a billion.
    assert abs(np.mean(weight**2) / (2 / fan_in) - 1) < 0.05
