//! From a name and its options to an initializer and a prediction, or to what is wrong with them.

use super::options::{MOST, positive};
use super::prediction::Prediction;
use super::{Initialization, InitializationError, catalogue};
use crate::initializer::{
    Constant, Convolution, DeltaOrthogonal, Fan, Fans, Identity, Initializer, KernelOrder, Layout,
    Normal, Orthogonal, Siren, Sparse, TruncatedNormal, Uniform, VarianceScaling, random_walk_gain,
    random_walk_gain_relu,
};
use crate::probability::Law;

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

    /// The fans of a group.
    fn fans(&self) -> Result<Fans, InitializationError> {
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
        Ok(self.layout().fans(&[inputs, fan_out]))
    }

    pub(super) fn recipe(&self) -> Result<Recipe, InitializationError> {
        let Some(entry) = catalogue().iter().find(|entry| entry.name == self.name) else {
            return Err(InitializationError::Name(self.name.clone()));
        };
        let options = &self.options;
        for (option, _) in options.given() {
            if !entry.options.contains(&option) {
                let name = self.name.clone();
                return Err(InitializationError::NotTaken { name, option });
            }
        }
        let fans = self.fans()?;
        let weights = (fans.fan_in * self.fan_out) as u64;
        let number =
            |option, given: Option<f64>, default| positive(option, given.unwrap_or(default));
        let independent = |std_dev, law| Prediction::Independent {
            std_dev,
            law,
            drawn: weights,
            weights,
        };
        let scaling = |scaling: VarianceScaling| Recipe {
            initializer: Box::new(scaling),
            prediction: independent(scaling.std_dev(fans), scaling.law()),
        };
        let walk = |gain: fn(usize) -> f64| -> Result<Recipe, InitializationError> {
            let law = options.law()?;
            Ok(scaling(VarianceScaling::with_gain(
                gain(fans.fan_in),
                Fan::In,
                law,
            )))
        };
        let fixed = |value, on| Prediction::Fixed { value, on, weights };
        Ok(match entry.name {
            "variance-scaling" => {
                let gain = number("gain", options.gain, 1.0)?;
                positive("the square of the gain", gain * gain)?;
                scaling(VarianceScaling::with_gain(
                    gain,
                    options.fan()?,
                    options.law()?,
                ))
            }
            "lecun" => scaling(VarianceScaling::lecun(options.law()?).on(options.fan()?)),
            "xavier" => scaling(VarianceScaling::xavier(options.law()?)),
            "he" => scaling(VarianceScaling::he(options.law()?).on(options.fan()?)),
            "pytorch-linear" => scaling(VarianceScaling::pytorch_linear()),
            "random-walk" => walk(random_walk_gain)?,
            "random-walk-relu" => walk(random_walk_gain_relu)?,
            "siren-first" => Recipe {
                initializer: Box::new(Siren::First),
                prediction: independent((1.0 / 3.0_f64).sqrt() / fans.of(Fan::In), Law::Uniform),
            },
            "siren-hidden" => {
                let omega = number("omega", options.omega, 30.0)?;
                Recipe {
                    initializer: Box::new(Siren::Hidden { omega }),
                    prediction: independent((2.0 / fans.of(Fan::In)).sqrt() / omega, Law::Uniform),
                }
            }
            "normal" => {
                let std_dev = number("std-dev", options.std_dev, 0.02)?;
                Recipe {
                    initializer: Box::new(Normal::new(0.0, std_dev)),
                    prediction: independent(std_dev, Law::Normal),
                }
            }
            "uniform" => {
                let bound = number("bound", options.bound, 0.05)?;
                Recipe {
                    initializer: Box::new(Uniform::new(-bound, bound)),
                    prediction: independent(bound / Law::Uniform.bound(), Law::Uniform),
                }
            }
            "truncated-normal" => {
                let std_dev = number("std-dev", options.std_dev, 0.02)?;
                let cut = number("cut", options.cut, 2.0)?;
                let law = Law::TruncatedNormal { cut };
                Recipe {
                    initializer: Box::new(TruncatedNormal::with_cut(0.0, std_dev, cut)),
                    prediction: independent(std_dev * cut / law.bound(), law),
                }
            }
            "sparse" => {
                let std_dev = number("std-dev", options.std_dev, 1.0)?;
                let sparse = match options.sparsity {
                    None => Sparse::new(15, std_dev),
                    Some(sparsity) if (0.0..1.0).contains(&sparsity) => {
                        Sparse::with_sparsity(sparsity, std_dev)
                    }
                    Some(value) => return Err(self.bad_sparsity(value, fans)),
                };
                let kept = sparse.connections(fans.fan_in);
                if kept == 0 {
                    return Err(self.bad_sparsity(options.sparsity.unwrap_or(f64::NAN), fans));
                }
                Recipe {
                    initializer: Box::new(sparse),
                    prediction: Prediction::Independent {
                        std_dev,
                        law: Law::Normal,
                        drawn: (kept * self.fan_out) as u64,
                        weights,
                    },
                }
            }
            "orthogonal" | "delta-orthogonal" => {
                let gain = number("gain", options.gain, 1.0)?;
                let initializer: Box<dyn Initializer> = if entry.name == "orthogonal" {
                    Box::new(Orthogonal::new(gain))
                } else {
                    Box::new(DeltaOrthogonal::new(gain))
                };
                Recipe {
                    initializer,
                    prediction: Prediction::Isometry {
                        gain,
                        rows: fans.fan_in as u64,
                        columns: fans.fan_out as u64,
                        groups: self.groups as u64,
                    },
                }
            }
            "identity" => {
                let gain = number("gain", options.gain, 1.0)?;
                let ones = fans.fan_in.min(fans.fan_out) * self.groups;
                Recipe {
                    initializer: Box::new(Identity::new(gain)),
                    prediction: fixed(gain, ones as u64),
                }
            }
            _ => {
                let value = options.value.unwrap_or(0.0);
                if !value.is_finite() {
                    return Err(InitializationError::NotFinite(value));
                }
                Recipe {
                    initializer: Box::new(Constant(value)),
                    prediction: fixed(value, weights),
                }
            }
        })
    }

    fn bad_sparsity(&self, value: f64, fans: Fans) -> InitializationError {
        InitializationError::Sparsity {
            value,
            fan_in: fans.fan_in,
        }
    }
}
