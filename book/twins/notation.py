import numpy as np

# Two inputs, three outputs.
weight = np.array([[1.0, -1.0, 0.0], [2.0, 0.0, 1.0]])
x = np.array([[1.0, 1.0]])  # a batch of one example
preactivation = x @ weight
activation = np.maximum(preactivation, 0)
assert (preactivation == [[3.0, -1.0, 1.0]]).all()
assert (activation == [[3.0, 0.0, 1.0]]).all()

fan_in, fan_out = weight.shape
scale = 2.0
variance = scale / fan_in
gain = np.sqrt(scale)
assert variance == 2 / 2
assert np.sqrt(variance) == gain / np.sqrt(fan_in)
