import math

import numpy as np

rng = np.random.default_rng(1)
cut = 0.5

# A normal number between −cut and cut has variance `kept`.
density = np.exp(-cut * cut / 2) / np.sqrt(2 * np.pi)
kept = 1 - 2 * cut * density / math.erf(cut / np.sqrt(2))

normal = rng.normal(size=200_000)
uniform = rng.uniform(-1, 1, 50_000) * np.sqrt(3)
truncated = normal[np.abs(normal) <= cut] / np.sqrt(kept)

edges = np.inf, np.sqrt(3), cut / np.sqrt(kept)
for sample, edge in zip((normal, uniform, truncated), edges):
    # One variance: farther off, less than one draw in a billion.
    assert abs(np.var(sample) - 1) < 0.05
    # Three edges.
    assert np.abs(sample).max() <= edge
