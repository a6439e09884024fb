//! The modules that are kept in the repository answer as the code that they were built of: drawings to the last bit, reports to the last letter.

use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use experiments::lab::{LABS, Lab, Module};
use ledger::Fingerprints;
use unit_variance::{Initializer, Law, Streams, VarianceScaling};
use wasmi::{Engine, Instance, Linker, Store};

/// The module in an interpreter.
struct Interpreter {
    store: Store<()>,
    instance: Instance,
}

impl Interpreter {
    /// Of the module that is kept, or of the one in the folder that the variable `LAB_MODULES` names.
    fn new(module: &str) -> Self {
        let kept = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/modules"));
        let folder = env::var_os("LAB_MODULES").map_or_else(kept, PathBuf::from);
        let path = folder.join(format!("{module}.wasm"));
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let engine = Engine::default();
        let module = wasmi::Module::new(&engine, &bytes).expect("the module is valid");
        let mut store = Store::new(&engine, ());
        let linker = Linker::new(&engine);
        let instance = linker
            .instantiate_and_start(&mut store, &module)
            .expect("the module needs nothing from outside");
        Self { store, instance }
    }

    fn call(&mut self, name: &str, argument: u32) -> u32 {
        let function = self.instance.get_typed_func::<u32, u32>(&self.store, name);
        let function = function.expect("the module exports it");
        function
            .call(&mut self.store, argument)
            .expect("the module does not panic")
    }

    /// What a page would be answered.
    fn answer(&mut self, figure: &str, values: &[f64]) -> String {
        let values = values.iter().flat_map(|value| value.to_le_bytes());
        let question: Vec<u8> = figure.bytes().chain(values).collect();
        self.ask("answer", &question, figure.len())
    }

    /// What a page would be told of a file.
    fn diagnose(&mut self, name: &str, bytes: &[u8]) -> String {
        let question = [bytes, name.as_bytes()].concat();
        self.ask("diagnose", &question, bytes.len())
    }

    /// Writes the question, of which a first part is so many bytes long, and reads the answer.
    fn ask(&mut self, export: &str, question: &[u8], first: usize) -> String {
        let length = |bytes: usize| u32::try_from(bytes).expect("questions are short");
        let memory = self.instance.get_memory(&self.store, "memory");
        let memory = memory.expect("the module exports its memory");
        let room = self.call("room", length(question.len()));
        memory
            .write(&mut self.store, room as usize, question)
            .expect("there is room for the question");
        let bytes = self.call(export, length(first));
        let address = self
            .instance
            .get_typed_func::<(), u32>(&self.store, "address")
            .expect("the module exports it")
            .call(&mut self.store, ())
            .expect("the module does not panic");
        let mut answer = vec![0; bytes as usize];
        memory
            .read(&self.store, address as usize, &mut answer)
            .expect("the answer lies in the memory");
        String::from_utf8(answer).expect("the answer is text")
    }
}

/// Values of all controls, other than the printed ones: an interpreter takes hundreds of times as long as a browser, so one setting must do.
fn setting(lab: &Lab) -> Vec<f64> {
    let chosen = |values: &[f64]| values[values.len() / 3];
    lab.controls
        .iter()
        .map(|control| chosen(control.values))
        .collect()
}

#[test]
fn the_modules_answer_as_the_library_does() {
    let compare = |module: &Module, lab: &Lab| {
        let (figure, values) = (lab.figure.name, setting(lab));
        let found = Interpreter::new(module.name).answer(figure, &values);
        assert!(
            found == lab::shown(figure, &values),
            "{figure} at {values:?}: what is kept answers otherwise; build it anew with .ci/lab"
        );
    };
    thread::scope(|scope| {
        scope.spawn(compare_reports);
        for module in LABS {
            for lab in module.labs {
                scope.spawn(move || compare(module, lab));
            }
        }
    });
    if env::var_os("UPDATE_LAB").is_some() {
        write_fingerprint();
    }
}

/// A file of safetensors with one matrix of a layer, in PyTorch's order.
fn checkpoint(outputs: usize, inputs: usize) -> Vec<u8> {
    let he = VarianceScaling::he(Law::Normal);
    let weight = he.sample((inputs, outputs), &mut Streams::new(1).stream("layer"));
    let data: Vec<u8> = weight
        .t()
        .iter()
        .flat_map(|value| (*value as f32).to_le_bytes())
        .collect();
    let header = format!(
        r#"{{"__metadata__":{{"format":"pt"}},"layer.weight":{{"dtype":"F32","shape":[{outputs},{inputs}],"data_offsets":[0,{}]}}}}"#,
        data.len()
    );
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), &data].concat()
}

/// The module that diagnoses says of a file what the library says.
fn compare_reports() {
    let sound = checkpoint(20, 12);
    let header = b"\x93NUMPY\x01\x00\x46\x00{'descr': '<f8', 'fortran_order': False, 'shape': (9,), }            \n";
    let numbers = (1..10).flat_map(|i| f64::from(i).to_le_bytes());
    let array: Vec<u8> = header.iter().copied().chain(numbers).collect();
    for (name, bytes, state) in [
        ("model-00001-of-00002.safetensors", &sound[..], "read"),
        ("cut.safetensors", &sound[..sound.len() - 4], "refused"),
        ("counted.npy", &array, "read"),
        ("nothing.npy", &[], "refused"),
    ] {
        let found = Interpreter::new("diagnosis").diagnose(name, bytes);
        let (report, is_read) = lab::report(name, bytes.to_vec());
        assert_eq!(is_read, state == "read", "{report}");
        assert_eq!(found, format!("{state}\n{report}"));
    }
    // The terminal reads archives, for which a page has no room.
    let found = Interpreter::new("diagnosis").diagnose("model.npz", b"PK\x03\x04 and more");
    assert!(
        found.starts_with("refused\nmodel.npz: an archive"),
        "{found}"
    );
}

/// Notes the sources of modules that answer as they do: with these the book prints its labs.
fn write_fingerprint() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fingerprints = Fingerprints::of(&folder.join("../..")).expect("the sources can be read");
    let chapters: Vec<&str> = experiments::chapters_with_labs().collect();
    let fingerprint = fingerprints.of_labs(&chapters) + "\n";
    fs::write(folder.join("modules/fingerprint"), fingerprint)
        .expect("the fingerprint can be written");
}
