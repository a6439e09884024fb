import numpy as np

fan_in, fan_out = 100, 400
variance = 2 / (fan_in + fan_out)
bound = np.sqrt(6 / (fan_in + fan_out))
assert variance == 2 / 500
assert np.isclose(bound**2 / 3, variance)

rng = np.random.default_rng(1)
weight = rng.uniform(-bound, bound, (fan_in, fan_out))
# Farther off, less than one draw in a billion.
assert abs(np.mean(weight**2) / variance - 1) < 0.05

geometric = 1 / np.sqrt(fan_in * fan_out)
assert geometric == 1 / 200
