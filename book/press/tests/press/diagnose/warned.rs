//! What may be meant and often is not, and what shows training.

use unit_variance::diagnosis::{Level, State};
use unit_variance::{Fan, Law, VarianceScaling};

use super::broken::{mlp, weights};
use super::{Writer, draw, has_recipe, he, kinds, tensor};

#[test]
fn fans_that_are_swapped_and_projections_that_are_not_scaled_are_warnings() {
    let on_outputs = VarianceScaling::lecun(Law::Uniform).on(Fan::Out);
    let mut file = Writer::new(Some("pt"));
    for (i, shape) in [(256, 64), (64, 256), (256, 64), (64, 10)]
        .into_iter()
        .enumerate()
    {
        file.out_in(
            &format!("layers.{i}.weight"),
            &draw(on_outputs, shape, &i.to_string()),
        );
    }
    let diagnosis = file.diagnosis();
    assert!(!diagnosis.has_fault());
    assert_eq!(
        kinds(&diagnosis, Level::Warning)[0],
        ("fans_swapped".to_owned(), weights(&[0, 1, 2, 3]))
    );

    let gpt = |factor: f64| {
        let mut file = Writer::new(Some("pt"));
        let normal = |shape: (usize, usize), std_dev: f64, name: &str| {
            draw(
                VarianceScaling::new(std_dev * std_dev * shape.0 as f64, Fan::In, Law::Normal),
                shape,
                name,
            )
        };
        for i in 0..4 {
            for (part, shape, std_dev) in [
                ("attn.c_attn", (64, 192), 0.02),
                ("attn.c_proj", (64, 64), 0.02 * factor),
                ("mlp.c_fc", (64, 256), 0.02),
                ("mlp.c_proj", (256, 64), 0.02 * factor),
            ] {
                let name = format!("h.{i}.{part}.weight");
                file.out_in(&name, &normal(shape, std_dev, &name));
            }
        }
        file.diagnosis()
    };
    let unscaled = gpt(1.0);
    let warnings = kinds(&unscaled, Level::Warning);
    assert_eq!(
        (warnings[0].0.as_str(), warnings[0].1.len()),
        ("residual_not_scaled", 8)
    );
    let scaled = gpt(0.125_f64.sqrt());
    assert!(
        kinds(&scaled, Level::Warning).is_empty() && !scaled.has_fault(),
        "{:?}",
        scaled.verdicts
    );
    has_recipe(&scaled, "h.2.mlp.c_proj.weight", "normal 0.02/√8");
}

#[test]
fn queries_keys_and_values_drawn_as_one() {
    let mut file = Writer::new(Some("pt"));
    let xavier = VarianceScaling::xavier(Law::Uniform);
    file.out_in("attn.in_proj_weight", &draw(xavier, (96, 288), "qkv"));
    let diagnosis = file.diagnosis();
    assert_eq!(kinds(&diagnosis, Level::Warning)[0].0, "packed_xavier");
    assert!(!diagnosis.has_fault());
}

#[test]
fn what_was_moved_since_it_was_drawn_is_trained() {
    // A step along one direction, which changes no entry by much, and a few entries by more.
    let moved = mlp(|i, shape| {
        let mut weight = he(shape, &i.to_string());
        let (u, v) = (he((shape.0, 1), "u"), he((shape.1, 1), "v"));
        weight
            .indexed_iter_mut()
            .for_each(|((i, j), w)| *w += u[(i, 0)] * v[(j, 0)] * 4.0);
        weight
    });
    let diagnosis = moved.diagnosis();
    assert_eq!(diagnosis.state, State::Trained);
    assert!(!diagnosis.has_fault(), "{:?}", diagnosis.verdicts);
    assert_eq!(tensor(&diagnosis, "layers.0.weight").trained, Some(true));
}
