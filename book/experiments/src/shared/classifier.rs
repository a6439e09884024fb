//! Nets that learn digits side by side, and what is measured on the way.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::batches::{BATCH, Batches, LabeledBatch, epoch};
use super::data::Mnist;
use super::parallel;
use crate::{Cell, Progress};
use unit_variance::network::{Network, Optimizer, StepSchedule, Trainer, guesses};
use unit_variance::probability::{Moments, Streams};

/// How many images are judged at a time.
const EVAL_BATCH: usize = 500;

/// How many batches are made at a time, for all nets of a seed, and how many iterations lie between
/// two reports of progress.
const BATCHES_AHEAD: usize = 20;

const NESTEROV: Optimizer = Optimizer::Nesterov { momentum: 0.9 };

/// What the learning rate is multiplied by after every epoch.
const RATE_FACTOR: f64 = 0.96;

/// How long the nets learn, how fast, and when they are measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    pub(crate) iterations: usize,
    pub(crate) every: usize,
    /// The learning rate of the first epoch.
    pub(crate) rate: f64,
}

impl Schedule {
    /// The iterations after which the nets are measured, counted from 1.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = usize> {
        let (iterations, every) = (self.iterations, self.every);
        (1..=iterations).filter(move |done| done % every == 0 || *done == iterations)
    }

    fn rates(&self) -> StepSchedule {
        StepSchedule {
            initial: self.rate,
            factor: RATE_FACTOR,
            every: 1,
        }
    }
}

/// A measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Record {
    /// The mean cross-entropy of the batch that was just learned from, before the step.
    pub(crate) loss: f64,
    /// The share of the test images whose class is right.
    pub(crate) accuracy: f64,
}

/// One net on its way.
pub(crate) struct Classifier {
    trainer: Trainer,
    /// Where the order of the images comes from.
    streams: Streams,
    records: Vec<Record>,
}

impl Classifier {
    /// A net at the start; `streams` decides the order of the images, epoch by epoch.
    pub(crate) fn new(network: Network, streams: Streams) -> Self {
        Self {
            trainer: Trainer::new(network, BATCH),
            streams,
            records: Vec::new(),
        }
    }

    /// The measurements, in the order of [`Schedule::recorded`].
    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    /// The iterations after `done`, one for each batch.
    fn advance(&mut self, done: usize, batches: &[LabeledBatch], lesson: &TrainingSetup<'_>) {
        let TrainingSetup {
            data,
            test,
            schedule,
        } = lesson;
        for (iteration, LabeledBatch { x, labels }) in (done..).zip(batches) {
            self.trainer.forward(x);
            self.trainer.backward(labels);
            let measured = (iteration + 1) % schedule.every == 0;
            let loss = (measured || iteration + 1 == schedule.iterations)
                .then(|| self.trainer.loss(labels));
            let epoch = u32::try_from(epoch(iteration, data.train()));
            let epoch = epoch.expect("a run has fewer than 2³² epochs");
            self.trainer
                .step(x, NESTEROV, schedule.rates().rate(epoch), 0.0);
            if let Some(loss) = loss {
                let accuracy = accuracy(self.trainer.network(), test);
                self.records.push(Record { loss, accuracy });
            }
        }
    }
}

/// What all nets learn, and are measured by.
struct TrainingSetup<'a> {
    data: &'a Mnist,
    /// All test images.
    test: Vec<LabeledBatch>,
    schedule: &'a Schedule,
}

/// Trains all of them on the same data, side by side; those of the same streams on the same batches.
///
/// # Panics
///
/// If there are no iterations, the interval is zero, or there are fewer images than a batch.
#[track_caller]
pub(crate) fn train_together(
    classifiers: &mut [Classifier],
    data: &Mnist,
    schedule: &Schedule,
    progress: &mut dyn FnMut(Progress),
) {
    assert!(
        schedule.iterations > 0 && schedule.every > 0,
        "iterations and every must be positive, but are {} and {}",
        schedule.iterations,
        schedule.every
    );
    assert!(
        data.train().count() >= BATCH,
        "there are {} training images, but a batch takes {BATCH}",
        data.train().count()
    );
    let mut seeds: Vec<Batches> = Vec::new();
    for classifier in &*classifiers {
        let streams = classifier.streams;
        if seeds.iter().all(|seed| seed.streams() != streams) {
            seeds.push(Batches::new(streams));
        }
    }
    let lesson = TrainingSetup {
        data,
        test: LabeledBatch::all(data.test(), EVAL_BATCH),
        schedule,
    };
    for done in (0..schedule.iterations).step_by(BATCHES_AHEAD) {
        let end = (done + BATCHES_AHEAD).min(schedule.iterations);
        parallel::map(seeds.iter_mut(), |seed| {
            seed.prepare(done..end, data.train());
        });
        parallel::map(classifiers.iter_mut(), |classifier| {
            let mut seeds = seeds.iter();
            let seed = seeds.find(|seed| seed.streams() == classifier.streams);
            let batches = seed.expect("every net has a seed").prepared();
            classifier.advance(done, batches, &lesson);
        });
        progress(Progress {
            done: end as u64,
            total: schedule.iterations as u64,
        });
    }
}

/// The share of the images that the net puts into their class.
fn accuracy(network: &Network, batches: &[LabeledBatch]) -> f64 {
    let right = |LabeledBatch { x, labels }: &LabeledBatch| {
        let logits = network.outputs_of(x);
        let answers = guesses(&logits).zip(labels);
        let right = answers.filter(|(guess, label)| *guess == usize::from(**label));
        right.count()
    };
    let images: usize = batches.iter().map(|batch| batch.labels.len()).sum();
    batches.iter().map(right).sum::<usize>() as f64 / images as f64
}

/// A share in percent, for a table.
pub(crate) fn percent(share: f64) -> Cell {
    (100.0 * share).into()
}

/// The mean of accuracies over seeds, each measured on so many images, and the ends of an interval
/// of confidence 0.95: Student's over the seeds, or Wilson's over the images if there is one seed.
pub(crate) fn mean_with_interval(accuracies: &[f64], images: usize) -> [f64; 3] {
    let [mean] = accuracies else {
        return students_interval(accuracies);
    };
    let (n, z) = (images as f64, 1.959_963_984_540_054);
    let center = (mean + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (mean * (1.0 - mean) / n + z * z / (4.0 * n * n)).sqrt();
    [*mean, center - half, center + half]
}

/// The mean of differences over seeds and the ends of Student's interval of confidence 0.95, which
/// are infinite if there is one seed.
pub(crate) fn mean_of_differences(differences: &[f64]) -> [f64; 3] {
    match differences {
        [one] => [*one, f64::NEG_INFINITY, f64::INFINITY],
        several => students_interval(several),
    }
}

/// Of two values or more.
fn students_interval(values: &[f64]) -> [f64; 3] {
    let moments: Moments = values.iter().collect();
    let (mean, freedom) = (moments.mean(), values.len() as f64 - 1.0);
    let quantile = StudentsT::new(0.0, 1.0, freedom)
        .expect("at least one degree of freedom")
        .inverse_cdf(0.975);
    let half = quantile * (moments.variance() / freedom).sqrt();
    [mean, mean - half, mean + half]
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::shared::data::{Images, LabeledImages};
    use approx::assert_relative_eq;
    use unit_variance::activation::Activation;
    use unit_variance::initializer::VarianceScaling;
    use unit_variance::probability::Law;

    /// Images of 4 × 3 pixels, light in row `label % 4`: as easy as can be.
    fn stripes(count: usize) -> LabeledImages {
        let labels: Vec<u8> = (0..count).map(|i| (i * i % 4) as u8).collect();
        let pixel = |image: usize, at: usize| {
            let light = at / 3 == usize::from(labels[image]);
            if light {
                255 - (image % 50) as u8
            } else {
                (at * image % 40) as u8
            }
        };
        let pixels = (0..count)
            .flat_map(|image| (0..12).map(move |at| (image, at)))
            .map(|(image, at)| pixel(image, at))
            .collect();
        let images = Images {
            pixels,
            rows: 4,
            columns: 3,
        };
        LabeledImages { images, labels }
    }

    fn data(training_images: usize) -> Mnist {
        let [train, test] = [training_images, 60].map(stripes);
        Mnist::of((train, "train"), (test, "test")).expect("images of one size")
    }

    pub(crate) fn small_data() -> Mnist {
        data(250)
    }

    fn nets(seeds: u64) -> Vec<Classifier> {
        let he = VarianceScaling::he(Law::Normal);
        let net = |seed| {
            let streams = Streams::new(seed);
            let mut rng = streams.stream("weights");
            let mut network = Network::init(&[12, 8, 10], Activation::Relu, &he, &mut rng);
            network.layers[1].activation = Activation::Identity;
            Classifier::new(network, streams)
        };
        (0..seeds).map(net).collect()
    }

    const SCHEDULE: Schedule = Schedule {
        iterations: 110,
        every: 50,
        rate: 0.1,
    };

    #[test]
    fn stripes_are_learned_and_measured_on_time() {
        let mut nets = nets(2);
        let mut heard = Vec::new();
        train_together(&mut nets, &small_data(), &SCHEDULE, &mut |p| {
            heard.push(p.done);
        });
        assert_eq!(SCHEDULE.recorded().collect::<Vec<_>>(), [50, 100, 110]);
        assert_eq!(heard, [20, 40, 60, 80, 100, 110]);
        for net in &nets {
            assert_eq!(net.records().len(), 3);
            assert!(net.records()[2].accuracy > 0.9, "{:?}", net.records());
        }
        assert_ne!(nets[0].records()[0].loss, nets[1].records()[0].loss);
    }

    #[test]
    fn nets_learn_from_the_training_images_and_are_judged_on_the_others() {
        // The same pictures, whose names are moved on by one in the test set.
        let (train, mut test) = (stripes(250), stripes(120));
        for label in &mut test.labels {
            *label = (*label + 1) % 4;
        }
        let data = Mnist::of((train, "train"), (test, "test")).expect("images of one size");
        let mut nets = nets(1);
        train_together(&mut nets, &data, &SCHEDULE, &mut |_| {});
        let last = nets[0].records()[2];
        assert!(last.accuracy < 0.1 && last.loss < 0.3, "{last:?}");
    }

    #[test]
    fn the_loss_is_that_before_the_step() {
        let zero = VarianceScaling::he(Law::Normal);
        let mut network = Network::init(
            &[12, 8, 10],
            Activation::Tanh,
            &zero,
            &mut Streams::new(1).stream("weights"),
        );
        for layer in &mut network.layers {
            layer.weight.fill(0.0);
        }
        network.layers[1].activation = Activation::Identity;
        let mut nets = [Classifier::new(network, Streams::new(1))];
        let schedule = Schedule {
            iterations: 2,
            every: 1,
            rate: 0.1,
        };
        train_together(&mut nets, &small_data(), &schedule, &mut |_| {});
        let losses: Vec<f64> = nets[0].records().iter().map(|record| record.loss).collect();
        // Ten classes that are alike: ln 10. Then the biases have moved.
        assert_relative_eq!(losses[0], libm::log(10.0), max_relative = 1e-6);
        assert!(losses[1] < losses[0] - 1e-3, "{losses:?}");
    }

    #[test]
    fn the_number_of_threads_changes_no_bit() {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool").install(|| {
                let mut nets = nets(3);
                train_together(&mut nets, &small_data(), &SCHEDULE, &mut |_| {});
                nets.iter()
                    .flat_map(|net| net.records().to_vec())
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(on(1), on(3));
    }

    #[test]
    fn intervals_are_the_textbooks() {
        let [mean, low, high] = mean_with_interval(&[0.96, 0.97, 0.98], 10_000);
        assert_relative_eq!(mean, 0.97, max_relative = 1e-12);
        // t₀.₉₇₅ with 2 degrees of freedom is 4.302653, the standard error 0.01 / √3.
        let half = 4.302_652_729_7 * 0.01 / 3_f64.sqrt();
        assert_relative_eq!(low, 0.97 - half, max_relative = 1e-9);
        assert_relative_eq!(high, 0.97 + half, max_relative = 1e-9);

        let [_, low, high] = mean_with_interval(&[0.5], 100);
        assert_relative_eq!(low, 0.403_832, epsilon = 1e-6);
        assert_relative_eq!(high, 0.596_168, epsilon = 1e-6);

        assert_eq!(mean_of_differences(&[0.1, 0.1]), [0.1, 0.1, 0.1]);
        assert_eq!(
            mean_of_differences(&[0.1])[1..],
            [f64::NEG_INFINITY, f64::INFINITY]
        );
    }

    #[test]
    #[should_panic(expected = "there are 60 training images, but a batch takes 100")]
    fn too_little_data_is_refused() {
        train_together(&mut nets(1), &data(60), &SCHEDULE, &mut |_| {});
    }
}
