# Only the largest weight is tested, at 1e-9, and the law is
# presumed: the library tries five laws, with all of their tests.
import numpy as np

rng = np.random.default_rng(1)
n, m = 64, 10
bound = np.sqrt(6 / (n + m))  # Xavier's
weight = rng.uniform(-bound, bound, (n, m))

# If the weights are uniform, the bound is no less than the largest,
# and rarely much more: that all are below a share s of it has
# probability s to the power of their number.
rare = 1e-9
low = np.abs(weight).max()
high = low / rare ** (1 / weight.size)
assert high < 1.033 * low

# Xavier's bound is between, but for one draw in a billion, and He's
# is not.
assert low <= bound <= high
assert high < np.sqrt(6 / n)
