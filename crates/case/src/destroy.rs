//! Lawful destruction of a material: what goes, and what is left of the events that spoke of it.
//!
//! An event's payload holds more than one material: tracks moved, deadlines began. So only what was
//! said of the material is taken out. The salt goes, so that nobody can try out what the commitment
//! hid; the destruction event names the digest of the rest, and by it the chain is verified from then on.

use std::collections::BTreeMap;

use procedure::situation::{Material, Says, Situation};
use seal::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::{Effect, Event, EventError, Payload, genesis};

/// The title that a destroyed material has.
pub const DESTROYED: &str = "（已依法销毁）";

/// What is left of an event of which a part was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// The event.
    pub event: String,
    /// SM3 of its canonical payload as it stands from now on.
    pub digest: Digest,
}

impl Payload {
    /// The payload without what it says of a material; none where it says nothing of it.
    #[must_use]
    pub fn without(&self, material: &Material) -> Option<Self> {
        let mut rest = self.clone();
        for effect in &mut rest.effects {
            match effect {
                Effect::MaterialFiled { material: m } if m.id == material.id => empty(m),
                Effect::Proposed { proposal, .. } => empty_input(&mut proposal.input, &material.sm3),
                _ => {}
            }
        }
        (&rest != self).then_some(rest)
    }

    /// SM3 of the canonical payload.
    ///
    /// # Errors
    /// Where it has no canonical form.
    pub fn digest(&self) -> Result<Digest, EventError> {
        Ok(Digest::of(&seal::canonical_json(&serde_json::to_value(self)?)?))
    }
}

/// Verifies a file's whole stream: each link, each commitment, and of events of which a part was
/// lawfully destroyed that the rest is what the destruction left.
#[must_use]
pub fn verify_chain(events: &[Event]) -> Vec<EventError> {
    let mut rests: BTreeMap<&str, Digest> = BTreeMap::new();
    for effect in events.iter().filter_map(|e| e.payload.as_ref()).flat_map(|p| &p.effects) {
        if let Effect::MaterialDestroyed { rests: left, .. } = effect {
            // Of an event that was destroyed in parts, the last part counts.
            rests.extend(left.iter().map(|r| (r.event.as_str(), r.digest)));
        }
    }
    let mut faults = Vec::new();
    let mut head = genesis();
    for (seq, event) in (1..).zip(events) {
        faults.extend(event.verify_rest(seq, &head, rests.get(event.header.id.as_str())).err());
        head = event.hash;
    }
    faults
}

/// Takes what was said of a material out of a situation.
pub(crate) fn destroy(s: &mut Situation, material: &str, sm3: &Digest) {
    for m in s.materials.iter_mut().filter(|m| m.id == material) {
        empty(m);
        m.destroyed = true;
    }
    for proposal in s.instances.iter_mut().flat_map(|i| &mut i.proposals) {
        empty_input(&mut proposal.input, sm3);
    }
}

// What tells its place in the dossier stays.
fn empty(m: &mut Material) {
    m.title = DESTROYED.into();
    m.number = None;
    m.responsible = None;
    m.says = Says::default();
}

fn empty_input(input: &mut Value, sm3: &Digest) {
    let digest = sm3.to_string();
    let materials = input.get_mut("materials").and_then(Value::as_array_mut);
    for m in materials.into_iter().flatten().filter(|m| m["sm3"] == digest.as_str()) {
        if let Some(m) = m.as_object_mut() {
            for field in ["title", "number", "responsible", "says"] {
                m.remove(field);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::state::FileState;

    const MATTERS: &str = "云五一";

    fn event(seq: u64, payload: Payload, previous: Digest) -> Event {
        let header = serde_json::from_value(json!({
            "schema": 1, "id": format!("E{seq}"), "file": "F1", "unit": "GA-970101", "matter": "M1", "seq": seq,
            "library": genesis(), "actor": {"user": "u1", "role": "officer", "unit": "GA-970101"}, "action": "collect",
            "occurred_at": "2026-03-02T09:00:00Z", "recorded_at": "2026-03-02T09:00:00Z",
            "commitment": genesis(), "previous": genesis(),
        }));
        Event::seal(header.unwrap(), payload, [7; 16], previous).unwrap()
    }

    fn payload(effects: Value) -> Payload {
        serde_json::from_value(json!({ "effects": effects })).unwrap()
    }

    fn filed(id: &str, content: &[u8]) -> Value {
        json!({"effect": "material_filed", "material": {
            "id": id, "kind": "W047", "volume": "V1", "title": format!("{MATTERS}讯问笔录"), "number": "1号",
            "responsible": MATTERS, "sm3": Digest::of(content), "sha256": seal::Sha256::of(content), "bytes": 3,
            "media": "application/pdf", "pages": 1, "filed_at": "2026-03-02T09:00:00Z",
            "says": {"case": {"name": MATTERS}}
        }})
    }

    /// Two materials filed by one act after another was proposed with one of them; then one is destroyed.
    fn stream() -> (Vec<Event>, FileState) {
        let opened = json!({"effect": "instance_opened", "instance": "I1", "process": "GA01", "library": genesis(),
            "subjects": ["P1"], "state": "open"});
        let proposed = json!({"effect": "proposed", "instance": "I1", "proposal": {
            "id": "A1", "action": "collect", "subjects": ["P1"], "by": "u1", "role": "officer",
            "at": "2026-03-02T09:00:00Z", "chain": [], "opinions": [], "open": false,
            "input": {"materials": [{"kind": "W047", "sm3": Digest::of(b"a"), "title": MATTERS}]}
        }});
        let moved = json!({"effect": "track_moved", "instance": "I1", "subject": "P1", "to": "investigating"});
        let mut events = Vec::new();
        let mut state = FileState::empty("F1", "GA-970101", "M1");
        for effects in [json!([opened, proposed]), json!([filed("M1", b"a"), filed("M2", b"b"), moved])] {
            let next = event(state.version + 1, payload(effects), state.head);
            state.fold(&next);
            events.push(next);
        }
        let material = state.situation.materials[0].clone();
        let mut rests = Vec::new();
        for e in &mut events {
            let rest = e.payload.as_ref().unwrap().without(&material).unwrap();
            rests.push(Rest { event: e.header.id.clone(), digest: rest.digest().unwrap() });
            (e.payload, e.salt) = (Some(rest), None);
        }
        let destroyed =
            json!([{"effect": "material_destroyed", "material": "M1", "sm3": Digest::of(b"a"), "rests": rests}]);
        let last = event(3, payload(destroyed), state.head);
        state.fold(&last);
        events.push(last);
        (events, state)
    }

    #[test]
    fn what_was_said_goes_and_the_rest_still_folds_to_the_same_state() {
        let (events, state) = stream();
        let mut again = FileState::empty("F1", "GA-970101", "M1");
        events.iter().for_each(|e| again.fold(e));
        assert_eq!(again, state);
        let [gone, stays] = state.situation.materials.as_slice() else { panic!("two materials") };
        assert!(gone.destroyed && gone.title == DESTROYED && gone.says.is_empty() && gone.number.is_none());
        assert!(!stays.destroyed && stays.title.contains(MATTERS));
        assert_eq!(state.situation.current().count(), 1);
        assert_eq!(state.situation.instances[0].tracks["P1"].state.as_str(), "investigating");
        let about_it = serde_json::to_string(&(&events[0].payload, gone, &state.situation.instances)).unwrap();
        assert!(!about_it.contains(MATTERS), "{about_it}");
    }

    #[test]
    fn the_stream_verifies_by_what_the_destruction_left() {
        let (events, _) = stream();
        assert!(verify_chain(&events).is_empty(), "{:?}", verify_chain(&events));
        let faults = |change: &dyn Fn(&mut Vec<Event>)| {
            let mut changed = events.clone();
            change(&mut changed);
            verify_chain(&changed).len()
        };
        // The rest was changed, or put back as it was with a salt, or more was taken from another event.
        assert_eq!(faults(&|e| e[1].payload.as_mut().unwrap().effects.truncate(1)), 1);
        assert_eq!(faults(&|e| e[0].salt = Some([7; 16])), 1);
        assert_eq!(faults(&|e| e[2].salt = None), 1);
        // All of it destroyed is no fault.
        assert_eq!(faults(&|e| (e[0].payload, e[0].salt) = (None, None)), 0);
    }
}
