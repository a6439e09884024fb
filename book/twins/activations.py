import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Each with its slope.
activations = [
    (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    (lambda z: np.maximum(z, 0), lambda z: float(z > 0)),
]
z, h = 0.7, 1e-6
for value, slope in activations:
    difference = (value(z + h) - value(z - h)) / (2 * h)
    assert abs(difference - slope(z)) < 1e-9

# E relu(Z)² of a standard normal Z, by Gauss's rule. It is exact
# here only by symmetry: half of E Z².
nodes, weights = np.polynomial.hermite_e.hermegauss(20)
squares = np.maximum(nodes, 0) ** 2
assert np.isclose(weights @ squares / weights.sum(), 0.5)

assert np.isnan(np.maximum(np.nan, 0))  # a NaN is not a zero
assert np.fmax(np.nan, 0) == 0  # but here it is
