//! Lawful destruction of a material: its content, and what was said of it.

use access::{Decision, Deed};
use case::{Actor, Decided, Effect, FileState, Refusal, RefusalKind, Rest};
use procedure::model::Id;
use procedure::situation::Material;
use store::rows::{Committed, Destroys};

use crate::perform::{TRIES, Under, named_in_proposals};
use crate::person::{Principal, access_row};
use crate::{Change, Door, DoorError, joined};

/// The action that a destruction event names: it belongs to no process.
/// The action of a destruction, as changes name it.
pub const ACTION: &str = "destroy";

/// What is to be destroyed, by whom, on which basis and why.
#[derive(Debug, Clone)]
pub struct Destruction {
    /// The file.
    pub file: String,
    /// The material.
    pub material: String,
    /// The citation on which it is destroyed, as the library writes citations.
    pub basis: String,
    /// Why, in words.
    pub reason: String,
}

/// What was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// The destruction event.
    pub event: String,
    /// Earlier events of which a part was destroyed.
    pub events: usize,
    /// The content died: no other file of the unit holds it.
    pub content_gone: bool,
}

impl Door {
    /// Destroys a material of a file: in one transaction the destruction event is written, what earlier
    /// events said of the material goes with their salts, and the file's holding ends; then the content
    /// goes, if that was the unit's last holding. Other units' copies are theirs to destroy.
    ///
    /// # Errors
    /// [`DoorError::Hidden`] or [`DoorError::Forbidden`] for who may not approve in this file,
    /// [`DoorError::Refused`] without reason, with a basis that the library does not know, for a
    /// material that is not there or is under way to another unit.
    pub async fn destroy(&self, who: &Principal, wish: &Destruction) -> Result<Destroyed, DoorError> {
        for _ in 0..TRIES {
            let row = self.store().file(&wish.file).await?.ok_or(DoorError::Hidden)?;
            self.allowed(who, &row, Deed::Approve)?;
            let state = self.store().state(&wish.file).await?.ok_or(DoorError::Hidden)?;
            self.check_destruction(&state, wish).await?;
            let material = state.situation.materials.iter().find(|m| m.id == wish.material);
            let material = material.ok_or_else(|| missing(wish))?.clone();
            self.fetch_libraries(&state).await?;
            let redacted = self.redacted(&wish.file, &material).await?;
            let rests = redacted
                .iter()
                .map(|(event, rest)| Ok(Rest { event: event.clone(), digest: rest.digest()? }))
                .collect::<Result<Vec<_>, DoorError>>()?;
            let events = rests.len();
            let released = if still_named(&state, &material) { Vec::new() } else { vec![material.sm3] };
            let decided = Decided {
                role: self.role_of(who, &row),
                action: Id::from(ACTION),
                basis: vec![wish.basis.clone()],
                reason: Some(wish.reason.trim().to_owned()),
                effects: vec![Effect::MaterialDestroyed { material: material.id.clone(), sm3: material.sm3, rests }],
                ..Decided::default()
            };
            let actor = Actor {
                user: who.user.id.clone(),
                role: decided.role.clone(),
                unit: who.user.unit.clone(),
                acting_for: None,
            };
            let now = self.now_in(&row);
            let under = Under { library: self.in_force(now).await?, now };
            let (mut commit, answer) = self.commit_of(row, state, decided, actor, &under)?;
            commit.destroys = Destroys { redacted, released };
            let unit = commit.file.unit.clone();
            let _nobody_brings_in = self.contents().nobody_brings_in(self.store()).await?;
            match self.store().commit(commit).await? {
                Committed::Done => {
                    let content_gone = !self.store().known(&unit, &material.sm3).await?;
                    if content_gone {
                        let (folder, sm3) = (self.contents().clone(), material.sm3);
                        joined(tokio::task::spawn_blocking(move || folder.remove(&unit, &sm3)).await)??;
                    }
                    // Nobody may be listening.
                    let _ = self.changes.send(Change {
                        file: answer.file,
                        version: answer.version,
                        action: ACTION.to_owned(),
                    });
                    return Ok(Destroyed { event: answer.event, events, content_gone });
                }
                _ => continue,
            }
        }
        Err(DoorError::Busy)
    }

    async fn check_destruction(&self, state: &FileState, wish: &Destruction) -> Result<(), DoorError> {
        let refused = |text: String| DoorError::Refused(Refusal::one(RefusalKind::Input, text));
        if wish.reason.trim().is_empty() {
            return Err(refused("销毁须写明理由".into()));
        }
        let known = wish.basis.parse::<law::Citation>().and_then(|c| c.check(&self.library().law.statutes));
        if let Err(e) = known {
            return Err(refused(format!("销毁依据“{}”有误：{e}。请写明规则库收录的条文", wish.basis)));
        }
        let Some(m) = state.situation.materials.iter().find(|m| m.id == wish.material) else {
            return Err(missing(wish));
        };
        if m.destroyed {
            return Err(refused(format!("材料“{}”已经销毁", wish.material)));
        }
        let (sent, _) = self.store().ledgers().await?;
        let under_way = sent.iter().find(|s| {
            s.file == state.id && s.delivered_at.is_none() && s.message.materials.iter().any(|x| x.sm3 == m.sm3)
        });
        match under_way {
            Some(s) => Err(refused(format!("《{}》正随消息 {} 移送，尚未送达，请送达后再销毁", m.title, s.message.id))),
            None => Ok(()),
        }
    }

    /// What is left of the file's events that say something of the material.
    async fn redacted(&self, file: &str, material: &Material) -> Result<Vec<(String, case::Payload)>, DoorError> {
        let events = self.store().events(file).await?;
        let rests = events.into_iter().filter_map(|e| Some((e.header.id, e.payload?.without(material)?)));
        Ok(rests.collect())
    }

    /// The role that lets the person approve in this file.
    fn role_of(&self, who: &Principal, row: &store::rows::FileRow) -> Id {
        let row = access_row(&self.units(), row, self.now());
        let alone = who.person.roles.iter().find(|role| {
            let mut person = who.person.clone();
            person.roles = [(*role).clone()].into();
            matches!(self.policies().decide(&person, Deed::Approve, &row), Decision::Allowed { .. })
        });
        alone.or_else(|| who.person.roles.first()).map_or_else(Id::default, |role| Id::from(role.as_str()))
    }
}

fn missing(wish: &Destruction) -> DoorError {
    DoorError::Refused(Refusal::one(RefusalKind::Unknown, format!("本案卷宗没有材料“{}”", wish.material)))
}

/// Whether another material of the file, or a proposal that is open, has the same content.
fn still_named(state: &FileState, material: &Material) -> bool {
    let others = state.situation.materials.iter().any(|m| m.id != material.id && !m.destroyed && m.sm3 == material.sm3);
    others || named_in_proposals(state, true).contains(&material.sm3)
}
