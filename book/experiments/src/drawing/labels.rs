//! Direct labels that do not overlap.

/// A stretch of the margin: the place a label would like its middle to be, and its height.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LabelRequest {
    pub(crate) middle: f64,
    pub(crate) height: f64,
}

/// Labels that touch: it sits where its labels would be on average.
struct Stack {
    labels: Vec<usize>,
    sum_of_tops: f64,
    height: f64,
}

impl Stack {
    fn top(&self, low: f64, high: f64) -> f64 {
        let wanted = self.sum_of_tops / self.labels.len() as f64;
        wanted.min(high - self.height).max(low)
    }

    /// Takes in the stack that follows.
    fn absorb(&mut self, below: Self) {
        self.sum_of_tops += below.sum_of_tops - below.labels.len() as f64 * self.height;
        self.height += below.height;
        self.labels.extend(below.labels);
    }
}

/// Middles at which no two labels overlap, in the order of the wishes, each as near to its wish as
/// the others allow (the smallest sum of squares), within `low..high` as far as there is room.
pub(crate) fn spread_labels(wishes: &[LabelRequest], low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by(|a, b| wishes[*a].middle.total_cmp(&wishes[*b].middle));

    let mut stacks: Vec<Stack> = Vec::new();
    for label in order {
        let wish = wishes[label];
        stacks.push(Stack {
            labels: vec![label],
            sum_of_tops: wish.middle - wish.height / 2.0,
            height: wish.height,
        });
        while let [.., above, below] = &stacks[..] {
            if above.top(low, high) + above.height <= below.top(low, high) {
                break;
            }
            let below = stacks.pop().expect("there are two");
            stacks.last_mut().expect("there are two").absorb(below);
        }
    }

    let mut middles = vec![0.0; wishes.len()];
    for stack in stacks {
        let mut top = stack.top(low, high);
        for label in stack.labels {
            middles[label] = top + wishes[label].height / 2.0;
            top += wishes[label].height;
        }
    }
    middles
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn labels_that_have_room_stay() {
        let wishes = [50.0, 10.0, 30.0].map(|middle| LabelRequest {
            middle,
            height: 10.0,
        });
        assert_eq!(spread_labels(&wishes, 0.0, 100.0), [50.0, 10.0, 30.0]);
    }

    #[test]
    fn labels_that_meet_share_the_way() {
        let wishes = [20.0, 20.0].map(|middle| LabelRequest {
            middle,
            height: 10.0,
        });
        assert_eq!(spread_labels(&wishes, 0.0, 100.0), [15.0, 25.0]);
    }

    proptest! {
        #[test]
        fn no_two_labels_overlap(wishes in prop::collection::vec((-20.0..120.0, 1.0..15.0), 0..8)) {
            let wishes: Vec<LabelRequest> = wishes
                .into_iter()
                .map(|(middle, height)| LabelRequest { middle, height })
                .collect();
            let middles = spread_labels(&wishes, 0.0, 120.0);
            let mut spans: Vec<(f64, f64)> = wishes
                .iter()
                .zip(&middles)
                .map(|(wish, middle)| (middle - wish.height / 2.0, middle + wish.height / 2.0))
                .collect();
            spans.sort_by(|a, b| a.0.total_cmp(&b.0));
            for pair in spans.windows(2) {
                prop_assert!(pair[0].1 <= pair[1].0 + 1e-9, "{spans:?}");
            }
            if let (Some(first), Some(last)) = (spans.first(), spans.last()) {
                prop_assert!(first.0 >= -1e-9 && last.1 <= 120.0 + 1e-9, "{spans:?}");
            }
        }
    }
}
