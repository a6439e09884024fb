//! What a module exports. Texts and numbers are passed in its memory: a page asks for [`room`], writes the figure's name and then
//! the values of the controls, eight bytes each, and reads the answer where the module says. Of a file it writes the bytes and then the name.

use std::cell::RefCell;

thread_local! {
    /// The question, then the answer to it.
    static BYTES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for a question of this many bytes, and returns its address.
#[expect(unsafe_code, reason = "the name of an export")]
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> usize {
    BYTES.with_borrow_mut(|held| {
        held.clear();
        held.resize(bytes, 0);
        held.as_ptr() as usize
    })
}

/// Answers the question, whose first bytes are a figure's name, and returns the number of bytes of the answer.
///
/// # Panics
///
/// If there is no such lab, or it does not take these values: a page's own controls ask for none such.
#[cfg(not(feature = "diagnosis"))]
#[expect(unsafe_code, reason = "the name of an export")]
#[unsafe(no_mangle)]
pub extern "C" fn answer(name: usize) -> usize {
    BYTES.with_borrow_mut(|held| {
        let (name, values) = held.split_at(name);
        let (values, []) = values.as_chunks() else {
            panic!("{} bytes are no numbers of eight bytes", values.len());
        };
        let values: Vec<f64> = values
            .iter()
            .map(|bytes| f64::from_le_bytes(*bytes))
            .collect();
        let name = str::from_utf8(name).expect("a figure's name is text");
        *held = super::shown(name, &values).into_bytes();
        held.len()
    })
}

/// Reads the file, of which there are so many bytes before its name, and returns the number of bytes of the answer: the report, behind a
/// line `read`, or what is wrong with the file, behind a line `refused`.
///
/// # Panics
///
/// If the name is no text.
#[cfg(not(any(feature = "depth", feature = "formulas", feature = "networks")))]
#[expect(unsafe_code, reason = "the name of an export")]
#[unsafe(no_mangle)]
pub extern "C" fn diagnose(bytes: usize) -> usize {
    BYTES.with_borrow_mut(|held| {
        let name = held.split_off(bytes);
        let name = str::from_utf8(&name).expect("a file's name is text");
        let (report, is_read) = super::report(name, std::mem::take(held));
        let state = if is_read { "read" } else { "refused" };
        *held = format!("{state}\n{report}").into_bytes();
        held.len()
    })
}

/// The address of the answer.
#[expect(unsafe_code, reason = "the name of an export")]
#[unsafe(no_mangle)]
pub extern "C" fn address() -> usize {
    BYTES.with_borrow(|held| held.as_ptr() as usize)
}
