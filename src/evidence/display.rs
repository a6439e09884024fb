//! What a check found, as lines to read in a terminal.

use std::fmt;

use super::{Evidence, FoilOutcome};

/// One line for the value, and one for every foil.
///
/// ```text
/// mean square of the weights over 2 / (fan_in + fan_out): 0.9978 for mine: holds
///   accepted from 0.9795 to 1.020, a false alarm having probability 1e-9
///   foil half the variance: 0.5006, caught; it slips through with probability 0
/// ```
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            statistic,
            subject,
            value,
            interval,
            ..
        } = self;
        let outcome = if self.holds() { "holds" } else { "FAILS" };
        writeln!(f, "{statistic}: {} for {subject}: {outcome}", short(*value))?;
        for (name, quantity) in &self.found {
            writeln!(f, "  {name}: {}", short(*quantity))?;
        }
        let (low, high) = (short(interval.low), short(interval.high));
        write!(f, "  accepted from {low} to {high}")?;
        if self.alpha > 0.0 {
            write!(f, ", a false alarm having probability {:e}", self.alpha)?;
        }
        for foil in &self.foils {
            write!(f, "\n  {foil}")?;
        }
        Ok(())
    }
}

impl fmt::Display for FoilOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = if self.caught { "caught" } else { "ACCEPTED" };
        write!(f, "foil {}: {}, {outcome}", self.name, short(self.value))?;
        if !self.as_predicted() {
            f.write_str(", but NOT WHAT ITS LAW SAYS")?;
        }
        match self.miss {
            Some(miss) => write!(f, "; it slips through with probability {}", short(miss)),
            None => Ok(()),
        }
    }
}

/// Four digits.
fn short(x: f64) -> String {
    if x == 0.0 || (1e-3..1e5).contains(&x.abs()) {
        let digits = format!("{x:.3e}").parse::<f64>().unwrap_or(x);
        digits.to_string()
    } else {
        format!("{x:.1e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{BinomialShare, Check, Exactness};
    use crate::probability::{StreamRng, Streams};

    #[test]
    fn what_holds_and_what_fails_is_said_of_the_value_and_of_each_foil() {
        let of = |value, foil| {
            let check = Exactness::of("distance from two", 1).within(0.25);
            let check = check.holds_for("1 + 1", value).foil("1 + 2", foil);
            check.judge().to_string()
        };
        assert_eq!(
            of(0.0, 1.0),
            "distance from two: 0 for 1 + 1: holds\n  accepted from 0 to 0.25\n  foil 1 + 2: 1, caught; it slips through with probability 0"
        );
        assert!(of(0.5, 1.0).starts_with("distance from two: 0.5 for 1 + 1: FAILS"));
        assert!(of(0.0, 0.125).contains("foil 1 + 2: 0.125, ACCEPTED"));
        assert!(of(f64::NAN, 1.0).starts_with("distance from two: NaN for 1 + 1: FAILS"));
    }

    #[test]
    fn a_false_alarm_is_said_where_there_is_chance() {
        let share = |of: &f64, _: &mut StreamRng| *of;
        let evidence = Check::of("share", 100, share)
            .null(BinomialShare::new(100, 0.5))
            .holds_for("a coin", 0.5)
            .foil("a coin with two heads", 1.0, BinomialShare::new(100, 1.0))
            .judge(Streams::new(1));
        let text = evidence.to_string();
        assert!(text.starts_with("share: 0.5 for a coin: holds\n  accepted from 0.2 to 0.8, a false alarm having probability 1e-9\n"), "{text}");
    }

    #[test]
    fn numbers_have_four_digits() {
        for (x, text) in [
            (0.123_456, "0.1235"),
            (1.0, "1"),
            (12_345.6, "12350"),
            (3.21e-9, "3.2e-9"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(short(x), text);
        }
    }
}
