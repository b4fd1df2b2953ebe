//! A list shows what a decision allows, and nothing else.

mod common;

use std::sync::LazyLock;

use access::sample::Sample;
use access::{Decision, Deed, Filter, Policies};
use proptest::prelude::*;

static POLICIES: LazyLock<Policies> = LazyLock::new(common::shipped);

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases * 2, failure_persistence: None, ..ProptestConfig::default() })]

    /// 500 people, 9 deeds, 8 rows: 36,000 comparisons.
    #[test]
    fn filter_and_decision_agree(seed: u64) {
        let mut sample = Sample::new(seed);
        let person = sample.person(POLICIES.roles());
        let rows: Vec<_> = (0..8).map(|_| sample.row()).collect();
        for deed in Deed::ALL {
            let filter = POLICIES.filter(&person, deed).unwrap();
            for row in &rows {
                let decision = POLICIES.decide(&person, deed, row);
                prop_assert_eq!(filter.matches(row), decision.is_allowed(), "{:?} {:?} {:?} {:?}", &person, deed, row, &filter);
            }
        }
    }

    /// Whoever handles or reads a file may see it; whoever was taken off it may do nothing with it.
    #[test]
    fn what_must_never_be(seed: u64) {
        let mut sample = Sample::new(seed);
        let person = sample.person(POLICIES.roles());
        let row = sample.row();
        let may = |deed| POLICIES.decide(&person, deed, &row).is_allowed();
        for deed in [Deed::Act, Deed::Assign, Deed::Approve, Deed::ReadDossier, Deed::ReadInternal] {
            prop_assert!(!may(deed) || may(Deed::View), "{:?}", deed);
        }
        for deed in Deed::ALL {
            prop_assert!(!may(deed) || !row.removed.contains(&person.id));
            // The grade itself can be changed by whom it shuts out: nobody could otherwise.
            prop_assert!(deed == Deed::Protect || !may(deed) || row.grade <= person.clearance);
        }
        prop_assert!(!may(Deed::ReadInternal) || row.unit == person.unit);
        prop_assert!(!may(Deed::ShareNotes) || (row.unit == person.unit && may(Deed::ReadDossier)), "{:?} {:?}", person, row);
        prop_assert!(!may(Deed::Act) || !row.closed);
        prop_assert!(!may(Deed::View) || !row.sealed || person.roles.contains("sealed_reader"));
        let lawyer = person.agency == "law_firm" || person.roles.contains("lawyer") || person.roles.contains("duty_lawyer");
        let own = person.agency == "legal_aid" && person.roles.contains("duty_lawyer") && row.unit == person.unit;
        prop_assert!(!may(Deed::View) || !lawyer || own || row.grants.contains(&person.id));
        prop_assert!(!may(Deed::Act) || !lawyer || own);
        prop_assert!(!may(Deed::ReadInternal) || !lawyer);
        // What may not be seen is never admitted to exist.
        let admitted = matches!(POLICIES.decide(&person, Deed::View, &row), Decision::Forbidden { .. });
        prop_assert!(!admitted);
    }
}

/// The samples meet every answer, or the comparisons above would say nothing.
#[test]
fn the_samples_reach_every_answer() {
    let (mut allowed, mut forbidden, mut hidden) = ([0; 9], 0, 0);
    for seed in 0..4000 {
        let mut sample = Sample::new(seed);
        let (person, row) = (sample.person(POLICIES.roles()), sample.row());
        for (count, deed) in allowed.iter_mut().zip(Deed::ALL) {
            match POLICIES.decide(&person, deed, &row) {
                Decision::Allowed { .. } => *count += 1,
                Decision::Forbidden { .. } => forbidden += 1,
                Decision::Hidden => hidden += 1,
            }
        }
    }
    assert!(
        allowed.iter().all(|&count| count > 20) && forbidden > 500 && hidden > 500,
        "{allowed:?} {forbidden} {hidden}"
    );
}

#[test]
fn an_officer_sees_what_he_handles() {
    let mut person = Sample::new(1).person(&Default::default());
    person.acting_for.clear();
    person.agency = "police".into();
    person.clearance = 3;
    let expected = Filter::or([
        Filter::GrantHas(person.id.clone()),
        Filter::and([Filter::HandlerHas(person.id.clone()), Filter::negate(Filter::RemovedHas(person.id.clone()))]),
    ]);
    let filter = POLICIES.filter(&person, Deed::View).unwrap();
    assert!(matches!(&filter, Filter::And(parts) if parts.contains(&expected)), "{filter:?}");
}
