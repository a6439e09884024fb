//! One pass over a model: every parameter gets the weights of the first rule that fits its path.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{DType, Tensor, TensorData, bf16, f16};
use unit_variance::{Layout, Streams};
use unit_variance_rules::{Choice, Filled, Filling, Rules};

use crate::{Error, data_of, layout};

pub(crate) fn initialize<M: Module>(
    model: M,
    rules: &Rules,
    streams: Streams,
) -> Result<(M, Filled), Error> {
    let mut mapper = Mapper {
        filling: rules.filling(streams),
        path: Vec::new(),
        layouts: Vec::new(),
        error: None,
    };
    let model = model.map(&mut mapper);
    match mapper.error {
        Some(error) => Err(error),
        None => Ok((model, mapper.filling.finish()?)),
    }
}

struct Mapper<'a> {
    filling: Filling<'a>,
    /// The names of the fields and indices that lead to a parameter.
    path: Vec<String>,
    /// Of each of them the layout that a kernel has in the struct that it is a field of, where that is known.
    layouts: Vec<Option<Layout>>,
    /// What went wrong first; from then on nothing is filled.
    error: Option<Error>,
}

impl ModuleMapper for Mapper<'_> {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        self.path.push(name.to_owned());
        self.layouts.push(layout::usual(container_type));
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
        self.layouts.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        if self.error.is_some() {
            return param;
        }
        let name = self.path.join(".");
        let Some(choice) = self.filling.choose(&name, D) else {
            return param;
        };
        let usual = self.layouts.last().copied().flatten();
        param.map(|tensor| match filled(&choice, &tensor, usual) {
            Ok(filled) => filled,
            Err(error) => {
                self.error = Some(error);
                tensor
            }
        })
    }
}

/// A tensor as this one, with the weights of its rule.
fn filled<const D: usize>(
    choice: &Choice<'_>,
    tensor: &Tensor<D>,
    usual: Option<Layout>,
) -> Result<Tensor<D>, Error> {
    let (shape, dtype) = (tensor.dims(), tensor.dtype());
    let data = data_of!(dtype, shape, T => choice.weights::<T>(&shape, usual)?)?;
    let filled = Tensor::from_data(data, (&tensor.device(), dtype));
    Ok(filled.set_require_grad(tensor.is_require_grad()))
}
