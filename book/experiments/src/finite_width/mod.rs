//! What finite width does to a network that is drawn right.

mod bands;
mod drawn_signals;
mod figures;
mod layer_law;
mod layer_list;
mod networks_compared;
mod one_mask;
mod product_law;
mod two_inputs;
mod wandering;

pub use bands::Bands;
pub use drawn_signals::DrawnSignals;
pub use layer_law::{Kinds, LayerLaw};
pub use layer_list::LayerList;
pub use networks_compared::NetworksCompared;
pub use one_mask::OneMask;
pub use product_law::ProductLaw;
pub use two_inputs::TwoInputs;
pub use wandering::Wandering;

use crate::lab::{Control, Lab, SEEDS, table};
use crate::{Chapter, Experiment, Run};
use unit_variance::theory::{LayerKind, Layers};

/// The variance of the weights, the size of the networks, and another draw.
pub(crate) const LAB: Lab = Lab {
    figure: &figures::DRAWN_SIGNALS,
    controls: &[
        Control {
            option: "scale",
            label: "weight variance × n",
            values: &[1.0, 1.5, 1.8, 1.9, 2.0, 2.1, 2.2, 2.5, 3.0, 4.0],
        },
        Control {
            option: "width",
            label: "units",
            values: &[8.0, 16.0, 32.0, 64.0, 80.0, 128.0],
        },
        Control {
            option: "depth",
            label: "layers",
            values: &[5.0, 10.0, 20.0, 50.0, 100.0],
        },
        SEEDS,
    ],
    tables: |values| {
        vec![table(&DrawnSignals {
            seed: values[3] as u64,
            networks: 12,
            depth: values[2] as u32,
            width: values[1] as usize,
            scale: values[0],
        })]
    },
};

pub(crate) const CHAPTER: Chapter = Chapter {
    name: "finite-width",
    experiments: &[
        Run::plain::<LayerLaw>(),
        Run::plain::<ProductLaw>(),
        Run::plain::<Bands>().in_small("--layers relu:8x2,orthogonal-relu:3x1"),
        Run::plain::<DrawnSignals>().in_small("--networks 3 --depth 3 --width 8"),
        Run::plain::<NetworksCompared>()
            .in_small("--networks relu:8x2,linear:5x1;orthogonal-relu:2x2"),
        Run::plain::<OneMask>().in_small("--networks 40 --widths 9,12"),
        Run::plain::<TwoInputs>().in_small("--networks 5 --depth 3 --width 8"),
        Run::plain::<Wandering>().in_small("--networks 5 --depth 3 --width 8"),
    ],
    runs: &[
        Run::of("layer-law", || Box::new(LayerLaw::default())),
        Run::of("product-law", || Box::new(ProductLaw::default())),
        Run::of("bands-8x5", || bands(8, 5)),
        Run::of("bands-32x20", || bands(32, 20)),
        Run::of("bands-80x50", || bands(80, 50)),
        Run::of("bands-320x200", || bands(320, 200)),
        Run::of("bands-80x200", || bands(80, 200)),
        Run::of("bands-with-a-bottleneck", || {
            let layers = bottleneck();
            let places = 50;
            Box::new(Bands { layers, places })
        }),
        Run::of("depth-over-width", || Box::new(NetworksCompared::default())),
        Run::plain::<DrawnSignals>(),
        Run::of("three-kinds", || Box::new(three_kinds())),
        Run::of("one-mask", || Box::new(OneMask::default())),
        Run::of("two-inputs", || Box::new(TwoInputs::default())),
        Run::of("wandering", || Box::new(Wandering::default())),
        Run::of("wandering-narrow", || {
            Box::new(Wandering {
                networks: 20_000,
                depth: 20,
                width: 32,
                ..Wandering::default()
            })
        }),
    ],
    figures: figures::FIGURES,
};

fn bands(width: u64, depth: u32) -> Box<dyn Experiment> {
    Box::new(Bands {
        layers: LayerList::equal(LayerKind::Relu, width, depth),
        ..Bands::default()
    })
}

/// The notebook's network with one narrow layer in its middle.
pub fn bottleneck() -> LayerList {
    let relu = |width, count| Layers {
        kind: LayerKind::Relu,
        width,
        count,
    };
    LayerList(vec![relu(80, 24), relu(8, 1), relu(80, 25)])
}

/// Fifty layers of eighty units of each kind, and the network with a bottleneck.
fn three_kinds() -> NetworksCompared {
    let kinds = LayerKind::ALL.map(|kind| LayerList::equal(kind, 80, 50));
    let mut networks = kinds.to_vec();
    networks.push(bottleneck());
    NetworksCompared { networks }
}
