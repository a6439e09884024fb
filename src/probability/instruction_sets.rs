//! The instruction sets of this processor, for tests that compare what is made with each of them.

use pulp::Arch;

/// One lane; then AVX2 and AVX-512, where the processor has them; on other processors, what is widest. `Arch::new` alone would leave AVX2
/// untried on a processor that has more.
pub(crate) fn of_this_processor() -> Vec<Arch> {
    let mut sets = vec![Arch::Scalar];
    #[cfg(target_arch = "x86_64")]
    {
        sets.extend(pulp::x86::V3::try_new().map(Arch::V3));
        sets.extend(pulp::x86::V4::try_new().map(Arch::V4));
    }
    #[cfg(not(target_arch = "x86_64"))]
    sets.push(Arch::new());
    sets
}

#[test]
fn the_widest_set_is_the_last() {
    let last = of_this_processor().pop();
    assert_eq!(
        format!("{:?}", last.expect("there is one lane")),
        format!("{:?}", Arch::new())
    );
}
