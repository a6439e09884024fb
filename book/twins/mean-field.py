# Left out: that the edge attracts, and the scale of the gradient.
import numpy as np

# Two independent standard normal numbers on a grid.
z = np.linspace(-9, 9, 121)
weights = np.exp(-z * z / 2)
weights /= weights.sum()
bias = 0.05


def settled(weight):
    """The variance of a pre-activation, and χ, far down."""
    q = 1.0
    for layer in range(500):
        q = weight * weights @ np.tanh(np.sqrt(q) * z) ** 2 + bias
    slopes = weights @ np.cosh(np.sqrt(q) * z) ** -4.0
    return q, weight * slopes


def correlation(weight):
    """Where the correlation of two inputs comes to rest."""
    (q, _), c = settled(weight), 0.5
    one = np.sqrt(q) * z[:, np.newaxis]
    for layer in range(200):
        other = c * one + np.sqrt((1 - c * c) * q) * z
        product = np.tanh(one) * np.tanh(other)
        c = min(1.0, (weight * weights @ product @ weights + bias) / q)
    return c


# The edge of tanh, where χ is 1, between order and chaos.
order, chaos = 1.0, 3.0
for halving in range(30):
    edge = (order + chaos) / 2
    if settled(edge)[1] < 1:
        order = edge
    else:
        chaos = edge
assert abs(edge - 1.760_954_6) < 1e-6

# On the ordered side two inputs fall together, in the end by χ a
# layer.
assert abs(correlation(1.0) - 1.0) < 1e-9
assert abs(-1 / np.log(settled(1.0)[1]) - 3.627) < 1e-3
# On the other they tend to a correlation of 0.3.
assert abs(correlation(3.0) - 0.2993) < 1e-4
