import numpy as np

rng = np.random.default_rng(0)
widths = [2, 8, 8, 1]
weights = [
    rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
    for fan_in, fan_out in zip(widths, widths[1:])
]

x = np.array([[1.0, -0.5]])
signal, masks = x, []
for weight in weights:
    preactivation = signal @ weight
    masks.append(preactivation > 0)
    signal = np.maximum(preactivation, 0)
assert signal[0, 0] > 0  # a dead output would show nothing

# Backward from the gradient of the output itself.
gradient = np.ones((1, 1))
for weight, mask in zip(reversed(weights), reversed(masks)):
    gradient = (gradient * mask) @ weight.T

# Euler: the products of the inputs and of the output's
# derivatives add up to the output.
assert abs(np.sum(x * gradient) - signal[0, 0]) < 1e-12
