//! What the base leaves open to a province. Everything that is not named here is closed.

use crate::model::Target;

/// One open value. `holder` is the definition that says how sure it is; `key` stands below it.
struct Open {
    holder: &'static str,
    key: &'static str,
    /// Open whatever the confidence; otherwise only while the holder is not `checked`.
    always: bool,
    /// The holder carries a confidence.
    sure: bool,
}

const fn always(holder: &'static str, key: &'static str, sure: bool) -> Open {
    Open { holder, key, always: true, sure }
}
const fn unchecked(holder: &'static str, key: &'static str) -> Open {
    Open { holder, key, always: false, sure: true }
}

/// The table. `*` stands for any identifier. It holds what the law does not say: how early and whom
/// a unit warns, how good a scan must be, labels, the look of a number; and, while nobody has
/// read the official text, the value itself. What decides whether something may be done (roles that
/// act, states, conditions, requirements and their severity, what discretion the law leaves,
/// whether a deadline runs in custody) is never open to `set`.
const OPEN: [Open; 33] = [
    always("process/*/deadlines/*", "warn", true),
    always("process/*/deadlines/*", "warns", true),
    always("standard/pages", "min_dpi", true),
    always("standard/pages", "blank_ink_ppm_below", true),
    always("standard/pages", "sharpness_milli_below", true),
    always("standard/pages", "contrast_milli_below", true),
    always("standard/pages", "upside_down_milli_above", true),
    always("standard/volumes/*", "name", false),
    always("roles/agencies/*/case_number", "print", false),
    unchecked("process/*/deadlines/*", "name"),
    unchecked("process/*/deadlines/*", "rules"),
    unchecked("process/*/deadlines/*", "extends"),
    unchecked("process/*/deadlines/*", "missed"),
    unchecked("process/*/requirements/*", "remedy"),
    unchecked("process/*/requirements/*", "code"),
    unchecked("process/*/actions/*", "name"),
    unchecked("roles/roles/*", "name"),
    unchecked("roles/roles/*", "works"),
    unchecked("document/*", "name"),
    unchecked("document/*", "volume"),
    unchecked("document/*", "sign"),
    unchecked("document/*", "seal"),
    unchecked("document/*", "served_on"),
    unchecked("document/*", "receipt"),
    unchecked("document/*", "numbered"),
    unchecked("message/*", "name"),
    unchecked("message/*", "answers"),
    unchecked("card/*/fields/*", "name"),
    unchecked("card/*/fields/*", "unit"),
    unchecked("card/*/fields/*", "min"),
    unchecked("card/*/fields/*", "max"),
    unchecked("fact/*", "name"),
    unchecked("value/*", "name"),
];

/// How a value is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Openness {
    /// Whatever the confidence of its holder.
    pub(super) always: bool,
    /// Whether its holder carries a confidence.
    pub(super) sure: bool,
}

/// Whether and how a value is open; none where it is closed.
pub(super) fn openness(target: &Target) -> Option<Openness> {
    let whole = target.to_string();
    let (holder, key) = whole.rsplit_once('/')?;
    let fits = |pattern: &str| {
        pattern.split('/').count() == holder.split('/').count()
            && pattern.split('/').zip(holder.split('/')).all(|(p, s)| p == "*" || p == s)
    };
    OPEN.iter().find(|o| o.key == key && fits(o.holder)).map(|o| Openness { always: o.always, sure: o.sure })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(t: &str) -> Option<bool> {
        openness(&t.parse().unwrap()).map(|o| o.always)
    }

    #[test]
    fn what_is_open() {
        assert_eq!(open("process/XQ01/deadlines/D56/warn"), Some(true));
        assert_eq!(open("process/XQ01/deadlines/D56/rules"), Some(false));
        assert_eq!(open("process/XQ01/deadlines/D56/clock"), None);
        assert_eq!(open("process/XQ01/requirements/XQ01-R01/severity"), None);
        assert_eq!(open("process/XQ01/actions/prosecute/by"), None);
        assert_eq!(open("standard/volumes/neijuan/internal"), None);
        assert_eq!(open("standard/pages"), None);
        assert_eq!(open("standard"), None);
    }
}
