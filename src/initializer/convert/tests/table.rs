//! The book's table, written and read back.

use super::*;

/// What the book's table says, row by row: the recipe and its six calls.
pub(super) const TABLE: [[&str; 6]; 13] = [
    [
        "VarianceScaling::he(Law::Normal)",
        "nn.init.kaiming_normal_(w, nonlinearity='relu')",
        "variance_scaling(2.0, 'fan_in', 'normal')",
        "VarianceScaling(2.0, 'fan_in', 'untruncated_normal')",
        "KaimingNormal { gain: 2_f64.sqrt(), fan_out_only: false }",
        "DEFAULT_KAIMING_NORMAL",
    ],
    [
        "VarianceScaling::he(Law::Uniform)",
        "nn.init.kaiming_uniform_(w, nonlinearity='relu')",
        "he_uniform()",
        "HeUniform()",
        "KaimingUniform { gain: 2_f64.sqrt(), fan_out_only: false }",
        "DEFAULT_KAIMING_UNIFORM",
    ],
    [
        "VarianceScaling::he(Law::TRUNCATED_NORMAL)",
        "nn.init.trunc_normal_(w, 0.0, 0.10048404857174568, -0.20096809714349137, 0.20096809714349137)",
        "he_normal()",
        "HeNormal()",
        "",
        "",
    ],
    [
        "VarianceScaling::new(2.0, Fan::Out, Law::Normal)",
        "nn.init.kaiming_normal_(w, mode='fan_out', nonlinearity='relu')",
        "variance_scaling(2.0, 'fan_out', 'normal')",
        "VarianceScaling(2.0, 'fan_out', 'untruncated_normal')",
        "KaimingNormal { gain: 2_f64.sqrt(), fan_out_only: true }",
        "Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanOut, non_linearity: NonLinearity::ReLU }",
    ],
    [
        "VarianceScaling::lecun(Law::Normal)",
        "nn.init.kaiming_normal_(w, nonlinearity='linear')",
        "variance_scaling(1.0, 'fan_in', 'normal')",
        "VarianceScaling(1.0, 'fan_in', 'untruncated_normal')",
        "KaimingNormal { gain: 1.0, fan_out_only: false }",
        "Kaiming { dist: NormalOrUniform::Normal, fan: FanInOut::FanIn, non_linearity: NonLinearity::Linear }",
    ],
    [
        "VarianceScaling::lecun(Law::TRUNCATED_NORMAL)",
        "nn.init.trunc_normal_(w, 0.0, 0.07105295214615978, -0.14210590429231956, 0.14210590429231956)",
        "lecun_normal()",
        "LecunNormal()",
        "",
        "",
    ],
    [
        "VarianceScaling::xavier(Law::Uniform)",
        "nn.init.xavier_uniform_(w)",
        "glorot_uniform()",
        "GlorotUniform()",
        "XavierUniform { gain: 1.0 }",
        "Uniform { lo: -0.125, up: 0.125 }",
    ],
    [
        "VarianceScaling::new(25.0 / 9.0, Fan::Average, Law::Normal)",
        "nn.init.xavier_normal_(w, gain=5 / 3)",
        "variance_scaling(25 / 9, 'fan_avg', 'normal')",
        "VarianceScaling(25 / 9, 'fan_avg', 'untruncated_normal')",
        "XavierNormal { gain: 5.0 / 3.0 }",
        "Randn { mean: 0.0, stdev: 0.12028130608117203 }",
    ],
    [
        "VarianceScaling::pytorch_linear()",
        "nn.init.kaiming_uniform_(w, a=math.sqrt(5))",
        "variance_scaling(1 / 3, 'fan_in', 'uniform')",
        "VarianceScaling(1 / 3, 'fan_in', 'uniform')",
        "KaimingUniform { gain: (1_f64 / 3.0).sqrt(), fan_out_only: false }",
        "Kaiming { dist: NormalOrUniform::Uniform, fan: FanInOut::FanIn, non_linearity: NonLinearity::ExplicitGain((1_f64 / 3.0).sqrt()) }",
    ],
    [
        "Orthogonal::new(2_f64.sqrt())",
        "nn.init.orthogonal_(w, gain=math.sqrt(2))",
        "orthogonal(math.sqrt(2))",
        "Orthogonal(math.sqrt(2))",
        "Orthogonal { gain: 2_f64.sqrt() }",
        "",
    ],
    [
        "Normal::new(0.0, 0.02)",
        "nn.init.normal_(w, 0.0, 0.02)",
        "normal(0.02)",
        "RandomNormal(0.0, 0.02)",
        "Normal { mean: 0.0, std: 0.02 }",
        "Randn { mean: 0.0, stdev: 0.02 }",
    ],
    [
        "Uniform::new(-0.05, 0.05)",
        "nn.init.uniform_(w, -0.05, 0.05)",
        "variance_scaling(0.21333333333333337, 'fan_in', 'uniform')",
        "RandomUniform(-0.05, 0.05)",
        "Uniform { min: -0.05, max: 0.05 }",
        "Uniform { lo: -0.05, up: 0.05 }",
    ],
    [
        "TruncatedNormal::new(0.0, 0.02, -0.04, 0.04)",
        "nn.init.trunc_normal_(w, 0.0, 0.02, -0.04, 0.04)",
        "truncated_normal(0.02)",
        "TruncatedNormal(0.0, 0.02)",
        "",
        "",
    ],
];

#[test]
fn every_row_of_the_table_is_written_and_read_back() {
    let fans = Fans::new(256, 128);
    for row in TABLE {
        let recipe = read(row[0]);
        for ((library, written), expected) in
            Library::ALL.into_iter().zip(calls(recipe, fans)).zip(row)
        {
            let written = written.unwrap_or_default();
            assert_eq!(written, expected, "{library} of {}", row[0]);
            if !written.is_empty() {
                assert_is(read(&written), recipe, fans, &written);
            }
        }
    }
}
