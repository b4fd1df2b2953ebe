//! Every citation names an article that exists.

use super::Check;

pub(super) fn check(c: &mut Check<'_>) {
    let lib = c.library;
    let mut all: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for (id, r) in &lib.roles.roles {
        all.push(("roles".into(), vec!["roles".into(), id.to_string(), "basis".into()], r.basis.clone()));
    }
    all.push(("standard".into(), vec!["pages".into(), "basis".into()], lib.standard.pages.basis.clone()));
    for (id, v) in &lib.standard.volumes {
        all.push(("standard".into(), vec!["volumes".into(), id.to_string(), "basis".into()], v.basis.clone()));
    }
    for (i, s) in lib.standard.separation.iter().enumerate() {
        all.push(("standard".into(), vec!["separation".into(), i.to_string(), "basis".into()], s.basis.clone()));
    }
    for (id, p) in lib.standard.protection.all() {
        all.push(("standard".into(), vec!["protection".into(), id.into(), "basis".into()], p.basis.clone()));
    }
    for (id, f) in &lib.facts {
        all.push((format!("fact/{id}"), vec!["basis".into()], f.def.basis.clone()));
    }
    for (id, f) in &lib.values {
        all.push((format!("value/{id}"), vec!["basis".into()], f.def.basis.clone()));
    }
    for (card, def) in &lib.cards {
        for (f, field) in &def.fields {
            all.push((
                format!("card/{card}"),
                vec!["fields".into(), f.to_string(), "basis".into()],
                field.basis.clone(),
            ));
        }
    }
    for (id, d) in &lib.documents {
        all.push((format!("document/{id}"), vec!["basis".into()], d.basis.clone()));
    }
    for (id, m) in &lib.messages {
        all.push((format!("message/{id}"), vec!["basis".into()], m.basis.clone()));
    }
    for (id, p) in &lib.processes {
        let key = format!("process/{id}");
        all.push((key.clone(), vec!["basis".into()], p.basis.clone()));
        for (a, def) in &p.actions {
            all.push((key.clone(), vec!["actions".into(), a.to_string(), "basis".into()], def.basis.clone()));
            for s in &def.approve {
                all.push((key.clone(), vec!["actions".into(), a.to_string(), "approve".into()], s.basis.clone()));
            }
        }
        for (d, def) in &p.deadlines {
            all.push((key.clone(), vec!["deadlines".into(), d.to_string(), "basis".into()], def.basis.clone()));
        }
        for (i, r) in p.requirements.iter().enumerate() {
            all.push((key.clone(), vec!["requirements".into(), i.to_string(), "basis".into()], r.basis.clone()));
        }
    }
    for (key, path, basis) in all {
        for (i, citation) in basis.iter().enumerate() {
            let checked = citation.parse::<law::Citation>().and_then(|c| c.check(&lib.law.statutes));
            if let Err(e) = checked {
                let n = i.to_string();
                let mut steps: Vec<&str> = path.iter().map(String::as_str).collect();
                steps.push(&n);
                c.add(&key, &steps, "citation", format!("引用“{citation}”有误：{e}"));
            }
        }
    }
}
