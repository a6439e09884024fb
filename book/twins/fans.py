import numpy as np

# One layer, 64 channels to 64 in eight groups, by its links:
# which inputs an output reads, at each of 3 × 3 places.
links = np.zeros((64, 64))
for group in range(8):
    of_group = slice(8 * group, 8 * group + 8)
    links[of_group, of_group] = 9
assert (links.sum(axis=0) == 72).all()  # fan-in
assert (links.sum(axis=1) == 72).all()  # fan-out

# A window of 3 × 3 that goes one step down and two across:
# how often is an input seen?
seen = np.zeros((20, 20))
for row in range(0, 18, 1):
    for column in range(0, 18, 2):
        seen[row : row + 3, column : column + 3] += 1
inside = seen[4:16, 4:16]  # away from the edges
assert set(inside.flat) == {3.0, 6.0}
assert inside.mean() == 4.5  # fan-out, half of nine

# A shape does not say what it means: the same numbers, two layers.
weight = np.zeros((512, 2048))
fans = {"x @ W": weight.shape, "W @ x": weight.shape[::-1]}
assert fans["x @ W"] == (512, 2048)
assert fans["W @ x"] == (2048, 512)
