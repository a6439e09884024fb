# Left out: the ratio of the gradient's moments, and the angles.
import math

import numpy as np

# A grid for the logarithm of a mean square.
per_unit = 2**9
x = np.arange(-32 * per_unit, 32 * per_unit) / per_unit


def layer(n):
    """The factor of n ReLU units, χ²ₖ · 2/n with k of them active:
    the law of its logarithm, by its Fourier transform."""
    half = n / 4 * np.exp(x)
    law = np.zeros_like(x)
    for k in range(1, n + 1):
        log = k / 2 * np.log(half) - half - math.lgamma(k / 2)
        law += math.comb(n, k) / 2**n * np.exp(log) / per_unit
    return np.fft.fft(np.fft.ifftshift(law))


def median(*layers):
    """Of the product of independent factors, as (width, count)."""
    powers = [layer(n) ** count for n, count in layers]
    law = np.fft.fftshift(np.fft.ifft(np.prod(powers, 0)).real)
    dead = 1 - law.sum()  # a layer without an active unit
    return np.exp(x[np.searchsorted(dead + np.cumsum(law), 0.5)])


# A single narrow layer is felt.
assert median((80, 24), (8, 1), (80, 25)) < 0.75 * median((80, 50))

# The five is two and three: the second moment of a factor is
# 1 + 5/n, of a linear layer 1 + 2/n, of a rotated one 1 + 3/(n + 2).
n = 80
assert np.isclose((1 + 2 / n) * (1 + 3 / (n + 2)), 1 + 5 / n)
