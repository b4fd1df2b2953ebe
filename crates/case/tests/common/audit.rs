//! What must be so at the end of every story.

use case::{Event, EventError, FileState, genesis};
use procedure::engine::clocks;
use procedure::model::Expiry;
use procedure::situation::ReceiptAnswer;
use seal::Digest;

use super::{File, Story};

impl Story {
    /// The state is a fold of the events, the chain holds and shows what was altered, every
    /// hand-over has its answer, and no deadline was broken.
    pub fn ends_in_order(&self) {
        for (unit, file) in &self.files {
            folds(unit, file);
            chained(unit, file);
            self.answered(unit, file);
            self.punctual(unit, file);
        }
    }

    fn answered(&self, unit: &str, file: &File) {
        for sent in file.state.situation.sent.iter().filter(|s| s.answer_due.is_some()) {
            let receipt = sent.business.as_ref();
            let receipt = receipt.unwrap_or_else(|| panic!("{unit}: {} was never answered", sent.kind));
            assert!(Some(receipt.at) <= sent.answer_due, "{unit}: {} was answered too late", sent.kind);
            assert_ne!(receipt.answer, ReceiptAnswer::Received, "{unit}: {}: not a business answer", sent.kind);
        }
    }

    fn punctual(&self, unit: &str, file: &File) {
        for instance in &file.state.situation.instances {
            let library = &self.bundles[&instance.library];
            let process = &library.processes[&instance.process];
            for clock in &instance.clocks {
                let def = &process.deadlines[&clock.deadline];
                if def.expiry != Expiry::Breach {
                    continue;
                }
                let name = format!("{unit} {} {} {}", instance.id, process.name, def.name);
                assert!(!clocks::overrun(clock, &library.law.calendar, self.now), "{name} was broken");
                let end = process.states[&instance.tracks[&clock.subject].state].end;
                assert!(clock.ended.is_some() || !end, "{name} still runs although the track has ended");
            }
        }
    }
}

fn folds(unit: &str, file: &File) {
    let s = &file.state;
    let mut again = FileState::empty(s.id.clone(), s.unit.clone(), s.matter.clone());
    for event in &file.events {
        let text = serde_json::to_string(event).unwrap();
        let read: Event = serde_json::from_str(&text).unwrap();
        assert_eq!(&read, event, "{unit}: an event reads back as it was written");
        again.fold(&read);
    }
    assert_eq!(&again, s, "{unit}: the state is the fold of its events");
    assert_eq!(usize::try_from(s.version).unwrap(), file.events.len());
    let text = serde_json::to_string(s).unwrap();
    assert_eq!(&serde_json::from_str::<FileState>(&text).unwrap(), s, "{unit}: a snapshot reads back");
}

/// Verifies a chain from its beginning: the first place that does not fit, and what does not.
pub fn verify(events: &[Event]) -> Result<(), (u64, &'static str)> {
    let mut previous = genesis();
    for (seq, event) in (1..).zip(events) {
        match event.verify(seq, &previous) {
            Ok(()) => previous = event.hash,
            Err(EventError::Broken { seq, what }) => return Err((seq, what)),
            Err(e) => panic!("{e}"),
        }
    }
    Ok(())
}

fn chained(unit: &str, file: &File) {
    let events = &file.events;
    assert_eq!(verify(events), Ok(()), "{unit}");
    let k = events.len() / 2;
    let seq = events[k].header.seq;

    let mut altered = events.clone();
    altered[k].payload.as_mut().unwrap().reason = Some("事后改写".into());
    assert_eq!(verify(&altered), Err((seq, "事件内容被改动")), "{unit}");

    let mut altered = events.clone();
    altered[k].header.actor.user = "另一人".into();
    assert_eq!(verify(&altered), Err((seq, "事件头被改动")), "{unit}");

    let mut altered = events.clone();
    altered[k].header.previous = Digest::of(b"elsewhere");
    assert_eq!(verify(&altered), Err((seq, "与前一事件不相接")), "{unit}");

    let mut altered = events.clone();
    altered[k].hash = Digest::of(b"elsewhere");
    assert_eq!(verify(&altered), Err((seq, "事件头被改动")), "{unit}");

    if events.len() > 1 {
        let mut altered = events.clone();
        altered.swap(0, 1);
        assert_eq!(verify(&altered), Err((1, "序号不连续")), "{unit}");
        altered = events.clone();
        altered.remove(0);
        assert_eq!(verify(&altered), Err((1, "序号不连续")), "{unit}");
    }

    // A change does not hide behind a missing salt, nor a missing payload behind its salt.
    let mut altered = events.clone();
    altered[k].payload.as_mut().unwrap().reason = Some("事后改写".into());
    altered[k].salt = None;
    assert_eq!(verify(&altered), Err((seq, "事件内容与其盐值不齐全")), "{unit}");
    let mut altered = events.clone();
    altered[k].payload = None;
    assert_eq!(verify(&altered), Err((seq, "事件内容与其盐值不齐全")), "{unit}");

    // Lawful destruction takes payload and salt away; the chain still holds.
    let mut destroyed = events.clone();
    destroyed[k].payload = None;
    destroyed[k].salt = None;
    assert_eq!(verify(&destroyed), Ok(()), "{unit}");
}
