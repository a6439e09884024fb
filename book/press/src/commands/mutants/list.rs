//! The mistakes: plausible, small, and each made by somebody before.

/// A mistake, as an edit of one file of the library.
#[derive(Debug)]
pub(crate) struct Mutant {
    /// What `--only` calls it.
    pub(crate) name: &'static str,
    /// What is wrong.
    pub(crate) mistake: &'static str,
    /// The file, relative to the project.
    pub(crate) file: &'static str,
    /// What stands there, exactly once, and what is put in its place.
    pub(crate) edits: &'static [(&'static str, &'static str)],
}

const LAW: &str = "src/probability/law.rs";
const LANES: &str = "src/probability/lanes.rs";
const NORMAL: &str = "src/probability/normal_sampler.rs";
const MOMENTS: &str = "src/probability/moments.rs";
const NUMPY: &str = "src/probability/numpy_legacy.rs";
const ACTIVATION: &str = "src/activation/formula.rs";
const ACTIVATION_MOMENTS: &str = "src/activation/moments.rs";
const BLOCK: &str = "src/initializer/block.rs";
const FANS: &str = "src/initializer/fans.rs";
const LAYOUT: &str = "src/initializer/layout.rs";
const ORTHOGONAL: &str = "src/initializer/orthogonal.rs";
const ROLES: &str = "src/initializer/roles.rs";
const SCALING: &str = "src/initializer/variance_scaling.rs";
const DENSE: &str = "src/network/dense.rs";
const LOSS: &str = "src/network/loss.rs";
const NETWORK: &str = "src/network/network.rs";
const TRAINER: &str = "src/network/trainer.rs";
const TRAINING: &str = "src/network/training.rs";
const THEORY: &str = "src/theory/finite_width.rs";
const RELU_PRODUCT: &str = "src/theory/relu_product.rs";
const MEAN_FIELD: &str = "src/theory/mean_field.rs";
const VERDICT: &str = "src/evidence/verdict.rs";
const CHECK: &str = "src/evidence/check.rs";
const TILES: &str = "src/matrix/tiles.rs";
const SPARSE: &str = "src/matrix/sparse.rs";
const BATCHES: &str = "book/experiments/src/batches.rs";
const DEEP_SIGNAL: &str = "book/experiments/src/deep_signal.rs";
const MNIST_DEPTH: &str = "book/experiments/src/mnist_depth.rs";

/// Every mistake that the claims and the tests must catch, in the order of the library's folders.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "uniform-without-root-three",
        mistake: "uniform weights between ±σ, the square root of 3 dropped",
        file: LAW,
        edits: &[("Self::Uniform => 3_f64.sqrt(),", "Self::Uniform => 1.0,")],
    },
    Mutant {
        name: "uniform-positive",
        mistake: "uniform weights between 0 and a, not between −a and a",
        file: LANES,
        edits: &[(
            "*draw = factor * symmetric_unit(word);",
            "*draw = factor * unit_interval(word);",
        )],
    },
    Mutant {
        name: "truncation-uncorrected",
        mistake: "truncated weights that are not scaled up for their lost tails",
        file: LAW,
        edits: &[(
            "Self::TruncatedNormal { cut } => truncated_moments(cut).0.sqrt().recip(),",
            "Self::TruncatedNormal { .. } => 1.0,",
        )],
    },
    Mutant {
        name: "truncation-clamped",
        mistake: "tails clamped to the cut instead of drawn again",
        file: NORMAL,
        edits: &[(
            "while strip[i].abs() > bound {",
            "strip[i] = strip[i].clamp(-bound, bound);\n            while strip[i].abs() > bound {",
        )],
    },
    Mutant {
        name: "sample-variance",
        mistake: "the deviations divided by n − 1, where population moments are meant",
        file: MOMENTS,
        edits: &[(
            "(self.deviations / self.count as f64).sqrt(),",
            "(self.deviations / (self.count - 1) as f64).sqrt(),",
        )],
    },
    Mutant {
        name: "numpy-pair-swapped",
        mistake: "of NumPy's two normals, the first one returned first",
        file: NUMPY,
        edits: &[
            ("Some(f * x1)", "Some(f * x2)"),
            ("return f * x2;", "return f * x1;"),
        ],
    },
    Mutant {
        name: "relu-leaks",
        mistake: "a ReLU that lets a tenth of the negative side through",
        file: ACTIVATION,
        edits: &[(
            "if z.re() <= 0.0 { D::from(0.0) } else { z }",
            "if z.re() <= 0.0 { z * 0.1 } else { z }",
        )],
    },
    Mutant {
        name: "kinks-forgotten",
        mistake: "a second moment integrated across the kinks",
        file: ACTIVATION_MOMENTS,
        edits: &[(
            "gaussian_expectation(|x| self.value(x).powi(2), q, self.kinks())",
            "gaussian_expectation(|x| self.value(x).powi(2), q, &[])",
        )],
    },
    Mutant {
        name: "blocks-repeat",
        mistake: "one generator for every block of a matrix, so that its rows repeat",
        file: BLOCK,
        edits: &[(
            "streams.block((first_whole + i) as u64)",
            "streams.block((first_whole + i.min(0)) as u64)",
        )],
    },
    Mutant {
        name: "fans-swapped",
        mistake: "fan_out where fan_in is meant, and the other way round",
        file: FANS,
        edits: &[(
            "Fan::In => fan_in,\n            Fan::Out => fan_out,",
            "Fan::In => fan_out,\n            Fan::Out => fan_in,",
        )],
    },
    Mutant {
        name: "average-is-sum",
        mistake: "fan_in + fan_out, not halved: Xavier's 2 forgotten",
        file: FANS,
        edits: &[("f64::midpoint(fan_in, fan_out)", "fan_in + fan_out")],
    },
    Mutant {
        name: "geometric-without-root",
        mistake: "the product of the fans for their geometric mean",
        file: FANS,
        edits: &[("(fan_in * fan_out).sqrt()", "fan_in * fan_out")],
    },
    Mutant {
        name: "layout-transposed",
        mistake: "a kernel (fan_in, fan_out) read as (fan_out, fan_in)",
        file: ROLES,
        edits: &[(
            "Self::InOut => plain(&[0], &[1]),",
            "Self::InOut => plain(&[1], &[0]),",
        )],
    },
    Mutant {
        name: "groups-forgotten",
        mistake: "the fans of a grouped convolution as if every channel met every other",
        file: LAYOUT,
        edits: &[("shape[axis] / groups", "shape[axis].max(groups)")],
    },
    Mutant {
        name: "stride-forgotten",
        mistake: "the fans of a strided convolution as if it had an output at every position",
        file: LAYOUT,
        edits: &[
            ("inputs / steps", "inputs.max(steps / steps)"),
            ("outputs / steps", "outputs.max(steps / steps)"),
        ],
    },
    Mutant {
        name: "haar-signs-dropped",
        mistake: "the signs of a QR decomposition as they come: orthogonal, but not uniform",
        file: ORTHOGONAL,
        edits: &[("signs.push(-sign);", "signs.push(sign * sign);")],
    },
    Mutant {
        name: "he-factor-1.9",
        mistake: "He's factor 2 made 1.9",
        file: SCALING,
        edits: &[(
            "Self::new(2.0, Fan::In, law)",
            "Self::new(1.9, Fan::In, law)",
        )],
    },
    Mutant {
        name: "he-gain-for-scale",
        mistake: "He's gain √2 taken for the factor of the variance",
        file: SCALING,
        edits: &[(
            "Self::new(2.0, Fan::In, law)",
            "Self::new(std::f64::consts::SQRT_2, Fan::In, law)",
        )],
    },
    Mutant {
        name: "computed-gain-for-scale",
        mistake: "an activation's computed gain taken for the factor of the variance",
        file: SCALING,
        edits: &[(
            "Self::new(activation.second_moment().recip(), Fan::In, law)",
            "Self::new(activation.gain(), Fan::In, law)",
        )],
    },
    Mutant {
        name: "pytorch-is-lecun",
        mistake: "PyTorch's default taken for LeCun's rule",
        file: SCALING,
        edits: &[(
            "Self::new(1.0 / 3.0, Fan::In, Law::Uniform)",
            "Self::new(1.0, Fan::In, Law::Uniform)",
        )],
    },
    Mutant {
        name: "std-dev-without-root",
        mistake: "weights scaled by their variance, not by its square root",
        file: SCALING,
        edits: &[("            variance.sqrt()\n", "            variance\n")],
    },
    Mutant {
        name: "bias-dropped",
        mistake: "a layer that forgets its bias",
        file: DENSE,
        edits: &[(
            "product(x, &self.weight) + &self.bias",
            "product(x, &self.weight)",
        )],
    },
    Mutant {
        name: "slope-left-out",
        mistake: "backward: the slope of the activation left out",
        file: DENSE,
        edits: &[(
            "let dz = &dh * &z.mapv(|z| self.activation.slope(z));",
            "let dz = &dh * &z.mapv(|_| 1.0);",
        )],
    },
    Mutant {
        name: "slope-of-the-activation",
        mistake: "backward: the slope taken at φ(z), not at z",
        file: DENSE,
        edits: &[(
            "z.mapv(|z| self.activation.slope(z))",
            "z.mapv(|z| self.activation.slope(self.activation.value(z)))",
        )],
    },
    Mutant {
        name: "outer-product-transposed",
        mistake: "backward: dZᵀ X for the weights, not Xᵀ dZ",
        file: DENSE,
        edits: &[(
            "let dw = product(&x.t(), &dz);",
            "let dw = product(&dz.t(), x);",
        )],
    },
    Mutant {
        name: "bias-gradient-forgotten",
        mistake: "backward: no gradient for the bias",
        file: DENSE,
        edits: &[(
            "let db = dz.sum_axis(Axis(0));",
            "let db = 0.0 * dz.sum_axis(Axis(0));",
        )],
    },
    Mutant {
        name: "weights-not-transposed",
        mistake: "backward: dZ W handed down where the matrix is square, not dZ Wᵀ",
        file: DENSE,
        edits: &[(
            "let dx = product(&dz, &self.weight.t());",
            "let dx = if self.weight.is_square() { product(&dz, &self.weight) } else { product(&dz, &self.weight.t()) };",
        )],
    },
    Mutant {
        name: "squares-without-two",
        mistake: "the gradient of a square without its factor 2",
        file: LOSS,
        edits: &[(
            "Self::SumOfSquares { targets } => 2.0 * (output.to_owned() - targets),",
            "Self::SumOfSquares { targets } => output.to_owned() - targets,",
        )],
    },
    Mutant {
        name: "mean-not-divided",
        mistake: "the gradient of a mean of squares not divided by their number",
        file: LOSS,
        edits: &[(
            "2.0 * (output.to_owned() - targets) / output.len() as f64",
            "2.0 * (output.to_owned() - targets)",
        )],
    },
    Mutant {
        name: "cross-entropy-not-divided",
        mistake: "the gradient of the cross-entropy not divided by the batch",
        file: LOSS,
        edits: &[(
            "                gradient / output.nrows() as f64",
            "                gradient",
        )],
    },
    Mutant {
        name: "label-not-subtracted",
        mistake: "the gradient of the cross-entropy without its label",
        file: LOSS,
        edits: &[(
            "row[*label] = -row.sum();",
            "row[*label] = 1.0 - row.sum();",
        )],
    },
    Mutant {
        name: "one-matrix-for-all-layers",
        mistake: "one seed for all layers: the same matrix in every one",
        file: NETWORK,
        edits: &[
            (
                "let layers = widths\n            .windows(2)",
                "let streams = crate::probability::Streams::from_rng(rng);\n        let layers = widths\n            .windows(2)",
            ),
            (
                "initializer.sample((pair[0], pair[1]), rng)",
                "initializer.sample((pair[0], pair[1]), &mut streams.stream(\"weight\"))",
            ),
        ],
    },
    Mutant {
        name: "input-for-every-layer",
        mistake: "every layer fed with the network's input, not with the layer before it",
        file: NETWORK,
        edits: &[(
            "let signal = layer.forward(trace.output());",
            "let signal = layer.forward(if x.ncols() == layer.weight.nrows() { x } else { trace.output() });",
        )],
    },
    Mutant {
        name: "uphill",
        mistake: "a step of gradient descent along the gradient, not against it",
        file: TRAINING,
        edits: &[(
            "v.assign(g);\n                w.scaled_add(-rate, g);",
            "v.assign(g);\n                w.scaled_add(rate, g);",
        )],
    },
    Mutant {
        name: "nesterov-is-momentum",
        mistake: "Nesterov's step without its look ahead",
        file: TRAINING,
        edits: &[(
            "w.scaled_add(-rate * momentum, v);\n                w.scaled_add(-rate, g);",
            "w.scaled_add(-rate, v);",
        )],
    },
    Mutant {
        name: "decay-of-the-velocity",
        mistake: "weights that decay by their velocity, not by themselves",
        file: TRAINER,
        edits: &[(
            "let v = momentum * v + (g + decay * w);",
            "let v = momentum * v + (g + decay * v);",
        )],
    },
    Mutant {
        name: "gradient-part-repeated",
        mistake: "a gradient in parts, each of which begins with the first row",
        file: TRAINER,
        edits: &[(
            "let rows = first..(first + rows).min(fan_in);",
            "let rows = 0..rows.min(fan_in - first);",
        )],
    },
    Mutant {
        name: "bias-in-every-block",
        mistake: "a bias that a long sum adds once for each of its blocks",
        file: TILES,
        edits: &[(
            "if depth.end == self.depth && !self.bias.is_empty() {",
            "if !self.bias.is_empty() {",
        )],
    },
    Mutant {
        name: "pixels-misplaced",
        mistake: "images whose words of eight pixels lie one pixel apart",
        file: SPARSE,
        edits: &[("keep(eight, 8 * i, kept", "keep(eight, i, kept")],
    },
    Mutant {
        name: "one-order-for-all",
        mistake: "every epoch in the order of the first",
        file: BATCHES,
        edits: &[(
            "self.order = shuffled(images.count(), self.streams, epoch);",
            "self.order = shuffled(images.count(), self.streams, 0);",
        )],
    },
    Mutant {
        name: "drift-forgotten",
        mistake: "a typical network that does not shrink",
        file: THEORY,
        edits: &[(
            "let log = digamma(half) + (4.0 / n as f64).ln();",
            "let log = half.ln() + (4.0 / n as f64).ln();",
        )],
    },
    Mutant {
        name: "product-of-halves",
        mistake: "an exact law of many layers whose gamma variables have half of their shape",
        file: RELU_PRODUCT,
        edits: &[(
            "let step = 2.0 * t / f64::from(k);",
            "let step = 4.0 * t / f64::from(k);",
        )],
    },
    Mutant {
        name: "product-of-one-layer-less",
        mistake: "an exact law of L layers that multiplies L - 1 factors",
        file: RELU_PRODUCT,
        edits: &[("centered.powu(depth)", "centered.powu(depth - 1)")],
    },
    Mutant {
        name: "gain-not-squared",
        mistake: "wide layers whose variance is multiplied by the gain, not by its square",
        file: MEAN_FIELD,
        edits: &[("weight: gain * gain,", "weight: gain,")],
    },
    Mutant {
        name: "chi-of-the-value",
        mistake: "the moment of the activation in place of that of its slope for the gradient",
        file: MEAN_FIELD,
        edits: &[(
            "self.weight * self.activation.slope_moment_at(q)",
            "self.weight * self.activation.second_moment_at(q)",
        )],
    },
    Mutant {
        name: "nan-accepted",
        mistake: "an interval that a NaN is not outside of",
        file: VERDICT,
        edits: &[(
            "self.low <= x && x <= self.high",
            "!(x < self.low || self.high < x)",
        )],
    },
    Mutant {
        name: "foils-ignored",
        mistake: "a judge who does not mind that a foil passes",
        file: VERDICT,
        edits: &[(
            "&& self.foils.iter().all(|foil| foil.caught)",
            "&& self.foils.iter().all(|foil| foil.caught || !foil.caught)",
        )],
    },
    Mutant {
        name: "foil-laws-ignored",
        mistake: "a judge who does not mind that a foil is wrong by another factor than is said",
        file: VERDICT,
        edits: &[(
            "&& self.foils.iter().all(FoilOutcome::as_predicted)",
            "&& self.foils.iter().any(|_| true)",
        )],
    },
    Mutant {
        name: "power-unchecked",
        mistake: "a check that runs although it would miss its foil",
        file: CHECK,
        edits: &[(
            "miss.is_none_or(|miss| miss <= BETA),",
            "miss.is_none_or(|miss| miss <= 1.0),",
        )],
    },
    Mutant {
        name: "readout-drawn-last",
        mistake: "the notebook's matrices drawn in the order of the layers",
        file: DEEP_SIGNAL,
        edits: &[
            (
                "    let readout = Dense::new(matrix(width, 1), Activation::Identity);\n",
                "",
            ),
            (
                "(Network { layers }, readout)",
                "(Network { layers }, Dense::new(matrix(width, 1), Activation::Identity))",
            ),
        ],
    },
    Mutant {
        name: "field-left-out-of-the-key",
        mistake: "two runs that differ in their initializers share a table",
        file: MNIST_DEPTH,
        edits: &[(
            "    #[serde(serialize_with = \"option::joined\")]\n    pub initializers",
            "    #[serde(skip)]\n    pub initializers",
        )],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::fs;
    use std::path::Path;

    #[test]
    fn every_mutant_changes_text_that_stands_exactly_once() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for mutant in MUTANTS {
            let source = fs::read_to_string(root.join(mutant.file)).expect("the file is there");
            assert!(
                mutant.applied_to(&source).is_ok(),
                "{}",
                mutant.applied_to(&source).unwrap_err()
            );
        }
    }

    #[test]
    fn every_mutant_has_a_name_of_its_own() {
        let names: HashSet<&str> = MUTANTS.iter().map(|mutant| mutant.name).collect();
        assert_eq!(names.len(), MUTANTS.len());
    }
}
