//! From a name and its options to an initializer and a prediction, or to what is wrong with them.

use super::options::{MOST, in_range, positive};
use super::prediction::Prediction;
use super::{Initialization, InitializationError, catalogue};
use unit_variance::initializer::{
    Constant, Convolution, DeltaOrthogonal, Fan, Fans, Identity, Initializer, KernelOrder, Layout,
    Normal, Orthogonal, Siren, Sparse, TruncatedNormal, Uniform, VarianceScaling, random_walk_gain,
    random_walk_gain_relu,
};
use unit_variance::probability::Law;

/// An initializer, and what its weights must look like.
pub(super) struct Recipe {
    pub(super) initializer: Box<dyn Initializer>,
    pub(super) prediction: Prediction,
}

impl Initialization {
    pub(super) fn layout(&self) -> Layout {
        Convolution::new(KernelOrder::SpaceInOut)
            .groups(self.groups)
            .into()
    }

    /// The inputs and outputs of a group.
    fn shape(&self) -> Result<(usize, usize), InitializationError> {
        let &Self {
            fan_in,
            fan_out,
            groups,
            ..
        } = self;
        if fan_in == 0 || fan_out == 0 {
            return Err(InitializationError::Empty(fan_in, fan_out));
        }
        if groups == 0 || !fan_in.is_multiple_of(groups) || !fan_out.is_multiple_of(groups) {
            return Err(InitializationError::Groups {
                groups,
                fan_in,
                fan_out,
            });
        }
        let inputs = fan_in / groups;
        if inputs.checked_mul(fan_out).is_none_or(|size| size > MOST) {
            return Err(InitializationError::TooLarge(inputs, fan_out));
        }
        Ok((inputs, fan_out / groups))
    }

    pub(super) fn recipe(&self) -> Result<Recipe, InitializationError> {
        let Some(entry) = catalogue().iter().find(|entry| entry.name == self.name) else {
            return Err(InitializationError::Name(self.name.clone()));
        };
        let mut given = self.options.given();
        if let Some(option) = given.find(|option| !entry.options.contains(option)) {
            let name = self.name.clone();
            return Err(InitializationError::NotTaken { name, option });
        }
        let shape = self.shape()?;
        let fans = Fans::dense(shape);
        match self.scaling(shape.0)? {
            Some(scaling) => Ok(Recipe {
                prediction: self.independent(shape, scaling.std_dev(fans), scaling.law()),
                initializer: Box::new(scaling),
            }),
            None => match self.given(shape)? {
                Some(recipe) => Ok(recipe),
                None => self.structured(shape),
            },
        }
    }

    /// The rules `Var(w) = scale / fan`.
    fn scaling(&self, inputs: usize) -> Result<Option<VarianceScaling>, InitializationError> {
        let options = &self.options;
        let walk = |gain| -> Result<_, InitializationError> {
            Ok(VarianceScaling::try_with_gain(
                gain,
                Fan::In,
                options.law()?,
            )?)
        };
        Ok(Some(match self.name.as_str() {
            "variance-scaling" => {
                let gain = positive("gain", options.gain.unwrap_or(1.0))?;
                VarianceScaling::try_with_gain(gain, options.fan()?, options.law()?)?
            }
            "lecun" => VarianceScaling::lecun(options.law()?).on(options.fan()?),
            "xavier" => VarianceScaling::xavier(options.law()?),
            "he" => VarianceScaling::he(options.law()?).on(options.fan()?),
            "pytorch-linear" => VarianceScaling::pytorch_linear(),
            "random-walk" => walk(random_walk_gain(inputs))?,
            "random-walk-relu" => walk(random_walk_gain_relu(inputs))?,
            _ => return Ok(None),
        }))
    }

    /// Independent weights with parameters as given.
    fn given(&self, shape: (usize, usize)) -> Result<Option<Recipe>, InitializationError> {
        let options = &self.options;
        let std_dev = || in_range("std-dev", options.std_dev.unwrap_or(0.02));
        let fan_in = shape.0 as f64;
        let (initializer, std_dev, law): (Box<dyn Initializer>, _, _) = match self.name.as_str() {
            "siren-first" => {
                let std_dev = (1.0 / 3.0_f64).sqrt() / fan_in;
                (Box::new(Siren::First), std_dev, Law::Uniform)
            }
            "siren-hidden" => {
                let omega = positive("omega", options.omega.unwrap_or(30.0))?;
                in_range("the square of omega", omega * omega)?;
                let std_dev = (2.0 / fan_in).sqrt() / omega;
                (Box::new(Siren::Hidden { omega }), std_dev, Law::Uniform)
            }
            "normal" => (
                Box::new(Normal::new(0.0, std_dev()?)),
                std_dev()?,
                Law::Normal,
            ),
            "uniform" => {
                let bound = in_range("bound", options.bound.unwrap_or(0.05))?;
                let std_dev = bound / Law::Uniform.bound();
                (Box::new(Uniform::new(-bound, bound)), std_dev, Law::Uniform)
            }
            "truncated-normal" => {
                let cut = positive("cut", options.cut.unwrap_or(2.0))?;
                let std_dev = positive("std-dev", options.std_dev.unwrap_or(0.02))?;
                let law = Law::TruncatedNormal { cut };
                // What is not cut in any f64 has the standard deviation that it was given.
                let of_weights = in_range(
                    "the standard deviation of the weights, by std-dev and cut,",
                    if cut < law.bound() {
                        std_dev * cut / law.bound()
                    } else {
                        std_dev
                    },
                )?;
                let initializer = Box::new(TruncatedNormal::with_cut(0.0, std_dev, cut));
                (initializer, of_weights, law)
            }
            _ => return Ok(None),
        };
        Ok(Some(Recipe {
            initializer,
            prediction: self.independent(shape, std_dev, law),
        }))
    }

    /// Weights that depend on where they stand.
    fn structured(&self, shape: (usize, usize)) -> Result<Recipe, InitializationError> {
        let (inputs, outputs) = shape;
        let options = &self.options;
        let gain = || in_range("gain", options.gain.unwrap_or(1.0));
        let isometry = |gain| Prediction::Isometry {
            gain,
            rows: inputs as u64,
            columns: outputs as u64,
            groups: self.groups as u64,
        };
        let fixed = |value, on: usize| Prediction::Fixed {
            value,
            on: on as u64,
            weights: self.weights(shape),
        };
        let (initializer, prediction): (Box<dyn Initializer>, _) = match self.name.as_str() {
            "orthogonal" => (Box::new(Orthogonal::new(gain()?)), isometry(gain()?)),
            "delta-orthogonal" if inputs > outputs => {
                return Err(InitializationError::Narrowing(self.fan_in, self.fan_out));
            }
            "delta-orthogonal" => (Box::new(DeltaOrthogonal::new(gain()?)), isometry(gain()?)),
            "identity" => {
                let ones = inputs.min(outputs) * self.groups;
                (Box::new(Identity::new(gain()?)), fixed(gain()?, ones))
            }
            "sparse" => {
                let std_dev = in_range("std-dev", options.std_dev.unwrap_or(1.0))?;
                let sparse = sparse(options.sparsity, std_dev, inputs)?;
                let prediction = Prediction::Independent {
                    std_dev,
                    law: Law::Normal,
                    drawn: (sparse.connections(inputs) * self.fan_out) as u64,
                    weights: self.weights(shape),
                };
                (Box::new(sparse), prediction)
            }
            _ => {
                let value = options.value.unwrap_or(0.0);
                if !value.is_finite() {
                    return Err(InitializationError::NotFinite(value));
                }
                if value != 0.0 {
                    in_range("the size of value", value.abs())?;
                }
                let all = inputs * self.fan_out;
                (Box::new(Constant(value)), fixed(value, all))
            }
        };
        Ok(Recipe {
            initializer,
            prediction,
        })
    }

    fn weights(&self, (inputs, _): (usize, usize)) -> u64 {
        (inputs * self.fan_out) as u64
    }

    fn independent(&self, shape: (usize, usize), std_dev: f64, law: Law) -> Prediction {
        let weights = self.weights(shape);
        Prediction::Independent {
            std_dev,
            law,
            drawn: weights,
            weights,
        }
    }
}

/// The sparse initializer of this sparsity, or of 15 connections, if it leaves any weight.
fn sparse(
    sparsity: Option<f64>,
    std_dev: f64,
    fan_in: usize,
) -> Result<Sparse, InitializationError> {
    let Some(value) = sparsity else {
        return Ok(Sparse::new(15, std_dev));
    };
    if (0.0..1.0).contains(&value) {
        let sparse = Sparse::with_sparsity(value, std_dev);
        if sparse.kept_of(fan_in) > 0 {
            return Ok(sparse);
        }
    }
    Err(InitializationError::Sparsity { value, fan_in })
}
