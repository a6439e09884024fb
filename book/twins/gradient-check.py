import numpy as np

rng = np.random.default_rng(9)
first = rng.normal(0, np.sqrt(1 / 3), (3, 5))
second = rng.normal(0, np.sqrt(1 / 5), (5, 2))
x = np.array([[0.3, -1.0, 0.8]])
target = np.array([[0.5, -0.5]])


def loss(first):
    output = np.tanh(np.tanh(x @ first) @ second)
    return np.sum((output - target) ** 2)


hidden = np.tanh(x @ first)
output = np.tanh(hidden @ second)
delta = 2 * (output - target) * (1 - output**2)
delta = (delta @ second.T) * (1 - hidden**2)
gradient = x.T @ delta

h = 1e-5
step = np.zeros_like(first)
step[1, 4] = h
difference = (loss(first + step) - loss(first - step)) / (2 * h)
assert abs(difference - gradient[1, 4]) < 1e-9
