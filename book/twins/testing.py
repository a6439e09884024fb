import math

import numpy as np


def interval(n, false_alarm):
    """Where the mean of n squared standard normal numbers lies."""
    t = np.linspace(0.5, 1.6, 1_100_001)
    # The density of χ²ₙ/n, by its logarithm.
    size = n / 2 * math.log(n / 2) - math.lgamma(n / 2)
    density = np.exp(size + (n / 2 - 1) * np.log(t) - n / 2 * t)
    below = np.cumsum(density) * (t[1] - t[0])
    above = np.cumsum(density[::-1])[::-1] * (t[1] - t[0])
    tail = false_alarm / 2
    return t[below > tail][0], t[above > tail][-1]


# For a thousand and for a million weights.
for n, low, high in [
    (1_000, 0.7505, 1.2979),
    (1_000_000, 0.9914, 1.0087),
]:
    assert np.allclose(interval(n, 1e-9), (low, high), atol=1e-4)
