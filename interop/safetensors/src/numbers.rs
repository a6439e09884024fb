//! The bytes of numbers, the least significant first, as the format keeps them.

use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

/// The numbers of a tensor, in `f64`, which holds them exactly; `None` if they are no floats of 16 bits or more.
///
/// ```
/// use safetensors::{Dtype, tensor::TensorView};
///
/// let bytes = [0x00, 0x3c, 0x00, 0xc0];
/// let tensor = TensorView::new(Dtype::F16, vec![2], &bytes)?;
/// assert_eq!(unit_variance_safetensors::values(&tensor), Some(vec![1.0, -2.0]));
/// # Ok::<(), safetensors::SafeTensorError>(())
/// ```
pub fn values(tensor: &TensorView<'_>) -> Option<Vec<f64>> {
    fn read<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f64) -> Vec<f64> {
        let (numbers, _) = bytes.as_chunks::<N>();
        numbers.iter().map(|&bytes| number(bytes)).collect()
    }
    let bytes = tensor.data();
    match tensor.dtype() {
        Dtype::F64 => Some(read(bytes, f64::from_le_bytes)),
        Dtype::F32 => Some(read(bytes, |b| f32::from_le_bytes(b).into())),
        Dtype::F16 => Some(read(bytes, |b| f16::from_le_bytes(b).to_f64())),
        Dtype::BF16 => Some(read(bytes, |b| bf16::from_le_bytes(b).to_f64())),
        _ => None,
    }
}

/// A number that has bytes.
pub(crate) trait Bytes: Copy {
    /// Appends the bytes.
    fn append(self, to: &mut Vec<u8>);
}

macro_rules! bytes {
    ($($number:ty),*) => {$(
        impl Bytes for $number {
            fn append(self, to: &mut Vec<u8>) {
                to.extend_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}
bytes!(f64, f32, f16, bf16);
