//! Six small layers, connection by connection.

use clap::Args;
use serde::Serialize;
use unit_variance::initializer::Wiring;

use crate::{Configuration, Progress, Table};

/// Every connection of six small layers, from its input to its output.
///
/// Besides, how many inputs and outputs the layer has, and its fans: the connections over the outputs, and over the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Args)]
pub struct Connections {}

/// The layers by name.
fn layers() -> [(&'static str, Wiring); 6] {
    let window = Wiring::convolution(1, 1, 3, 1);
    let two_channels = Wiring::convolution(2, 2, 3, 1).groups(2).ring(5);
    let up = Wiring::convolution(1, 1, 4, 1)
        .stride(2)
        .ring(4)
        .transposed();
    [
        ("dense", Wiring::dense(6, 4)),
        ("two groups", Wiring::dense(6, 4).groups(2)),
        ("window of 3", window.clone().ring(8)),
        ("depthwise, 2 channels", two_channels),
        ("window of 3, stride 2", window.stride(2).ring(4)),
        ("transposed, 4, stride 2", up),
    ]
}

impl Configuration for Connections {
    const NAME: &'static str = "connections";

    fn run(&self, _: &mut dyn FnMut(Progress)) -> Table {
        let mut rows = Vec::new();
        for (name, wiring) in layers() {
            let connections: Vec<(usize, usize)> = wiring.connections().collect();
            // No unit is without a connection, so that the last one has the largest number.
            let units = |of: fn(&(usize, usize)) -> usize| {
                connections.iter().map(of).max().map_or(0, |last| last + 1)
            };
            let (inputs, outputs) = (units(|c| c.0), units(|c| c.1));
            let (fan_in, fan_out) = wiring.fans();
            rows.extend(connections.iter().map(|&(input, output)| {
                vec![
                    name.into(),
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
        let table = Connections {}.run(&mut |_| {});
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
