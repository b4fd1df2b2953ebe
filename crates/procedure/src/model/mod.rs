//! The typed shape of every file under `library/`.
//!
//! Each struct here is both what the engine reads and where the published JSON Schema comes
//! from, so the two cannot drift apart. Nothing in this module knows a legal term by name.

mod action;
mod card;
mod deadline;
mod document;
mod grammar;
mod ids;
mod message;
mod overlay;
mod process;
mod requirement;
mod roles;
mod standard;

pub use action::{Action, Answering, Approval, Assignment, Delegation, Discretion, Receive, Route, Sending};
pub use card::{CardFile, FactDef, FactsFile, Field, FieldType, Setting, ValueDef, ValueType};
pub use deadline::{Anchor, Deadline, DeadlineRule, Expiry, Extension};
pub use document::{DocumentDef, DocumentsFile};
pub use grammar::Grammar;
pub use ids::{Condition, FieldRef, Id, Target, Trigger};
pub use message::{Answers, Carries, MessageDef, MessageKind, MessagesFile};
pub use overlay::{Addition, Delegating, Overlay, Patch, SetValue, Strengthening};
pub use process::{Joining, Opening, ParameterType, Process, Skeleton, SkeletonParameter, State, Validity};
pub use requirement::{Agreement, Each, Example, ExampleKind, ExampleMaterial, Need, Requirement, Severity};
pub use roles::{AgencyDef, CaseNumber, RoleDef, RolesFile, Works};
pub use standard::{
    PageThresholds, ProtectionDef, Protections, ReturnCode, Separation, StandardFile, VagueTitles, VolumeDef,
};
