import numpy as np

# A standard normal Z on a fine grid.
z = np.linspace(-12, 12, 2401)
weights = np.exp(-z * z / 2)
weights /= weights.sum()


def second_moment(phi, q=1.0):
    return weights @ phi(np.sqrt(q) * z) ** 2


gain = 1 / np.sqrt(second_moment(np.tanh))
assert abs(gain - 1.592_537) < 1e-6

# χ: what becomes of a squared gradient in a layer.
slopes = weights @ (1 - np.tanh(z) ** 2) ** 2
assert abs(gain**2 * slopes - 1.177_807) < 1e-6

# He's factor is the gain of the ReLU.
relu_gain = 1 / np.sqrt(second_moment(lambda z: np.maximum(z, 0)))
assert abs(relu_gain - np.sqrt(2)) < 1e-12

# Where PyTorch's gain for tanh leads.
q = 1.0
for layer in range(200):
    q = (5 / 3) ** 2 * second_moment(np.tanh, q)
assert abs(np.sqrt(second_moment(np.tanh, q)) - 0.6513) < 1e-4
