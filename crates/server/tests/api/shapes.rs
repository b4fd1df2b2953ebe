//! Answers have the shape that the description gives them: types for other programs are made from it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::province::{Province, registration};

struct Api(Value);

impl Api {
    fn new() -> Self {
        Self(serde_json::to_value(server::openapi()).unwrap())
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(r) => self.0.pointer(r.trim_start_matches('#')).unwrap_or_else(|| panic!("{r}")),
            None => schema,
        }
    }

    /// What in a value does not fit a schema.
    fn faults(&self, value: &Value, schema: &Value, at: &str, out: &mut Vec<String>) {
        let schema = self.resolved(schema);
        if let Some(options) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
            let fits = |s: &&Value| {
                let mut inner = Vec::new();
                self.faults(value, s, at, &mut inner);
                inner.is_empty()
            };
            if options.iter().find(fits).is_none() {
                // The last option is the interesting one: the first is null.
                options.iter().rev().take(1).for_each(|s| self.faults(value, s, at, out));
            }
            return;
        }
        let is = |t: &str| schema["type"] == t || schema["type"].as_array().is_some_and(|a| a.iter().any(|x| x == t));
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        if !schema["type"].is_null() && !is(kind) {
            out.push(format!("{at}: {kind}, described as {}", schema["type"]));
            return;
        }
        match value {
            Value::Array(a) if !schema["items"].is_null() => {
                a.iter().enumerate().for_each(|(i, v)| self.faults(v, &schema["items"], &format!("{at}[{i}]"), out));
            }
            Value::Object(o) => self.object(o, schema, at, out),
            _ => {}
        }
    }

    fn object(&self, o: &serde_json::Map<String, Value>, schema: &Value, at: &str, out: &mut Vec<String>) {
        let mut parts = vec![schema];
        parts.extend(schema["allOf"].as_array().into_iter().flatten().map(|s| self.resolved(s)));
        let property = |k: &str| parts.iter().map(|p| &p["properties"][k]).find(|s| !s.is_null());
        let described = parts.iter().any(|p| p["properties"].is_object());
        for required in parts.iter().flat_map(|p| p["required"].as_array().into_iter().flatten()) {
            if !o.contains_key(required.as_str().unwrap()) {
                out.push(format!("{at}.{} is missing", required.as_str().unwrap()));
            }
        }
        for (k, v) in o {
            let inner = format!("{at}.{k}");
            match property(k) {
                Some(s) => self.faults(v, s, &inner, out),
                None if described => out.push(format!("{inner} is not described")),
                None if schema["additionalProperties"].is_object() => {
                    self.faults(v, &schema["additionalProperties"], &inner, out)
                }
                None => {}
            }
        }
    }

    fn check(&self, template: &str, method: &str, status: &str, value: &Value) {
        let answer = &self.0["paths"][template][method]["responses"][status]["content"]["application/json"]["schema"];
        assert!(!answer.is_null(), "{method} {template} {status}");
        let mut out = Vec::new();
        self.faults(value, answer, "", &mut out);
        assert!(out.is_empty(), "{method} {template}: {out:#?}");
    }
}

#[tokio::test]
async fn answers_are_what_the_description_says() {
    let (p, api) = (Province::start().await, Api::new());
    let sm3 = p.upload("handler", 1).await;
    let done = p.done("handler", "/api/files", &registration(&sm3)).await;
    api.check("/api/files", "post", "201", &done);
    let file = done["file"].as_str().unwrap();
    p.filed(file).await;
    let (i, s) = p.instance(file).await;
    let notice = json!({"subjects": [s], "input": {"materials": [{"kind": "W075", "sm3": sm3, "about": [s]}]}});
    let act = "/api/files/{file}/instances/{instance}/actions/{action}";
    let sent = p.done("handler", &format!("/api/files/{file}/instances/{i}/actions/notify_lawyer"), &notice).await;
    api.check(act, "post", "200", &sent);
    let message = sent["messages"][0]["id"].as_str().unwrap();
    let (_, waited) = p.get("handler", &format!("/api/files/{file}/messages/{message}?wait=20")).await;
    api.check("/api/files/{file}/messages/{message}", "get", "200", &waited);
    let material = p.store().state(file).await.unwrap().unwrap().situation.materials[0].id.clone();
    let bookmark = json!({"material": material, "page": 1, "kind": "highlight", "areas": [[0.1, 0.25, 0.5, 0.02]]});
    let made = p.done("handler", &format!("/api/files/{file}/notes"), &bookmark).await;
    api.check("/api/files/{file}/notes", "post", "201", &made);
    for (user, template) in [
        ("handler", "/api/files/{file}"),
        ("handler", "/api/files/{file}/notes"),
        ("handler", "/api/files/{file}/search?q=a"),
        ("handler", "/api/files"),
        ("handler", "/api/files/{file}/events"),
        ("chief", "/api/files/{file}/access-log"),
        ("handler", "/api/todos"),
        ("aid", "/api/todos"),
        ("handler", "/api/deadlines?days=3660"),
        ("handler", "/api/units"),
        ("admin", "/api/units/GA-970102/users"),
        ("handler", "/api/library"),
        ("handler", "/api/session"),
        ("auditor", "/api/verification"),
        ("nobody", "/api/clock"),
        ("nobody", "/ready"),
        ("handler", "/api/aside"),
    ] {
        let (status, answer) = p.get(user, &template.replace("{file}", file)).await;
        assert!(status.is_success(), "{template}: {answer:#}");
        let template = template.split('?').next().unwrap().replace("GA-970102", "{unit}");
        api.check(&template, "get", "200", &answer);
    }
    let (_, list) = p.get("aid", "/api/files").await;
    let theirs = list["items"][0]["id"].as_str().unwrap();
    let (_, view) = p.get("aid", &format!("/api/files/{theirs}")).await;
    assert!(view["situation"]["received"][0].is_object());
    api.check("/api/files/{file}", "get", "200", &view);
    let (_, problem) = p.get("handler", "/api/files/none").await;
    let mut out = Vec::new();
    api.faults(&problem, &api.0["components"]["schemas"]["Problem"], "", &mut out);
    assert!(out.is_empty(), "{out:#?}");
}

#[test]
fn what_an_act_takes_is_what_the_description_says() {
    let api = Api::new();
    let whole = json!({
        "case": {"name": "案"}, "subjects": {"P1": {"name": "某"}}, "new_subjects": [{"name": "某"}],
        "materials": [{"kind": "W001", "sm3": "0".repeat(64), "title": "题", "number": "号", "date": "2024-03-01", "responsible": "某",
            "volume": "wenshu", "listed": [1, 2], "about": ["P1"], "says": {"case": {"name": "案"}, "subjects": {"P1": {"name": "某"}}}, "corrects": "M1"}],
        "assign": {"how": "manual", "user": "u"}, "to_units": {"court": "FY-970102"}, "reason": "理由"
    });
    let read: case::Input = serde_json::from_value(whole.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), whole, "every part is read");
    let schemas = &api.0["components"]["schemas"];
    let mut out = Vec::new();
    api.faults(&whole, &schemas["Input"], "", &mut out);
    assert!(out.is_empty(), "{out:#?}");
    for (name, sample) in [("Input", &whole), ("NewMaterial", &whole["materials"][0]), ("AssignTo", &whole["assign"])] {
        let properties = schemas[name]["properties"].as_object().unwrap();
        let taken: BTreeSet<_> = properties.iter().filter(|(_, s)| s["readOnly"] != true).map(|(k, _)| k).collect();
        assert_eq!(taken, sample.as_object().unwrap().keys().collect(), "{name}");
    }
}
