//! "Did you mean": the valid name nearest to a misspelt one.

/// The name nearest to `wrong`, if one is near.
pub(crate) fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    const LONGEST: usize = 80;
    const MOST: usize = 200;
    let wrong = wrong.to_lowercase();
    let tolerance = (wrong.chars().count() / 3).max(1);
    if wrong.chars().count() > LONGEST {
        return None;
    }
    names
        .into_iter()
        .take(MOST)
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= tolerance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A help line with the nearest name, if one is near.
pub(crate) fn did_you_mean<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    nearest(wrong, names).map(|name| format!("did you mean `{name}`?"))
}

/// The names in back quotes, joined by commas; at most the first 24.
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const MOST: usize = 24;
    let mut names = names.into_iter();
    let first: Vec<String> = names.by_ref().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = names.count();
    if more == 0 { first.join(", ") } else { format!("{} and {more} more", first.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_suggested() {
        let names = ["take_or_pay", "pass_through", "lead"];
        assert_eq!(nearest("take_or_pya", names), Some("take_or_pay"));
        assert_eq!(nearest("Lead", names), Some("lead"));
        assert_eq!(nearest("colour", names), None);
    }
}
