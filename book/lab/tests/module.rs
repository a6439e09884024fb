//! The modules that are kept in the repository answer as the code that they were built of, to the last bit.

use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use experiments::lab::{LABS, Lab, Module};
use ledger::Fingerprints;
use wasmi::{Engine, Instance, Linker, Store};

/// The module in an interpreter.
struct Interpreter {
    store: Store<()>,
    instance: Instance,
}

impl Interpreter {
    /// Of the module that is kept, or of the one in the folder that the variable `LAB_MODULES` names.
    fn new(module: &Module) -> Self {
        let kept = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/modules"));
        let folder = env::var_os("LAB_MODULES").map_or_else(kept, PathBuf::from);
        let path = folder.join(format!("{}.wasm", module.name));
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
        let mut question = figure.as_bytes().to_vec();
        question.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let length = |bytes: usize| u32::try_from(bytes).expect("questions are short");
        let memory = self.instance.get_memory(&self.store, "memory");
        let memory = memory.expect("the module exports its memory");
        let room = self.call("room", length(question.len()));
        memory
            .write(&mut self.store, room as usize, &question)
            .expect("there is room for the question");
        let bytes = self.call("answer", length(figure.len()));
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
fn the_modules_draw_what_the_library_draws() {
    let compare = |module: &Module, lab: &Lab| {
        let (figure, values) = (lab.figure.name, setting(lab));
        let found = Interpreter::new(module).answer(figure, &values);
        assert!(
            found == lab::shown(figure, &values),
            "{figure} at {values:?}: what is kept answers otherwise; build it anew with .ci/lab"
        );
    };
    thread::scope(|scope| {
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

/// Notes the sources of modules that answer as they do: with these the book prints its labs.
fn write_fingerprint() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fingerprints = Fingerprints::of(&folder.join("../..")).expect("the sources can be read");
    let chapters: Vec<&str> = experiments::chapters_with_labs().collect();
    let fingerprint = fingerprints.of_labs(&chapters) + "\n";
    fs::write(folder.join("modules/fingerprint"), fingerprint)
        .expect("the fingerprint can be written");
}
