//! Labs: figures of the book with controls that a reader moves.

use crate::drawing::Picture;
use crate::{
    Configuration, Figure, Table, choosing, deep_signal, fans, finite_width, gains, gradient_check,
    introduction, laws, mean_field, residual, symmetry, vanishing_gradient, variance,
};

/// A figure with controls.
///
/// Where the controls have the values of the figure's runs, the lab is the printed figure. A control lays its value over those runs that
/// have an option of its name, as the terminal does: `cargo run -- run laws --cut 1`.
#[derive(Debug, Clone, Copy)]
pub struct Lab {
    /// The figure that is moved.
    pub figure: &'static Figure,
    /// What the reader can change.
    pub controls: &'static [Control],
    /// The tables of the figure's runs with these values of the controls.
    pub(crate) tables: fn(&[f64]) -> Vec<Table>,
}

/// Labs that one module of WebAssembly computes: a page loads the module of what is moved.
#[derive(Debug, Clone, Copy)]
pub struct Module {
    /// The name of its file, without an ending.
    pub name: &'static str,
    /// What it draws.
    pub labs: &'static [Lab],
}

impl Module {
    /// Its lab of a figure.
    pub fn lab(&self, figure: &str) -> Option<&'static Lab> {
        self.labs.iter().find(|lab| lab.figure.name == figure)
    }
}

/// The labs of formulas and of counted connections.
pub const FORMULAS: Module = Module {
    name: "formulas",
    labs: &[laws::LAB, fans::LAB, residual::LAB, choosing::LAB],
};

/// The labs of drawn networks.
pub const NETWORKS: Module = Module {
    name: "networks",
    labs: &[
        introduction::LAB,
        variance::LAB,
        gradient_check::LAB,
        symmetry::LAB,
        deep_signal::LAB,
    ],
};

/// The labs of deep networks.
pub const DEPTH: Module = Module {
    name: "depth",
    labs: &[
        finite_width::LAB,
        mean_field::LAB,
        gains::LAB,
        vanishing_gradient::LAB,
    ],
};

/// All modules of labs. The [chapters](crate::CHAPTERS) do not hold them: a program with the labs alone has no parser of options in it.
pub const LABS: &[Module] = &[FORMULAS, NETWORKS, DEPTH];

/// One value that a reader can change.
#[derive(Debug, Clone, Copy)]
pub struct Control {
    /// The option of the experiment, as the terminal has it.
    pub option: &'static str,
    /// What it is called on the page.
    pub label: &'static str,
    /// The values that it takes, in the order in which the slider has them.
    pub values: &'static [f64],
}

/// Draws again: the seeds from 1 to 20.
pub(crate) const SEEDS: Control = Control {
    option: "seed",
    label: "seed",
    values: &[
        1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0,
        17.0, 18.0, 19.0, 20.0,
    ],
};

impl Lab {
    /// The figure of runs with these values of the controls, and the tables that it shows.
    ///
    /// # Panics
    ///
    /// If there are more values or fewer than controls, or one that its control does not take.
    pub fn draw(&self, values: &[f64]) -> (Picture, Vec<Table>) {
        assert_eq!(
            values.len(),
            self.controls.len(),
            "the lab {} has {} controls",
            self.figure.name,
            self.controls.len()
        );
        for (control, value) in self.controls.iter().zip(values) {
            assert!(
                control.values.contains(value),
                "--{} is one of {:?}, not {value}",
                control.option,
                control.values
            );
        }
        let tables = (self.tables)(values);
        let shown: Vec<&Table> = tables.iter().collect();
        (self.figure.draw(&shown), tables)
    }
}

/// The table of an experiment with these values.
pub(crate) fn table(values: &impl Configuration) -> Table {
    values.run(&mut |_| {})
}

/// The tables of a setting, in which and in whose drawing all numbers are finite.
#[cfg(test)]
pub(crate) fn drawn(lab: &Lab, values: &[f64]) -> Vec<Table> {
    let (picture, tables) = lab.draw(values);
    assert!(!tables.is_empty(), "{} shows nothing", lab.figure.name);
    for table in &tables {
        let cells = table.rows.iter().flatten();
        let summary = table.summary.iter().map(|(_, cell)| cell);
        let mut numbers = cells.chain(summary).filter_map(crate::Cell::number);
        assert!(
            numbers.all(f64::is_finite),
            "{} at {values:?}",
            lab.figure.name
        );
    }
    for text in [&picture.svg, &picture.description] {
        let mut words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '∞');
        let found = words.find(|word| ["NaN", "inf", "∞"].contains(word));
        assert_eq!(found, None, "{} at {values:?}", lab.figure.name);
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, Experiment, run};

    /// The runs of the lab's figure.
    fn runs(lab: &Lab) -> Vec<Box<dyn Experiment>> {
        let of = |name: &&str| {
            let (_, run) = run(name).expect("a figure shows runs of the book");
            let digits = || -> Result<_, &str> { Err("a page has no digits") };
            run.experiment(digits).expect("no lab learns from digits")
        };
        lab.figure.runs.iter().map(of).collect()
    }

    /// The values that the runs have.
    fn at_rest(lab: &Lab, runs: &[Box<dyn Experiment>]) -> Vec<f64> {
        let parameters: Vec<(String, Cell)> =
            runs.iter().flat_map(|run| run.parameters()).collect();
        let value = |control: &Control| {
            let option = control.option.replace('-', "_");
            let found = parameters.iter().find(|(name, _)| *name == option);
            match found
                .unwrap_or_else(|| panic!("--{option} is no option of {:?}", lab.figure.runs))
            {
                (_, Cell::Count(value)) => *value as f64,
                (_, Cell::Number(value)) => *value,
                (_, other) => panic!("--{option} is {other}"),
            }
        };
        lab.controls.iter().map(value).collect()
    }

    #[test]
    fn a_lab_at_rest_is_the_printed_figure() {
        for lab in LABS.iter().flat_map(|module| module.labs) {
            let runs = runs(lab);
            let printed: Vec<Table> = runs.iter().map(|run| run.run(&mut |_| {})).collect();
            let shown: Vec<&Table> = printed.iter().collect();
            let (picture, tables) = lab.draw(&at_rest(lab, &runs));
            assert_eq!(tables, printed, "{}", lab.figure.name);
            assert_eq!(
                picture.svg,
                lab.figure.draw(&shown).svg,
                "{}",
                lab.figure.name
            );
        }
    }

    #[test]
    fn a_control_is_an_option_of_the_terminal() {
        for lab in LABS.iter().flat_map(|module| module.labs) {
            let runs = runs(lab);
            let rest = at_rest(lab, &runs);
            for (place, control) in lab.controls.iter().enumerate() {
                let mut values = rest.clone();
                values[place] = control.values[0];
                let options = [
                    format!("--{}", control.option),
                    control.values[0].to_string(),
                ];
                let expected: Vec<Table> = runs
                    .iter()
                    .map(|run| {
                        let matches = run
                            .command()
                            .no_binary_name(true)
                            .get_matches_from(&options);
                        let run = run.with(&matches).expect("the option takes the value");
                        run.run(&mut |_| {})
                    })
                    .collect();
                assert_eq!(
                    lab.draw(&values).1,
                    expected,
                    "{} {options:?}",
                    lab.figure.name
                );
            }
        }
    }
}
