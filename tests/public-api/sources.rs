//! The modules of a crate, read from its sources, and what a name in one of them stands for.

use std::collections::BTreeMap;
use std::path::Path;

use quote::ToTokens;
use syn::{Attribute, Ident, Item, ItemUse, UseTree, Visibility};

/// A module without the modules in it.
pub(crate) struct Module {
    /// Its path from the root, which is empty.
    pub(crate) path: Vec<String>,
    pub(crate) items: Vec<Item>,
    /// Whether it and all modules around it are `pub`.
    pub(crate) is_public: bool,
}

/// A name that a `use` brings: `use path as name`, or `use path::*` where the name is `*`.
pub(crate) struct Import {
    pub(crate) path: Vec<String>,
    pub(crate) name: String,
}

/// What a path stands for.
pub(crate) enum Found<'a> {
    Item(&'a Module, &'a Item),
    Module(&'a Module),
    /// Something of this crate, which is not ours.
    Foreign(String),
}

/// All modules of a crate, tests aside.
pub(crate) struct Sources {
    modules: BTreeMap<Vec<String>, Module>,
}

/// Longer than any chain of exports; a cycle of globs is longer.
const CHAIN: usize = 16;

impl Sources {
    /// Reads a crate, whose files `read` gives by their paths in `src`.
    pub(crate) fn read(read: impl Fn(&Path) -> Option<String>) -> Self {
        let mut sources = Self {
            modules: BTreeMap::new(),
        };
        let lib = read(Path::new("lib.rs")).expect("a library has a lib.rs");
        sources.add(
            &read,
            Vec::new(),
            Path::new(""),
            parsed("lib.rs", &lib),
            true,
        );
        sources
    }

    /// Adds a module, whose files lie in `folder`, and the modules in it.
    fn add(
        &mut self,
        read: &impl Fn(&Path) -> Option<String>,
        path: Vec<String>,
        folder: &Path,
        items: Vec<Item>,
        is_public: bool,
    ) {
        let items: Vec<Item> = items.into_iter().filter(|item| !is_test(item)).collect();
        for item in &items {
            let Item::Mod(module) = item else { continue };
            let name = module.ident.to_string();
            let inside = folder.join(&name);
            let inner = match &module.content {
                Some((_, items)) => items.clone(),
                None => in_file(read, &inside),
            };
            let path = path.iter().cloned().chain([name]).collect();
            self.add(read, path, &inside, inner, is_public && is_pub(&module.vis));
        }
        let module = Module {
            path: path.clone(),
            items,
            is_public,
        };
        self.modules.insert(path, module);
    }

    pub(crate) fn root(&self) -> &Module {
        &self.modules[&Vec::new()]
    }

    pub(crate) fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.values()
    }

    /// The module of this name in another.
    pub(crate) fn inner(&self, module: &Module, name: &str) -> Option<&Module> {
        let mut path = module.path.clone();
        path.push(name.to_owned());
        self.modules.get(&path)
    }

    /// What a path stands for in a module; nothing if it is a name of the language, of a type parameter or of the prelude.
    pub(crate) fn resolve(&self, module: &Module, path: &[String]) -> Option<Found<'_>> {
        self.resolve_within(module, path, CHAIN)
    }

    fn resolve_within(&self, from: &Module, path: &[String], chain: usize) -> Option<Found<'_>> {
        let chain = chain.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        let mut found = match first.as_str() {
            "crate" => Found::Module(self.root()),
            "self" => Found::Module(&self.modules[&from.path]),
            "super" => {
                let around = &from.path[..from.path.len().checked_sub(1)?];
                Found::Module(&self.modules[around])
            }
            name => match self.look_up(&self.modules[&from.path], name, chain) {
                Some(found) => found,
                None if rest.is_empty() => return None,
                None => Found::Foreign(name.to_owned()),
            },
        };
        for name in rest {
            found = match found {
                Found::Module(module) if name == "super" => {
                    let around = &module.path[..module.path.len().checked_sub(1)?];
                    Found::Module(&self.modules[around])
                }
                Found::Module(module) => self.look_up(module, name, chain)?,
                Found::Item(..) | Found::Foreign(_) => break, // a variant, or what is in another crate
            };
        }
        Some(found)
    }

    fn look_up(&self, module: &Module, name: &str, chain: usize) -> Option<Found<'_>> {
        let module = &self.modules[&module.path];
        let named = |item: &&Item| ident(item).is_some_and(|ident| ident == name);
        if let Some(item) = module.items.iter().find(named) {
            return Some(Found::Item(module, item));
        }
        if let Some(inner) = self.inner(module, name) {
            return Some(Found::Module(inner));
        }
        let imports = || module.items.iter().filter_map(as_use).flat_map(imports);
        if let Some(import) = imports().find(|import| import.name == name) {
            // `use a::b` of another crate `a` reads like a module that is not there.
            let found = self.resolve_within(module, &import.path, chain);
            return found.or_else(|| Some(Found::Foreign(import.path[0].clone())));
        }
        let mut globs = imports().filter(|import| import.name == "*");
        globs.find_map(
            |glob| match self.resolve_within(module, &glob.path, chain)? {
                Found::Module(inner) => self.look_up(inner, name, chain.checked_sub(1)?),
                Found::Item(..) | Found::Foreign(_) => None,
            },
        )
    }
}

/// The items of the module that lies at `place.rs` or `place/mod.rs`.
fn in_file(read: &impl Fn(&Path) -> Option<String>, place: &Path) -> Vec<Item> {
    let candidates = [place.with_extension("rs"), place.join("mod.rs")];
    let text = candidates.iter().find_map(|file| read(file));
    let text = text.unwrap_or_else(|| panic!("there is none of {candidates:?}"));
    parsed(&place.display().to_string(), &text)
}

fn parsed(name: &str, text: &str) -> Vec<Item> {
    let file = syn::parse_file(text);
    file.unwrap_or_else(|error| panic!("{name} is no Rust: {error}"))
        .items
}

pub(crate) fn is_pub(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_test(item: &Item) -> bool {
    let Item::Mod(module) = item else {
        return false;
    };
    let of_tests = |attribute: &Attribute| {
        attribute.path().is_ident("cfg")
            && attribute.to_token_stream().to_string().contains("(test")
    };
    module.attrs.iter().any(of_tests)
}

fn as_use(item: &Item) -> Option<&ItemUse> {
    match item {
        Item::Use(item) => Some(item),
        _ => None,
    }
}

/// The name of an item, where it has one that a path can end with.
pub(crate) fn ident(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// The names that a `use` brings.
pub(crate) fn imports(item: &ItemUse) -> Vec<Import> {
    let mut all = Vec::new();
    collect(&item.tree, &mut Vec::new(), &mut all);
    all
}

fn collect(tree: &UseTree, path: &mut Vec<String>, all: &mut Vec<Import>) {
    let mut add = |path: &[String], last: Option<&Ident>, name: String| {
        // `use a::{self}` brings `a`.
        let last = last.map(Ident::to_string).filter(|last| last != "self");
        let path: Vec<String> = path.iter().cloned().chain(last).collect();
        let name = if name == "self" {
            path.last().cloned().unwrap_or(name)
        } else {
            name
        };
        all.push(Import { path, name });
    };
    match tree {
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            collect(&inner.tree, path, all);
            path.pop();
        }
        UseTree::Name(name) => add(path, Some(&name.ident), name.ident.to_string()),
        UseTree::Rename(name) => add(path, Some(&name.ident), name.rename.to_string()),
        UseTree::Glob(_) => add(path, None, "*".into()),
        UseTree::Group(group) => {
            for inner in &group.items {
                collect(inner, path, all);
            }
        }
    }
}
