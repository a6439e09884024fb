# Left out: the features at widths 64 and 4096, and the forms of the
# package.
import numpy as np

rng = np.random.default_rng(1)
inputs, rate = 16, 0.125
x = np.zeros(inputs)
x[0] = 4.0  # of squared length 16


def kernel(n, readout_std, rates):
    """By how much a step on −f moves f = x U v, of n units."""
    # Signs in place of Gaussians: the mean is the same, and of this
    # x no sign changes the kernel.
    u = rng.choice([-1.0, 1.0], (inputs, n)) / np.sqrt(inputs)
    v = rng.choice([-1.0, 1.0], n) * readout_std
    squared_gradient_u = np.sum(np.outer(x, v) ** 2)
    squared_gradient_v = np.sum((x @ u) ** 2)
    return rates[0] * squared_gradient_u + rates[1] * squared_gradient_v


# One rate for all layers: the kernel grows by n/d.
for n in (64, 256):
    standard = kernel(n, 1 / np.sqrt(n), (rate, rate))
    assert np.isclose(standard, 2 * (1 + n / 16))

# Maximal update: a small readout, and a rate for each layer.
for n in (64, 256):
    maximal = kernel(n, 1 / n, (rate * n, rate / n))
    assert np.isclose(maximal, 2 * (1 + 1 / 16))
