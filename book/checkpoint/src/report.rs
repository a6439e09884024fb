//! A diagnosis for people: verdicts, the gravest first, then tensors, equal ones folded into one line.

use std::io::{self, Write};

use unit_variance::diagnosis::{Diagnosis, Folded, Level, State, Verdict};

/// How many names and recipes are shown on a line; JSON has all.
const SHOWN: usize = 3;

/// Writes a diagnosis as the terminal shows it, in color or not: `file` is what the model is called.
///
/// # Errors
///
/// If the output takes no more.
pub fn write_report(
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
    let rows: Vec<[String; 5]> = diagnosis.folded().iter().map(row).collect();
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

fn row(group: &Folded<'_>) -> [String; 5] {
    let first = group.tensors[0];
    let shape: Vec<String> = first.shape.iter().map(ToString::to_string).collect();
    let law = match (&first.laws[..], first.trained) {
        _ if first.layout == "not diagnosed" => first.dtype.clone(),
        ([], Some(true)) => "no law: trained".to_owned(),
        ([], _) => "-".to_owned(),
        _ => first.law_names().join(" or "),
    };
    let scale = group
        .variance_times_fan_in()
        .map_or(String::new(), |[low, high]| {
            format!("n·Var {low:.3} to {high:.3}")
        });
    let mut said = some(&group.recipes());
    if first.trained == Some(true) && !first.laws.is_empty() {
        "trained".clone_into(&mut said);
    }
    if !first.flags.is_empty() {
        let flags: Vec<String> = first.flags.iter().map(ToString::to_string).collect();
        let space = if said.is_empty() { "" } else { "  " };
        said = format!("{said}{space}[{}]", flags.join(", "));
    }
    let shape = format!("[{}]", shape.join(", "));
    [group.name(), shape, law, scale, said]
}
