//! The images in the order in which nets see them, a batch at a time.

use std::ops::Range;

use rand::RngExt;

use super::data::{BRIGHTNESS, LabeledImages};
use unit_variance::matrix::SparseBatch;
use unit_variance::probability::Streams;

/// How many images a step learns from.
pub(crate) const BATCH: usize = 100;

/// Images, of whose pixels four of five are black, and the class of each.
pub(crate) struct LabeledBatch {
    pub(crate) x: SparseBatch,
    pub(crate) labels: Vec<u8>,
}

/// The batches that the nets of one seed see, a few at a time.
pub(crate) struct Batches {
    streams: Streams,
    /// The order of the images in the epoch that was reached.
    order: Vec<usize>,
    prepared: Vec<LabeledBatch>,
}

impl Batches {
    /// None yet; the streams decide the order of the images, epoch by epoch.
    pub(crate) fn new(streams: Streams) -> Self {
        Self {
            streams,
            order: Vec::new(),
            prepared: Vec::new(),
        }
    }

    pub(crate) fn streams(&self) -> Streams {
        self.streams
    }

    /// Makes the batches of these iterations, which follow those of the last time.
    pub(crate) fn prepare(&mut self, iterations: Range<usize>, images: &LabeledImages) {
        self.prepared
            .resize_with(iterations.len(), LabeledBatch::new);
        for (iteration, batch) in iterations.zip(&mut self.prepared) {
            let epoch = epoch(iteration, images);
            let at = iteration - epoch * per_epoch(images);
            if at == 0 {
                self.order = shuffled(images.count(), self.streams, epoch);
            }
            batch.refill(images, &self.order[at * BATCH..][..BATCH]);
        }
    }

    /// What was made last.
    pub(crate) fn prepared(&self) -> &[LabeledBatch] {
        &self.prepared
    }
}

impl LabeledBatch {
    fn new() -> Self {
        Self {
            x: SparseBatch::new(&BRIGHTNESS),
            labels: Vec::new(),
        }
    }

    /// The images with these indices instead.
    fn refill(&mut self, images: &LabeledImages, indices: &[usize]) {
        let rows = indices.iter().map(|index| images.image(*index));
        self.x.refill(images.pixels(), rows);
        self.labels.clear();
        let labels = indices.iter().map(|index| images.labels[*index]);
        self.labels.extend(labels);
    }

    /// All images, so many to each batch.
    pub(crate) fn all(images: &LabeledImages, count: usize) -> Vec<Self> {
        let indices: Vec<usize> = (0..images.count()).collect();
        let batch = |indices: &[usize]| {
            let mut batch = Self::new();
            batch.refill(images, indices);
            batch
        };
        indices.chunks(count).map(batch).collect()
    }
}

/// The epoch of an iteration.
pub(crate) fn epoch(iteration: usize, images: &LabeledImages) -> usize {
    iteration / per_epoch(images)
}

/// How many batches an epoch has; images that would not fill one are left out.
fn per_epoch(images: &LabeledImages) -> usize {
    images.count() / BATCH
}

/// The numbers below `count` in the order of an epoch, by Fisher and Yates.
fn shuffled(count: usize, streams: Streams, epoch: usize) -> Vec<usize> {
    let mut rng = streams.stream(&format!("epoch.{epoch}.order"));
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, rng.random_range(0..=last as u64) as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::classifier::tests::small_data;

    #[test]
    fn every_epoch_has_an_order_of_its_own_with_every_image_in_it() {
        let (first, second) = (
            shuffled(50, Streams::new(1), 0),
            shuffled(50, Streams::new(1), 1),
        );
        assert_ne!(first, second);
        let mut sorted = first;
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn all_images_are_in_the_batches_once_and_in_their_order() {
        let images = small_data().test().clone();
        let batches = LabeledBatch::all(&images, 25);
        let sizes: Vec<usize> = batches.iter().map(|batch| batch.labels.len()).collect();
        assert_eq!(sizes, [25, 25, 10]);
        let labels = batches.iter().flat_map(|batch| &batch.labels);
        assert!(labels.eq(&images.labels));
    }

    #[test]
    fn batches_follow_one_another_and_begin_anew_with_every_epoch() {
        let images = small_data().train().clone();
        assert_eq!(images.count() / BATCH, 2);
        let mut batches = Batches::new(Streams::new(7));
        let mut seen = Vec::new();
        for iterations in [0..1, 1..4] {
            batches.prepare(iterations, &images);
            seen.extend(batches.prepared().iter().map(|batch| batch.labels.clone()));
        }
        let label = |i: &usize| images.labels[*i];
        let orders = [0, 1].map(|epoch| shuffled(images.count(), Streams::new(7), epoch));
        let expected = orders.iter().flat_map(|order| order.chunks_exact(BATCH));
        for (seen, expected) in seen.iter().zip(expected) {
            assert!(expected.iter().map(label).eq(seen.iter().copied()));
        }
        assert_eq!(seen.len(), 4);
    }
}
