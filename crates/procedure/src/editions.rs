//! Editions: the library as it is in force from day to day, with the overlays of each day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::fault::{Fault, Faults};
use crate::library::Library;
use crate::model::{Overlay, Validity};
use crate::read::{schema, tree};

/// The library between two days on which an overlay begins or ends.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Its first day; none for the first edition.
    pub from: Option<Date>,
    /// Its last day; none for the last edition.
    pub to: Option<Date>,
    /// Files of the overlays in force.
    pub overlays: Vec<String>,
    /// The library, composed and proven. Its digest is that of the files in force.
    pub library: Arc<Library>,
}

/// Every edition, in order: together they cover all days.
#[derive(Debug)]
pub struct Editions {
    files: BTreeMap<String, Vec<u8>>,
    all: Vec<Edition>,
}

impl Editions {
    /// Composes and proves the base and every edition from files as for [`Library::read`].
    ///
    /// All of them at once, also those of days to come: a fault in the overlay of next month is
    /// found by the person who wrote it, not by the night in which it comes into force.
    ///
    /// # Errors
    /// Every fault of every edition, each once.
    pub fn read(files: BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<Fault>> {
        let valid = validities(&files);
        let mut composed: BTreeMap<Vec<String>, Arc<Library>> = BTreeMap::new();
        let mut faults: BTreeSet<Fault> = BTreeSet::new();
        // One without readable dates, or with dates that hold no day, is in no edition: read apart.
        let dated = |n: &String| valid.get(n).is_some_and(|v| v.to.is_none_or(|to| to >= v.from));
        let undated: Vec<String> = files.keys().filter(|n| is_overlay(n) && !dated(n)).cloned().collect();
        if !undated.is_empty() {
            faults.extend(Library::read(&in_force(&files, &undated)).err().unwrap_or_default());
        }
        let mut all = Vec::new();
        for (from, to) in intervals(&valid) {
            let overlays: Vec<String> =
                valid.iter().filter(|(_, v)| from.is_some_and(|f| v.contains(f))).map(|(n, _)| n.clone()).collect();
            let library = match composed.get(&overlays) {
                Some(l) => l.clone(),
                None => match Library::read(&in_force(&files, &overlays)) {
                    Ok(l) => {
                        let l = Arc::new(l);
                        composed.insert(overlays.clone(), l.clone());
                        l
                    }
                    Err(f) => {
                        faults.extend(f);
                        continue;
                    }
                },
            };
            all.push(Edition { from, to, overlays, library });
        }
        if faults.is_empty() { Ok(Self { files, all }) } else { Err(faults.into_iter().collect()) }
    }

    /// A version as it was kept, the only edition: composed, not proven again.
    ///
    /// # Errors
    /// Every fault for which it cannot be composed.
    pub fn kept(files: BTreeMap<String, Vec<u8>>) -> Result<Self, Vec<Fault>> {
        let library = Arc::new(Library::read_kept(&files)?);
        let overlays = files.keys().filter(|n| is_overlay(n)).cloned().collect();
        Ok(Self { files, all: vec![Edition { from: None, to: None, overlays, library }] })
    }

    /// The edition in force on a day.
    pub fn on(&self, day: Date) -> &Edition {
        // The first has no first day and there is always one, so the index is never below zero.
        let begun = self.all.partition_point(|e| e.from.is_none_or(|f| f <= day));
        &self.all[begun.saturating_sub(1)]
    }

    /// Every edition, in order of its days.
    pub fn all(&self) -> &[Edition] {
        &self.all
    }

    /// The files that make an edition, to be kept under its digest.
    pub fn files(&self, edition: &Edition) -> BTreeMap<String, Vec<u8>> {
        in_force(&self.files, &edition.overlays)
    }
}

fn is_overlay(name: &str) -> bool {
    name.starts_with("overlays/") && name.ends_with(".yaml")
}

fn in_force(files: &BTreeMap<String, Vec<u8>>, overlays: &[String]) -> BTreeMap<String, Vec<u8>> {
    let counts = |n: &String| !n.starts_with("overlays/") || overlays.contains(n);
    files.iter().filter(|(n, _)| counts(n)).map(|(n, c)| (n.clone(), c.clone())).collect()
}

/// When each overlay that can be read is in force.
fn validities(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Validity> {
    files
        .iter()
        .filter(|(n, _)| is_overlay(n))
        .filter_map(|(n, c)| {
            let mut faults = Faults::default();
            let node = tree::parse(0, std::str::from_utf8(c).ok()?, &mut faults)?;
            let overlay = schema::read::<Overlay>(&node, &mut faults)?;
            faults.is_empty().then(|| (n.clone(), overlay.valid))
        })
        .collect()
}

/// The days between which nothing begins or ends.
fn intervals(valid: &BTreeMap<String, Validity>) -> Vec<(Option<Date>, Option<Date>)> {
    let mut begins: BTreeSet<Date> = valid.values().map(|v| v.from).collect();
    begins.extend(valid.values().filter_map(|v| v.to).filter_map(|to| to.tomorrow().ok()));
    let from = std::iter::once(None).chain(begins.iter().copied().map(Some));
    let to = begins.iter().map(|d| d.yesterday().ok()).chain(std::iter::once(None));
    from.zip(to).collect()
}
