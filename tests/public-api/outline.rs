//! What of a crate a user can name, as Rust without bodies, documentation and private parts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item, ItemImpl, ItemMod, ItemUse, Type, TypeParamBound, parse_quote};

use crate::sources::{Found, Module, Sources, ident, imports, is_pub};
use crate::stripped::{kept, strip, strip_impl};

/// The public items of a crate.
pub(crate) struct Outline {
    items: Vec<Item>,
    /// The crates whose names stand in their signatures.
    pub(crate) crates: BTreeSet<String>,
}

/// A module and a name in it.
type Place = (Vec<String>, String);

struct Builder<'a> {
    sources: &'a Sources,
    /// The `impl` blocks, by the type that they are about; if that is none of ours, by the trait.
    impls: BTreeMap<Place, Vec<ItemImpl>>,
    crates: BTreeSet<String>,
}

impl Outline {
    pub(crate) fn of(sources: &Sources) -> Self {
        let mut builder = Builder {
            sources,
            impls: BTreeMap::new(),
            crates: BTreeSet::new(),
        };
        builder.collect_impls();
        let items = builder.public_items(sources.root());
        Self {
            items,
            crates: builder.crates,
        }
    }
}

impl fmt::Display for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items = &self.items;
        let file: syn::File = parse_quote!(#(#items)*);
        f.write_str(&prettyplease::unparse(&file))
    }
}

impl Builder<'_> {
    fn collect_impls(&mut self) {
        for module in self.sources.modules() {
            for item in &module.items {
                let Item::Impl(block) = item else { continue };
                let Some(owner) = self.owner(module, block) else {
                    continue;
                };
                let mut block = block.clone();
                strip_impl(&mut block);
                if block.trait_.is_some() || !block.items.is_empty() {
                    self.impls.entry(owner).or_default().push(block);
                }
            }
        }
    }

    /// What an `impl` block is listed with; nothing if nobody outside can see it.
    fn owner(&self, module: &Module, block: &ItemImpl) -> Option<Place> {
        let of_trait = match &block.trait_ {
            Some((path, _)) => match self.sources.resolve(module, &names(path)) {
                Some(Found::Item(_, Item::Trait(item))) if !is_pub(&item.vis) => return None,
                found => place(found),
            },
            None => None,
        };
        let mut subject = &*block.self_ty;
        while let Type::Reference(reference) = subject {
            subject = &reference.elem;
        }
        let path = match subject {
            Type::Path(path) => Some(names(&path.path)),
            Type::TraitObject(object) => object.bounds.iter().find_map(|bound| match bound {
                TypeParamBound::Trait(bound) => Some(names(&bound.path)),
                _ => None,
            }),
            _ => None,
        };
        let of_subject = path.and_then(|path| place(self.sources.resolve(module, &path)));
        of_subject.or(of_trait)
    }

    /// The public items of a module, and of the private modules behind its exports.
    fn public_items(&mut self, module: &Module) -> Vec<Item> {
        let mut listed: Vec<(String, Vec<Item>)> = Vec::new();
        for item in &module.items {
            match item {
                Item::Mod(inner) if is_pub(&inner.vis) => {
                    let name = inner.ident.to_string();
                    let of = self.sources.inner(module, &name).expect("a module is read");
                    let content = self.public_items(of);
                    let module = ItemMod {
                        attrs: kept(&inner.attrs),
                        content: Some((syn::token::Brace::default(), content)),
                        semi: None,
                        ..inner.clone()
                    };
                    listed.push((name, vec![Item::Mod(module)]));
                }
                Item::Use(export) if is_pub(&export.vis) => {
                    listed.extend(self.exports(module, export));
                }
                item => {
                    if let (Some(name), Some(visibility)) = (ident(item), visibility(item))
                        && is_pub(visibility)
                    {
                        listed.push((name.to_string(), self.with_impls(module, item, &[])));
                    }
                }
            }
        }
        listed.sort_by(|(a, _), (b, _)| a.cmp(b));
        listed.into_iter().flat_map(|(_, items)| items).collect()
    }

    /// What a `pub use` exports: a public place is named, an item of a private one is listed.
    fn exports(&mut self, module: &Module, export: &ItemUse) -> Vec<(String, Vec<Item>)> {
        let mut listed = Vec::new();
        for import in imports(export) {
            let (_, parent) = import.path.split_last().expect("a path has a last name");
            let parent = self.sources.resolve(module, parent);
            let is_named = matches!(parent, Some(Found::Module(parent)) if parent.is_public);
            let items = match self.sources.resolve(module, &import.path) {
                Some(Found::Item(home, item)) if !is_named => {
                    let named = ident(item).is_some_and(|ident| *ident == import.name);
                    assert!(named, "`{}` is exported by another name", import.name);
                    self.with_impls(home, item, &export.attrs)
                }
                _ => {
                    let attributes = kept(&export.attrs);
                    let path: syn::Path =
                        syn::parse_str(&import.path.join("::")).expect("a path is a path");
                    vec![parse_quote!(#(#attributes)* pub use #path;)]
                }
            };
            listed.push((import.name, items));
        }
        listed
    }

    /// An item as users see it, with its `impl` blocks.
    fn with_impls(&mut self, home: &Module, item: &Item, exported: &[Attribute]) -> Vec<Item> {
        let name = ident(item).expect("what is exported has a name");
        let place = (home.path.clone(), name.to_string());
        let mut item = item.clone();
        strip(&mut item, exported);
        let mut items = vec![item];
        let mut blocks = self.impls.get(&place).cloned().unwrap_or_default();
        blocks.sort_by_cached_key(|block| match &block.trait_ {
            None => String::new(),
            Some(_) => block.to_token_stream().to_string(),
        });
        items.extend(blocks.into_iter().map(Item::Impl));
        for item in &items {
            self.note_crates(home, item);
        }
        items
    }

    /// Notes which crates the names in a signature come from.
    fn note_crates(&mut self, home: &Module, item: &Item) {
        for path in paths(item.to_token_stream()) {
            if let Some(Found::Foreign(name)) = self.sources.resolve(home, &path)
                && !is_of_the_language(&name)
            {
                self.crates.insert(name);
            }
        }
    }
}

/// The paths in a signature, `a::b` as well as `a`; not those of attributes.
fn paths(signature: TokenStream) -> Vec<Vec<String>> {
    let mut paths: Vec<Vec<String>> = Vec::new();
    let mut streams = vec![signature];
    while let Some(stream) = streams.pop() {
        // The punctuation since the last name: `::` goes on with its path, unless it stands before the first.
        let mut between = String::from(" ");
        for token in stream {
            match token {
                TokenTree::Punct(mark) => between.push(mark.as_char()),
                TokenTree::Ident(name) => {
                    match paths.last_mut() {
                        Some(path) if between == "::" => path.push(name.to_string()),
                        _ => paths.push(vec![name.to_string()]),
                    }
                    between.clear();
                }
                TokenTree::Group(_) if between.ends_with('#') => between = " ".into(),
                TokenTree::Group(group) => {
                    streams.push(group.stream());
                    between = " ".into();
                }
                TokenTree::Literal(_) => between = " ".into(),
            }
        }
    }
    paths
}

/// Whether the first name of a path is no crate's: `f64::MAX`, `Self::Item`, `T::Output`.
fn is_of_the_language(name: &str) -> bool {
    let is_type = name.starts_with(char::is_uppercase);
    is_type
        || [
            "bool", "char", "f32", "f64", "i32", "i64", "str", "u16", "u32", "u64", "u8", "usize",
        ]
        .contains(&name)
}

fn place(found: Option<Found>) -> Option<Place> {
    match found? {
        Found::Item(home, item) => Some((home.path.clone(), ident(item)?.to_string())),
        Found::Module(_) | Found::Foreign(_) => None,
    }
}

fn names(path: &syn::Path) -> Vec<String> {
    let segments = path.segments.iter();
    segments.map(|segment| segment.ident.to_string()).collect()
}

fn visibility(item: &Item) -> Option<&syn::Visibility> {
    match item {
        Item::Const(item) => Some(&item.vis),
        Item::Enum(item) => Some(&item.vis),
        Item::Fn(item) => Some(&item.vis),
        Item::Static(item) => Some(&item.vis),
        Item::Struct(item) => Some(&item.vis),
        Item::Trait(item) => Some(&item.vis),
        Item::Type(item) => Some(&item.vis),
        _ => None,
    }
}
