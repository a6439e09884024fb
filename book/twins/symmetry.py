# Ten steps of training in place of one forward pass, and equal to
# 1e-14 in place of equal bits.
import numpy as np

x = np.array([[0.5, -2.0], [1.0, 0.25]])
hidden_weight = np.full((2, 5), 0.3)
output_weight = np.full((5, 1), 0.3)

for step in range(10):
    hidden = np.tanh(x @ hidden_weight)
    # Five units, one signal. The last bits are left out, since
    # a fast product may add up each column in its own way.
    assert np.ptp(hidden, axis=1).max() < 1e-14

    # A step on the sum of the squared outputs leaves the units equal.
    output = np.tanh(hidden @ output_weight)
    delta = 2 * output * (1 - output**2)
    below = delta @ output_weight.T * (1 - hidden**2)
    output_weight -= 0.1 * hidden.T @ delta
    hidden_weight -= 0.1 * x.T @ below
