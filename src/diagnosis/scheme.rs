//! The rules of a whole file: the fewest that explain all of its weights.
//!
//! A layer of few weights allows many rules, and one of many few. That all layers of a network were drawn by one rule is
//! likelier than that each was by another, so the rule that explains most is taken first; a default counts for more than a
//! rule that is seldom meant, and a right one for more than a wrong one.

use super::examined::Examined;
use super::recipe::Recipe;

/// The rule that is taken for each tensor; none for those that no rule explains.
pub(super) fn schemes(examined: &[Examined]) -> Vec<Option<Recipe>> {
    let mut chosen: Vec<Option<Recipe>> = vec![None; examined.len()];
    loop {
        let mut best: Option<(f64, &Recipe)> = None;
        for (i, candidates) in examined.iter().enumerate() {
            if chosen[i].is_some() || !examined[i].is_matrix() {
                continue;
            }
            for recipe in &candidates.recipes {
                let explained = explained_by(examined, &chosen, &recipe.name).count();
                let merit = explained as f64 / cost(recipe);
                if best.is_none_or(|(most, _)| merit > most) {
                    best = Some((merit, recipe));
                }
            }
        }
        let Some((_, recipe)) = best else {
            return chosen;
        };
        let name = recipe.name.clone();
        let members: Vec<usize> = explained_by(examined, &chosen, &name).collect();
        for i in members {
            chosen[i] = examined[i]
                .recipes
                .iter()
                .find(|recipe| recipe.name == name)
                .cloned();
        }
    }
}

/// The weights without a rule that this one explains.
fn explained_by<'a>(
    examined: &'a [Examined],
    chosen: &'a [Option<Recipe>],
    name: &'a str,
) -> impl Iterator<Item = usize> + 'a {
    (0..examined.len()).filter(move |&i| {
        chosen[i].is_none()
            && examined[i].is_matrix()
            && examined[i].recipes.iter().any(|recipe| recipe.name == name)
    })
}

fn cost(recipe: &Recipe) -> f64 {
    let of_tier = [1.0, 1.0, 1.4, 2.0][usize::from(recipe.tier.min(3))];
    if recipe.wrong.is_some() { 1.2 } else { of_tier }
}

/// Whether a right rule, and not one that is rarely meant, explains the tensor.
pub(super) fn has_sound_rule(examined: &Examined) -> bool {
    examined
        .recipes
        .iter()
        .any(|recipe| recipe.wrong.is_none() && recipe.tier <= 2)
}
