//! A diagnosis for people: verdicts, the gravest first, then tensors, equal ones folded into one line.

use std::io::{self, Write};

use unit_variance::diagnosis::{Diagnosis, Level, State, TensorReport, Verdict};

/// How many names and recipes are shown on a line; JSON has all.
const SHOWN: usize = 3;

pub(super) fn print(
    file: &str,
    diagnosis: &Diagnosis,
    colored: bool,
    output: &mut impl Write,
) -> io::Result<()> {
    let state = match diagnosis.state {
        State::Initialized => "nothing shows training",
        State::Trained => "trained",
        State::Unknown => "whether it is trained cannot be known",
    };
    let tensors = diagnosis.tensors.len();
    writeln!(
        output,
        "{file}: {tensors} tensor{}, {state} (alpha {:e})",
        if tensors == 1 { "" } else { "s" },
        diagnosis.alpha
    )?;
    for verdict in &diagnosis.verdicts {
        print_verdict(verdict, colored, output)?;
    }
    if diagnosis.verdicts.is_empty() && tensors > 0 {
        writeln!(output, "\n  no fault was found")?;
    }
    writeln!(output)?;
    let rows: Vec<[String; 5]> = folded(&diagnosis.tensors)
        .iter()
        .map(|group| row(group))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2), width(3)];
    for [name, shape, law, scale, recipes] in &rows {
        let [a, b, c, d] = widths;
        let line = format!("  {name:<a$}  {shape:<b$}  {law:<c$}  {scale:<d$}  {recipes}");
        writeln!(output, "{}", line.trim_end())?;
    }
    if !rows.is_empty() {
        writeln!(output)?;
    }
    Ok(())
}

fn print_verdict(verdict: &Verdict, colored: bool, output: &mut impl Write) -> io::Result<()> {
    let (word, color) = match verdict.level {
        Level::Fault => ("fault", "\x1b[1;31m"),
        Level::Warning => ("warning", "\x1b[1;33m"),
        Level::Note => ("note", "\x1b[1m"),
    };
    let (on, off) = if colored {
        (color, "\x1b[0m")
    } else {
        ("", "")
    };
    writeln!(
        output,
        "\n  {on}{word}: {}{off} in {}",
        verdict.kind,
        some(&verdict.tensors)
    )?;
    writeln!(output, "    {}", verdict.message)
}

/// The first of some texts, and how many more there are.
fn some(texts: &[String]) -> String {
    let mut shown = texts
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if texts.len() > SHOWN {
        shown = format!("{shown} and {} more", texts.len() - SHOWN);
    }
    shown
}

/// The names of the laws that are not excluded.
fn laws(tensor: &TensorReport) -> Vec<&str> {
    tensor.laws.iter().map(|law| law.law.as_str()).collect()
}

/// Tensors of which the same is said, in the order of the first of them.
fn folded(tensors: &[TensorReport]) -> Vec<Vec<&TensorReport>> {
    let mut groups: Vec<Vec<&TensorReport>> = Vec::new();
    for tensor in tensors {
        let alike = |other: &TensorReport| {
            pattern(&other.name) == pattern(&tensor.name)
                && other.shape == tensor.shape
                && other.recipes == tensor.recipes
                && other.scheme == tensor.scheme
                && other.trained == tensor.trained
                && laws(other) == laws(tensor)
                && other.flags == tensor.flags
        };
        match groups.iter_mut().find(|group| alike(group[0])) {
            Some(group) => group.push(tensor),
            None => groups.push(vec![tensor]),
        }
    }
    groups
}

/// The name with a star for every number.
fn pattern(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if !c.is_ascii_digit() {
            text.push(c);
        } else if !text.ends_with('*') {
            text.push('*');
        }
    }
    text
}

fn row(group: &[&TensorReport]) -> [String; 5] {
    let first = group[0];
    let name = match group.len() {
        1 => first.name.clone(),
        many => format!("{many} x {}", pattern(&first.name)),
    };
    let shape: Vec<String> = first.shape.iter().map(ToString::to_string).collect();
    let law = match (&first.laws[..], first.trained) {
        _ if first.layout == "not diagnosed" => first.dtype.clone(),
        ([], Some(true)) => "no law: trained".to_owned(),
        ([], _) => "-".to_owned(),
        _ => laws(first).join(" or "),
    };
    let least = group
        .iter()
        .filter_map(|tensor| Some(tensor.variance_times_fan_in?[0]))
        .fold(f64::INFINITY, f64::min);
    let most = group
        .iter()
        .filter_map(|tensor| Some(tensor.variance_times_fan_in?[1]))
        .fold(0.0, f64::max);
    let scale = if most > 0.0 {
        format!("n·Var {least:.3} to {most:.3}")
    } else {
        String::new()
    };
    let mut recipes = first.recipes.clone();
    // The rule of the whole file first.
    if let Some(scheme) = &first.scheme
        && let Some(at) = recipes.iter().position(|recipe| recipe == scheme)
    {
        recipes[..=at].rotate_right(1);
    }
    let mut said = some(&recipes);
    if first.trained == Some(true) && !first.laws.is_empty() {
        "trained".clone_into(&mut said);
    }
    if !first.flags.is_empty() {
        let flags: Vec<String> = first.flags.iter().map(ToString::to_string).collect();
        let space = if said.is_empty() { "" } else { "  " };
        said = format!("{said}{space}[{}]", flags.join(", "));
    }
    [name, format!("[{}]", shape.join(", ")), law, scale, said]
}
