//! What of an item a user sees: no body, no documentation, no private part.

use syn::{
    Attribute, Expr, Fields, FnArg, ImplItem, Item, ItemImpl, Pat, Signature, TraitItem,
    parse_quote,
};

use crate::sources::is_pub;

/// The attributes that a user depends on.
pub(crate) fn kept(attributes: &[Attribute]) -> Vec<Attribute> {
    let matters = [
        "cfg",
        "cfg_attr",
        "deprecated",
        "derive",
        "must_use",
        "non_exhaustive",
        "repr",
    ];
    let kept = attributes.iter().filter(|attribute| {
        let path = attribute.path();
        matters.iter().any(|name| path.is_ident(name))
    });
    kept.cloned().collect()
}

/// Leaves of an item what a user sees; `exported` are the attributes of its `pub use`.
pub(crate) fn strip(item: &mut Item, exported: &[Attribute]) {
    let attributes = match item {
        Item::Const(item) => {
            if !matches!(*item.expr, Expr::Lit(_)) {
                item.expr = parse_quote!(_);
            }
            &mut item.attrs
        }
        Item::Enum(item) => {
            for variant in &mut item.variants {
                variant.attrs = kept(&variant.attrs);
                for field in &mut variant.fields {
                    field.attrs = kept(&field.attrs);
                }
            }
            &mut item.attrs
        }
        Item::Fn(item) => {
            item.block = parse_quote!({});
            strip_arguments(&mut item.sig);
            &mut item.attrs
        }
        Item::Static(item) => &mut item.attrs,
        Item::Struct(item) => {
            strip_fields(&mut item.fields);
            &mut item.attrs
        }
        Item::Trait(item) => {
            for inner in &mut item.items {
                strip_trait_item(inner);
            }
            &mut item.attrs
        }
        Item::Type(item) => &mut item.attrs,
        _ => return,
    };
    *attributes = kept(exported).into_iter().chain(kept(attributes)).collect();
}

/// Private fields are one `_`: that there are some matters, but not which.
fn strip_fields(fields: &mut Fields) {
    let hidden: syn::Field = match fields {
        Fields::Named(_) => syn::Field {
            ident: Some(proc_macro2::Ident::new("_", proc_macro2::Span::call_site())),
            colon_token: Some(syn::token::Colon::default()),
            ..an_unnamed_field()
        },
        _ => an_unnamed_field(),
    };
    let list = match fields {
        Fields::Named(fields) => &mut fields.named,
        Fields::Unnamed(fields) => &mut fields.unnamed,
        Fields::Unit => return,
    };
    let count = list.len();
    let mut seen: Vec<syn::Field> = list.iter().filter(|f| is_pub(&f.vis)).cloned().collect();
    for field in &mut seen {
        field.attrs = kept(&field.attrs);
    }
    if seen.len() < count {
        seen.push(hidden);
    }
    *list = seen.into_iter().collect();
}

fn an_unnamed_field() -> syn::Field {
    let tuple: syn::FieldsUnnamed = parse_quote!((_));
    tuple.unnamed[0].clone()
}

/// That a function changes an argument that it was given is its own affair.
fn strip_arguments(signature: &mut Signature) {
    for argument in &mut signature.inputs {
        match argument {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(argument) => {
                if let Pat::Ident(name) = &mut *argument.pat {
                    name.mutability = None;
                }
            }
        }
    }
}

fn strip_trait_item(item: &mut TraitItem) {
    match item {
        TraitItem::Const(item) => item.attrs = kept(&item.attrs),
        TraitItem::Type(item) => item.attrs = kept(&item.attrs),
        TraitItem::Fn(item) => {
            item.attrs = kept(&item.attrs);
            if let Some(block) = &mut item.default {
                *block = parse_quote!({});
            }
        }
        _ => {}
    }
}

/// Of an inherent block the public items; of a trait's block what the trait leaves open.
pub(crate) fn strip_impl(block: &mut ItemImpl) {
    block.attrs = kept(&block.attrs);
    let of_trait = block.trait_.is_some();
    block.items.retain(|item| match item {
        ImplItem::Const(item) => of_trait || is_pub(&item.vis),
        ImplItem::Type(_) => true,
        ImplItem::Fn(item) => !of_trait && is_pub(&item.vis),
        _ => false,
    });
    for item in &mut block.items {
        match item {
            ImplItem::Const(item) => {
                item.attrs = kept(&item.attrs);
                if !matches!(item.expr, Expr::Lit(_)) {
                    item.expr = parse_quote!(_);
                }
            }
            ImplItem::Type(item) => item.attrs = kept(&item.attrs),
            ImplItem::Fn(item) => {
                item.attrs = kept(&item.attrs);
                item.block = parse_quote!({});
                strip_arguments(&mut item.sig);
            }
            _ => {}
        }
    }
}
