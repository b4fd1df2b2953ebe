//! Who may see a file: grade, sealing, permissions to read, recusal (阅看范围). These acts belong to
//! no process, and may be done also when the file is closed.

use law::period::{self, Clock};
use procedure::Library;
use procedure::engine::facts::{Truth, View};
use procedure::model::{FieldRef, Id, ProtectionDef};

use crate::command::{Asker, Decided, Ids, Protection, Reason, Refusal, RefusalKind, World};
use crate::decide::role_for;
use crate::event::{Effect, Grant};
use crate::state::FileState;
use crate::work::Work;

/// The highest grade of secrecy.
const TOP: u8 = 3;

pub(crate) fn protect(
    world: &World<'_>,
    ids: &mut dyn Ids,
    state: &FileState,
    asker: &Asker,
    what: &Protection,
    reason: &str,
) -> Result<Decided, Refusal> {
    let library = world.library;
    let (action, def) = definition(library, what);
    let basis: Vec<String> = def.basis.iter().map(|b| library.cite(b)).collect();
    let capacity = role_for(world, library, asker, &def.by, &def.name).map_err(|r| r.on(&basis))?;
    let refuse = |kind, text: String, place: &str| Refusal {
        kind,
        reasons: vec![Reason::new(text).at(place).on(basis.clone())],
    };
    if reason.trim().is_empty() {
        return Err(refuse(RefusalKind::Input, format!("办理“{}”须写明理由", def.name), "reason"));
    }
    condition(library, state, def, &basis)?;
    let effect = match what {
        Protection::Grade { grade } if *grade > TOP => {
            return Err(refuse(RefusalKind::Input, format!("密级应为 0 至 {TOP}"), "grade"));
        }
        Protection::Grade { grade } if *grade == state.grade => {
            return Err(refuse(RefusalKind::OutOfOrder, "密级没有变化".into(), "grade"));
        }
        Protection::Grade { grade } => Effect::Graded { grade: *grade },
        Protection::Seal {} | Protection::Unseal {} => {
            let sealed = matches!(what, Protection::Seal {});
            if state.sealed == sealed {
                let text = if sealed { "犯罪记录已经封存" } else { "犯罪记录没有封存" };
                return Err(refuse(RefusalKind::OutOfOrder, text.into(), "change"));
            }
            Effect::Sealed { sealed }
        }
        Protection::Grant { user, to } => {
            if to <= &world.now {
                return Err(refuse(RefusalKind::Input, "授权的截止时间应晚于现在".into(), "to"));
            }
            if let Some(longest) = &def.longest
                && *to > period::due(world.now, longest, Clock::Handling, &library.law.calendar).at
            {
                return Err(refuse(RefusalKind::Input, format!("阅卷授权最长为{longest}"), "to"));
            }
            if state.barred.contains(user) {
                return Err(refuse(RefusalKind::Input, "该人员已回避本案，不能授权阅卷".into(), "user"));
            }
            Effect::GrantGiven { grant: Grant { user: user.clone(), from: world.now, to: *to } }
        }
        Protection::Revoke { user } => {
            if !state.grants.iter().any(|g| &g.user == user && g.to > world.now) {
                return Err(refuse(RefusalKind::OutOfOrder, "该人员现在没有阅卷授权".into(), "user"));
            }
            Effect::GrantEnded { user: user.clone() }
        }
        Protection::Bar { user } => {
            if user == &asker.user {
                return Err(refuse(RefusalKind::Separation, "本人的回避由他人决定".into(), "user"));
            }
            if state.barred.contains(user) {
                return Err(refuse(RefusalKind::OutOfOrder, "该人员已经回避本案".into(), "user"));
            }
            Effect::Barred { user: user.clone() }
        }
    };
    let mut w = Work::new(world, ids, state, &asker.user);
    w.push(effect);
    let mut d = w.finish();
    d.role = capacity.role;
    d.acting_for = capacity.lender;
    d.action = action;
    d.basis.clone_from(&def.basis);
    d.library = Some(library.digest);
    d.reason = Some(reason.to_owned());
    Ok(d)
}

fn definition<'a>(library: &'a Library, what: &Protection) -> (Id, &'a ProtectionDef) {
    let p = &library.standard.protection;
    let (id, def) = match what {
        Protection::Grade { .. } => ("grade", &p.grade),
        Protection::Seal {} => ("seal", &p.seal),
        Protection::Unseal {} => ("unseal", &p.unseal),
        Protection::Grant { .. } => ("grant", &p.grant),
        Protection::Revoke { .. } => ("revoke", &p.revoke),
        Protection::Bar { .. } => ("bar", &p.bar),
    };
    (Id::from(id), def)
}

/// The act's condition must hold for one subject at least.
fn condition(library: &Library, state: &FileState, def: &ProtectionDef, basis: &[String]) -> Result<(), Refusal> {
    let Some(when) = &def.when else { return Ok(()) };
    let mut missing: Vec<FieldRef> = Vec::new();
    let met = state.situation.subjects.keys().any(|s| {
        let view = View { library, situation: &state.situation, subject: Some(s) };
        view.condition(when, &mut missing) == Truth::True
    });
    if met {
        return Ok(());
    }
    missing.sort();
    missing.dedup();
    let name = library.facts.get(&when.fact).map_or("", |f| f.def.name.as_str());
    let text = if missing.is_empty() {
        format!("本案没有人符合“{}”的条件：{name}", def.name)
    } else {
        let fields: Vec<String> = missing.iter().map(|f| format!("“{}”", library.field_name(f))).collect();
        format!("不能确定是否符合“{}”的条件（{name}）：请先填写{}", def.name, fields.join("、"))
    };
    Err(Refusal { kind: RefusalKind::Requirements, reasons: vec![Reason::new(text).on(basis.to_vec())] })
}
