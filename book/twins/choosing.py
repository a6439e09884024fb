import numpy as np

rng = np.random.default_rng(1)


def normal(scale, fan_in, fan_out):
    return rng.normal(0, np.sqrt(scale / fan_in), (fan_in, fan_out))


# SiLU's scale is 1/E silu(Z)² of a standard normal Z.
z = np.linspace(-12, 12, 2401)
density = np.exp(-z * z / 2)
silu_square = (z / (1 + np.exp(-z))) ** 2
silu_scale = density.sum() / (density @ silu_square)

relu = normal(2, 512, 256)
silu = normal(silu_scale, 512, 256)
head = normal(1, 256, 10)
q, r = np.linalg.qr(rng.normal(size=(256, 256)))
recurrent = q * np.sign(np.diag(r))

# The last matrix of a branch, in a transformer of twelve blocks.
out = normal(1 / 24, 256, 256)

# A depthwise kernel, as PyTorch stores it: one input each.
outputs, inputs_of_group, rows, columns = (512, 1, 3, 3)
assert inputs_of_group * rows * columns == 9  # fan-in

# Farther off than eight standard errors is less than one draw in
# a billion.
for weight, variance in [
    (relu, 2 / 512),
    (silu, 2.8108 / 512),
    (head, 1 / 256),
    (out, 1 / (24 * 256)),
]:
    error = np.mean(weight**2) / variance - 1
    assert abs(error) < 8 * np.sqrt(2 / weight.size)
assert np.allclose(recurrent.T @ recurrent, np.eye(256))
