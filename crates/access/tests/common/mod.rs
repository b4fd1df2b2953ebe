//! The policies as shipped.

use std::collections::BTreeMap;

use access::Policies;

const FILES: [(&str, &str); 5] = [
    ("handlers.cedar", include_str!("../../../../library/policies/handlers.cedar")),
    ("limits.cedar", include_str!("../../../../library/policies/limits.cedar")),
    ("platform.cedar", include_str!("../../../../library/policies/platform.cedar")),
    ("reading.cedar", include_str!("../../../../library/policies/reading.cedar")),
    ("unit.cedar", include_str!("../../../../library/policies/unit.cedar")),
];

/// The policies under `library/policies`.
pub fn shipped() -> Policies {
    let files: BTreeMap<_, _> = FILES.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    Policies::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}"))
}
