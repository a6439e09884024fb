//! Six small layers, connection by connection.

use clap::Args;
use serde::Serialize;
use unit_variance::initializer::Wiring;

use crate::{Configuration, Progress, Table, option, without_options};

/// Every connection of six small layers, from its input to its output.
///
/// Besides, how many inputs and outputs the layer has, and its fans: the connections over the outputs, and over the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Args)]
pub struct Connections {
    /// The positions of a window; the transposed one has twice as many as it moves by.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "3")]
    pub kernel: usize,
    /// The step of the windows that move by more than one position.
    #[arg(long, allow_hyphen_values = true, value_parser = option::count, default_value = "2")]
    pub stride: usize,
}

impl Default for Connections {
    fn default() -> Self {
        without_options()
    }
}

/// The positions of a channel, of two; and the windows that move by the stride.
const POSITIONS: usize = 5;
const WINDOWS: usize = 4;

impl Connections {
    /// The layers by name.
    fn layers(&self) -> [(String, Wiring); 6] {
        let &Self { kernel, stride } = self;
        let window = Wiring::convolution(1, 1, kernel, 1);
        let two_channels = Wiring::convolution(2, 2, kernel, 1).groups(2);
        let up = Wiring::convolution(1, 1, 2 * stride, 1);
        [
            ("dense".to_owned(), Wiring::dense(6, 4)),
            ("two groups".to_owned(), Wiring::dense(6, 4).groups(2)),
            (format!("window of {kernel}"), window.clone().ring(8)),
            (
                "depthwise, 2 channels".to_owned(),
                two_channels.ring(POSITIONS),
            ),
            (
                format!("window of {kernel}, stride {stride}"),
                window.stride(stride).ring(WINDOWS),
            ),
            (
                format!("transposed, {}, stride {stride}", 2 * stride),
                up.stride(stride).ring(WINDOWS).transposed(),
            ),
        ]
    }
}

impl Configuration for Connections {
    const NAME: &'static str = "connections";

    fn numbers_in_memory(&self) -> f64 {
        100.0 * self.stride as f64
    }

    fn refusal(&self) -> Option<String> {
        let positions = POSITIONS.min(WINDOWS.saturating_mul(self.stride));
        (self.kernel > positions).then(|| {
            format!(
                "a window of {} positions does not fit on a ring of {positions}",
                self.kernel
            )
        })
    }

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let mut rows = Vec::new();
        for (name, wiring) in self.layers() {
            let connections: Vec<(usize, usize)> = wiring.connections().collect();
            let (fan_in, fan_out) = wiring.fans();
            let units = |fan: f64| (connections.len() as f64 / fan).round() as usize;
            let (inputs, outputs) = (units(fan_out), units(fan_in));
            rows.extend(connections.iter().map(|&(input, output)| {
                vec![
                    name.as_str().into(),
                    inputs.into(),
                    outputs.into(),
                    fan_in.into(),
                    fan_out.into(),
                    input.into(),
                    output.into(),
                ]
            }));
        }
        let columns = [
            "layer", "inputs", "outputs", "fan_in", "fan_out", "input", "output",
        ];
        Table::of(self, &columns, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fans_are_connections_over_units() {
        let table = Connections::default().run(&mut |_| {});
        let [inputs, outputs, fan_in, fan_out] =
            ["inputs", "outputs", "fan_in", "fan_out"].map(|column| table.numbers(column));
        let names: Vec<String> = table.column("layer").map(ToString::to_string).collect();
        for (i, name) in names.iter().enumerate() {
            let connections = names.iter().filter(|other| *other == name).count() as f64;
            assert_eq!(fan_in[i] * outputs[i], connections, "{name}");
            assert_eq!(fan_out[i] * inputs[i], connections, "{name}");
        }
    }
}
