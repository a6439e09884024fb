from statistics import NormalDist

import numpy as np

rng = np.random.RandomState(0)  # the notebook's generator
n, points, rate = 100, 1000, 0.01


def normal(std):
    return lambda: std * rng.normal(size=(n, n))


def uniform(bound):
    return lambda: rng.uniform(-bound, bound, (n, n))


def small():
    """Normal numbers of deviation 0.01, cut at ±0.01."""
    gauss = NormalDist()
    share = rng.random_sample((n, n)) * (1 - 2 * gauss.cdf(-1))
    return 0.01 * np.vectorize(gauss.inv_cdf)(gauss.cdf(-1) + share)


laws = [
    lambda: np.zeros((n, n)), normal(1), normal(0.01), small,
    small, uniform(0.1),  # "LeCun"
    small, uniform(np.sqrt(1 / 200)),  # "Xavier"
    small, uniform(0.1),  # "He"
]
for draw in laws:
    weights = [draw() for layer in range(3)]
    biases = [np.zeros(n) for layer in range(3)]
    x = rng.normal(size=(points, n))
    of_output = np.ones((points, n))
    for epoch in range(2):
        signals, preactivations = [x], []
        for weight, bias in zip(weights, biases):
            preactivations.append(signals[-1] @ weight + bias)
            signals.append(np.maximum(preactivations[-1], 0))
        gradient, deltas = of_output, []
        for layer in (2, 1, 0):
            delta = gradient * (preactivations[layer] > 0)
            gradient = delta @ weights[layer].T
            # Summed over the inputs, where a mean was meant.
            weights[layer] -= rate * signals[layer].T @ delta
            biases[layer] -= rate * delta.sum(axis=0)
            deltas.append(delta)
        # What the next epoch begins with, and should not.
        x, of_output = preactivations[2], deltas[-1]
    # The second epoch has no gradients, in any of the ten.
    assert not np.any(deltas) and not np.any(gradient)
