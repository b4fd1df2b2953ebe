//! The case list: filters, orders and columns within what a person may see; saved views; figures.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::province::{Province, kind, registration};

async fn ids(p: &Province, user: &str, query: &str) -> Vec<String> {
    let (status, list) = p.get(user, &format!("/api/files?{query}")).await;
    assert_eq!(status, StatusCode::OK, "{query}: {list:#}");
    let items = list["items"].as_array().unwrap();
    if !query.contains("limit") && !query.contains("offset") {
        assert_eq!(list["total"].as_u64().unwrap(), items.len() as u64, "{query}");
    }
    items.iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
}

/// Two cases of one unit, the first of them filed for investigation, and one of another unit.
async fn cases(p: &Province) -> [String; 3] {
    let first = p.case().await;
    p.filed(&first).await;
    [first, p.case_of("colleague").await, p.case_of("stranger").await]
}

fn encoded(fields: &Value) -> String {
    fields.to_string().bytes().map(|b| format!("%{b:02X}")).collect()
}

#[tokio::test]
async fn filters_find_within_what_one_may_see() {
    let p = Province::start().await;
    let [first, second, third] = cases(&p).await;
    let both = BTreeSet::from([first.clone(), second.clone()]);
    let set = |v: Vec<String>| v.into_iter().collect::<BTreeSet<_>>();
    let none: BTreeSet<String> = BTreeSet::new();
    let one = |id: &String| BTreeSet::from([id.clone()]);
    let case = |fields: Value| format!("where={}", encoded(&fields));
    for (query, chief) in [
        ("text=%E4%B9%94%E6%9C%A8%E6%A3%AE".to_owned(), both.clone()),
        ("text=%E4%B9%94%E6%9C%A8%E6%9E%97".to_owned(), none.clone()),
        ("person=%E4%B9%94%E6%9C%A8".to_owned(), both.clone()),
        ("person=%25".to_owned(), none.clone()),
        ("offence=221".to_owned(), one(&first)),
        ("offence=55".to_owned(), none.clone()),
        ("handler=handler".to_owned(), one(&first)),
        ("handler=colleague".to_owned(), one(&second)),
        ("handler=stranger".to_owned(), none.clone()),
        ("unit=GA-970102".to_owned(), both.clone()),
        ("unit=GA-970100".to_owned(), both.clone()),
        ("unit=GA-970103".to_owned(), none.clone()),
        ("open=true".to_owned(), both.clone()),
        ("open=false".to_owned(), none.clone()),
        ("opened_from=2000-01-01&opened_to=2999-12-31".to_owned(), both.clone()),
        ("opened_to=2000-01-01".to_owned(), none.clone()),
        ("handed_from=2000-01-01".to_owned(), none.clone()),
        ("overdue=true".to_owned(), none.clone()),
        (case(json!({"case.lead_officer": {"has": "砚"}})), one(&first)),
        (case(json!({"case.lead_officer": {"known": false}})), one(&second)),
        (case(json!({"case.acted_to": {"from": "2024-03-01", "to": "2024-03-01"}})), both.clone()),
        (case(json!({"case.acted_to": {"from": "2024-03-02"}})), none.clone()),
        (case(json!({"person.impaired": {"is": ["false"]}})), both.clone()),
        (case(json!({"person.id_number": {"is": ["970102199003070018"]}})), both.clone()),
        (case(json!({"case.offence": {"is": ["221", "55"]}, "person.impaired": {"is": ["true"]}})), none.clone()),
    ] {
        assert_eq!(set(ids(&p, "chief", &query).await), chief, "{query}");
        let own: BTreeSet<String> = chief.intersection(&one(&first)).cloned().collect();
        assert_eq!(set(ids(&p, "handler", &query).await), own, "handler {query}");
        assert!(ids(&p, "aid", &query).await.is_empty(), "aid {query}");
    }
    let (_, his) = p.get("chief", "/api/files?handler=handler").await;
    assert_eq!(his["handler"], "岑砚舟", "the list says who it is");
    let (_, nobodys) = p.get("chief", "/api/files?handler=stranger").await;
    assert_eq!(nobodys.get("handler"), None, "of whom nothing is found, nothing is told");
    assert_eq!(set(ids(&p, "upper", "unit=GA-970103").await), one(&third), "a supervisor sees the units below");
    let (_, list) = p.get("handler", "/api/files").await;
    let stage = list["items"][0]["tracks"][0]["state"].as_str().unwrap();
    assert_eq!(ids(&p, "chief", &format!("stage=GA01.{stage}")).await, [first]);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_in_words() {
    let p = Province::start().await;
    for (query, says) in [
        ("sort=nothing".to_owned(), "sort"),
        ("sort=person.id_number".to_owned(), "sort"),
        ("sort=person.measure".to_owned(), "sort"),
        ("stage=x".to_owned(), "stage"),
        ("clock=x".to_owned(), "clock"),
        ("open=maybe".to_owned(), "open"),
        ("due_from=tomorrow".to_owned(), "due_from"),
        ("offset=-1".to_owned(), "offset"),
        ("nonsense=1".to_owned(), "nonsense"),
        ("columns=person.birth".to_owned(), "出生日期"),
        ("columns=case.nothing".to_owned(), "case.nothing"),
        ("where=x".to_owned(), "where"),
        (format!("where={}", encoded(&json!({"case.nothing": {"known": true}}))), "case.nothing"),
        (format!("where={}", encoded(&json!({"case.name": {"from": "1"}}))), "范围"),
        (format!("where={}", encoded(&json!({"case.amount": {"from": "x"}}))), "整数"),
        (format!("where={}", encoded(&json!({"case.amount": {"has": "1"}}))), "文字"),
        (format!("where={}", encoded(&json!({"person.birth": {"from": "1990-01-01"}}))), "个人信息"),
        (format!("where={}", encoded(&json!({"case.victims": {"has": "云"}}))), "个人信息"),
        (format!("where={}", encoded(&json!({"case.property": {"from": "1"}}))), "范围"),
        (format!("where={}", encoded(&json!({"case.name": {}}))), "一种"),
    ] {
        let (status, problem) = p.get("chief", &format!("/api/files?{query}")).await;
        assert_eq!((status, kind(&problem)), (StatusCode::BAD_REQUEST, "bad-query"), "{query}: {problem:#}");
        assert!(problem["detail"].as_str().unwrap().contains(says), "{query}: {problem:#}");
    }
}

#[tokio::test]
async fn pages_join_and_columns_read_as_people_do() {
    let p = Province::start().await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(p.case().await);
    }
    p.filed(&all[2]).await;
    for sort in ["updated", "-updated", "opened", "-due", "title", "case.offence", "-case.acted_to"] {
        let whole = ids(&p, "chief", &format!("sort={sort}")).await;
        assert_eq!(whole.iter().collect::<BTreeSet<_>>(), all.iter().collect::<BTreeSet<_>>(), "{sort}");
        let mut pages = Vec::new();
        for offset in [0, 2, 4, 6] {
            pages.extend(ids(&p, "chief", &format!("sort={sort}&limit=2&offset={offset}")).await);
        }
        assert_eq!(pages, whole, "{sort}");
    }
    let columns = "case.offence,case.acted_to,person.impaired,case.amount";
    let (_, list) = p.get("chief", &format!("/api/files?offence=221&columns={columns}")).await;
    let cells = &list["items"][0]["cells"];
    let wanted = json!({"case.offence": "盗窃罪", "case.acted_to": "2024-03-01 20:00", "person.impaired": "否"});
    assert_eq!(cells, &wanted);
    assert_eq!(list["items"][0]["handlers"], json!(["岑砚舟"]));
    assert!(!list.to_string().contains("970102199003070018"), "no identity number leaves with a list");
}

#[tokio::test]
async fn a_sealed_case_is_never_counted() {
    let p = Province::start().await;
    let second = p.case_of("colleague").await;
    let mut young = registration(&p.upload("handler", 1).await);
    young["input"]["case"]["offence"] = json!("221");
    young["input"]["new_subjects"][0]["birth"] = json!("2008-03-07");
    young["input"]["new_subjects"][0].as_object_mut().unwrap().remove("id_number");
    let first = p.done("handler", "/api/files", &young).await["file"].as_str().unwrap().to_owned();
    assert_eq!(ids(&p, "chief", "offence=221").await, [first.as_str()]);
    let sealed = json!({"what": {"change": "seal"}, "reason": "依法封存"});
    p.done("chief", &format!("/api/files/{first}/protections"), &sealed).await;
    for user in ["chief", "head"] {
        assert_eq!(ids(&p, user, "").await, [second.as_str()], "{user}");
        assert!(ids(&p, user, "offence=221").await.is_empty(), "{user}");
        let (_, desk) = p.get(user, "/api/desk").await;
        assert_eq!(desk["figures"]["open"]["files"], 1, "{desk:#}");
        let staged: u64 = desk["stages"].as_array().unwrap().iter().map(|s| s["files"].as_u64().unwrap()).sum();
        assert_eq!(staged, 1, "{desk:#}");
        let (_, deadlines) = p.get(user, "/api/deadlines?days=3660").await;
        assert!(deadlines["items"].as_array().unwrap().iter().all(|d| d["file"] != json!(first)), "{deadlines:#}");
    }
}

#[tokio::test]
async fn every_figure_is_the_length_of_its_list() {
    let p = Province::start_as(true).await;
    p.app.door.set_clock(Some("2024-03-04T10:00:00+08:00".parse().unwrap())).await.unwrap();
    cases(&p).await;
    // 刑事立案审查 of the second case: over after three days.
    p.app.door.set_clock(Some("2024-03-09T10:00:00+08:00".parse().unwrap())).await.unwrap();
    let (_, desk) = p.get("head", "/api/desk").await;
    let figures = &desk["figures"];
    let mut all: Vec<&Value> = desk["stages"].as_array().unwrap().iter().collect();
    assert!(all.iter().all(|stage| stage["query"]["open"] == "true"), "of open cases only, as they are counted");
    all.extend(["open", "opened", "handed", "overdue", "near"].map(|f| &figures[f]));
    for load in figures["loads"].as_array().unwrap() {
        all.extend(["open", "overdue", "near"].map(|f| &load[f]));
    }
    for figure in all {
        let query = figure["query"].as_object().unwrap();
        let query: Vec<String> = query.iter().map(|(k, v)| format!("{k}={}", v.as_str().unwrap())).collect();
        assert_eq!(ids(&p, "head", &query.join("&")).await.len() as u64, figure["files"].as_u64().unwrap(), "{figure}");
    }
    assert_eq!((figures["open"]["files"].as_u64(), figures["opened"]["files"].as_u64()), (Some(2), Some(2)));
    assert_eq!(figures["overdue"]["files"], 1, "{desk:#}");
    for user in ["handler", "reviewer", "admin", "aid", "lawyer", "auditor"] {
        let (status, desk) = p.get(user, "/api/desk").await;
        assert_eq!(status, StatusCode::OK);
        let leads = user == "reviewer";
        assert_eq!(desk["figures"].is_object(), leads, "{user}: {desk:#}");
    }
    let (_, stranger) = p.get("stranger", "/api/desk").await;
    assert_eq!(stranger["stages"].as_array().unwrap().len(), 1, "{stranger:#}");

    // The calendar and the list of a day agree, and the end at 24:00 belongs to the day before.
    let (_, days) = p.get("head", "/api/deadlines/days?from=2024-03-01&to=2024-05-31").await;
    let days = days.as_array().unwrap();
    assert!(days.iter().any(|d| d["day"] == "2024-03-07"), "{days:#?}");
    for d in days {
        let day = d["day"].as_str().unwrap();
        let (_, list) = p.get("head", &format!("/api/deadlines?from={day}&to={day}")).await;
        let listed = list["items"].as_array().unwrap().iter().filter(|x| x["breach"] == true).count() as u64;
        assert_eq!(listed, d["custody"].as_u64().unwrap() + d["handling"].as_u64().unwrap(), "{d} {list:#}");
        let found = ids(&p, "head", &format!("due_from={day}&due_to={day}")).await;
        assert!(!found.is_empty(), "{day}");
    }
    // Page by page, with how many there are in all.
    let (_, all) = p.get("head", "/api/deadlines?days=3660").await;
    assert_eq!((&all["total"], all["items"].as_array().unwrap().len()), (&json!(1), 1), "{all:#}");
    let (_, beyond) = p.get("head", "/api/deadlines?days=3660&limit=1&offset=1").await;
    assert_eq!(beyond, json!({"total": 1, "items": []}));
    assert_eq!(p.get("head", "/api/deadlines?limit=501").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(p.get("head", "/api/deadlines/days?from=2024-03-01&to=2025-03-01").await.0, StatusCode::BAD_REQUEST);
    let (_, none) = p.get("stranger", "/api/deadlines/days?from=2000-01-01&to=2000-02-01").await;
    assert_eq!(none, json!([]));
}

#[tokio::test]
async fn a_saved_view_is_its_owners() {
    let p = Province::start().await;
    let view = json!({"name": " 我的盗窃案 ", "query": "offence=221&sort=due"});
    let saved = p.done("handler", "/api/views", &view).await;
    assert_eq!((&saved["name"], &saved["mine"], &saved["shared"]), (&json!("我的盗窃案"), &json!(true), &json!(false)));
    let path = format!("/api/views/{}", saved["id"].as_str().unwrap());
    let put = async |user: &str, body: &Value| {
        p.as_user(user, Method::PUT, &path).await.json(body).send().await.unwrap().status()
    };
    let drop = async |user: &str| p.as_user(user, Method::DELETE, &path).await.send().await.unwrap().status();
    let seen = async |user: &str| p.get(user, "/api/views").await.1.as_array().unwrap().len();
    assert_eq!((seen("handler").await, seen("colleague").await, seen("stranger").await), (1, 0, 0));
    for other in ["colleague", "chief", "stranger"] {
        assert_eq!(
            (put(other, &view).await, drop(other).await),
            (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND),
            "{other}"
        );
    }
    let shared = json!({"name": "盗窃案", "query": "offence=221", "shared": true});
    assert_eq!(put("handler", &shared).await, StatusCode::OK);
    assert_eq!((seen("handler").await, seen("colleague").await, seen("stranger").await), (1, 1, 0));
    let (_, list) = p.get("colleague", "/api/views").await;
    assert_eq!((&list[0]["mine"], &list[0]["by"]), (&json!(false), &json!("岑砚舟")));
    assert_eq!(
        (put("colleague", &view).await, drop("colleague").await),
        (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
    );
    for bad in [
        json!({"name": " ", "query": ""}),
        json!({"name": "长".repeat(41), "query": ""}),
        json!({"name": "a", "query": "x".repeat(5000)}),
    ] {
        assert_eq!(p.post("handler", "/api/views", &bad).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!((drop("handler").await, drop("handler").await), (StatusCode::NO_CONTENT, StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn filters_and_columns_come_from_the_library() {
    let p = Province::start().await;
    let (_, forms) = p.get("handler", "/api/library/lists").await;
    let fields = forms["fields"].as_array().unwrap();
    let of = |key: &str| fields.iter().find(|f| f["key"] == key).unwrap();
    assert_eq!((&of("case.offence")["listable"], &of("person.birth")["listable"]), (&json!(true), &json!(false)));
    assert_eq!(of("person.measure")["card_name"], "人员案卡");
    let sortable = fields.iter().filter(|f| f["sortable"] == true).map(|f| f["key"].as_str().unwrap());
    for key in sortable {
        assert_eq!(p.get("handler", &format!("/api/files?sort=-{key}")).await.0, StatusCode::OK, "{key}");
    }
    let listable: Vec<&str> =
        fields.iter().filter(|f| f["listable"] == true).map(|f| f["key"].as_str().unwrap()).collect();
    let (status, _) = p.get("handler", &format!("/api/files?columns={}", listable.join(","))).await;
    assert_eq!(status, StatusCode::OK, "every column that is offered is given");
    for what in ["stages", "deadlines"] {
        let choices = forms[what].as_array().unwrap().iter().flat_map(|p| p["choices"].as_array().unwrap());
        for c in choices {
            let name = if what == "stages" { "stage" } else { "deadline" };
            let (status, _) = p.get("handler", &format!("/api/files?{name}={}", c["value"].as_str().unwrap())).await;
            assert_eq!(status, StatusCode::OK, "{c}");
        }
    }
}

/// The texts of the first sheet of an Excel file, in the order of the file.
fn sheet(bytes: &[u8]) -> String {
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut book.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut text).unwrap();
    text
}

/// Waits until an export is no longer being made: each question is an answer of the server.
async fn made(p: &Province, user: &str, id: &str) -> Value {
    loop {
        let (_, list) = p.get(user, "/api/exports").await;
        let job = list.as_array().unwrap().iter().find(|j| j["id"] == id).cloned().unwrap();
        if job["state"] != "making" {
            return job;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_export_holds_the_list_for_its_person_and_is_recorded() {
    let p = Province::start().await;
    let [first, second, third] = cases(&p).await;
    let order = json!({"query": {"sort": "case.offence"}, "columns": ["title", "stage", "due", "handlers", "case.offence", "opened"]});
    let (status, begun) = p.post("chief", "/api/exports", &order).await;
    assert_eq!((status, begun["total"].as_u64()), (StatusCode::ACCEPTED, Some(2)), "{begun:#}");
    let id = begun["id"].as_str().unwrap();
    let job = made(&p, "chief", id).await;
    assert_eq!((&job["state"], job["done"].as_u64()), (&json!("ready"), Some(2)), "{job:#}");
    let path = format!("/api/exports/{id}");
    let answer = p.as_user("chief", Method::GET, &path).await.send().await.unwrap();
    assert!(answer.headers()["content-disposition"].to_str().unwrap().ends_with(".xlsx"));
    let text = sheet(&answer.bytes().await.unwrap());
    for wanted in ["乔木森盗窃案", "岑砚舟", "温既白", "盗窃罪", "承办人", "刑事立案审查"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains("江予怀") && !text.contains("970102199003070018"), "{text}");
    assert!(
        text.find("岑砚舟") < text.find("温既白"),
        "in the order that was asked for: a case without the field last"
    );
    for other in ["handler", "head", "stranger"] {
        assert_eq!(p.get(other, &path).await.0, StatusCode::NOT_FOUND, "{other}");
        assert_eq!(p.as_user(other, Method::DELETE, &path).await.send().await.unwrap().status(), StatusCode::NOT_FOUND);
        assert_eq!(p.get(other, "/api/exports").await.1, json!([]), "{other}");
    }
    p.app.flush().await;
    for (file, times) in [(&first, 1), (&second, 1), (&third, 0)] {
        let log = p.store().access_log(file, 100).await.unwrap();
        let exported = log.iter().filter(|r| r.material == "export" && r.user == "chief").count();
        assert_eq!(exported, times, "{file}");
    }
    assert_eq!(p.as_user("chief", Method::DELETE, &path).await.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(p.get("chief", &path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(p.as_user("chief", Method::DELETE, &path).await.send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let bad = |columns: Value| json!({"query": {}, "columns": columns});
    for (body, status) in [
        (bad(json!([])), StatusCode::UNPROCESSABLE_ENTITY),
        (bad(json!(["person.id_number"])), StatusCode::BAD_REQUEST),
        (bad(json!(["nothing"])), StatusCode::BAD_REQUEST),
        (json!({"query": {"nonsense": "1"}, "columns": ["title"]}), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(p.post("chief", "/api/exports", &body).await.0, status, "{body}");
    }
    for _ in 0..3 {
        assert_eq!(p.post("head", "/api/exports", &bad(json!(["title"]))).await.0, StatusCode::ACCEPTED);
    }
    assert_eq!(p.post("head", "/api/exports", &bad(json!(["title"]))).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

/// What is given up goes at once, with what a process that died before has left behind; and whoever fetches it meanwhile
/// is told that it is not there.
#[tokio::test]
async fn the_file_of_an_export_that_is_over_goes_with_it() {
    let p = Province::start().await;
    cases(&p).await;
    let mut files = Vec::new();
    for column in ["title", "stage", "due"] {
        let (_, begun) = p.post("chief", "/api/exports", &json!({"query": {}, "columns": [column]})).await;
        let id = begun["id"].as_str().unwrap().to_owned();
        assert_eq!(made(&p, "chief", &id).await["state"], "ready");
        let rows = p.store().exports("chief", door::real_now()).await.unwrap();
        let row = rows.into_iter().find(|r| r.id == id).unwrap();
        files.push((id, p.app.door.contents().path(&row.unit, &row.sm3.unwrap()).unwrap()));
    }
    assert!(files.iter().all(|(_, file)| file.exists()));
    let [died, gone, last] = files.try_into().unwrap();
    assert!(p.store().give_up_export("chief", &died.0).await.unwrap(), "by a process that came no further");
    std::fs::remove_file(&gone.1).unwrap();
    assert_eq!(p.get("chief", &format!("/api/exports/{}", gone.0)).await.0, StatusCode::NOT_FOUND);
    for id in [&gone.0, &last.0] {
        let dropped = p.as_user("chief", Method::DELETE, &format!("/api/exports/{id}")).await.send().await.unwrap();
        assert_eq!(dropped.status(), StatusCode::NO_CONTENT);
    }
    let goes = async {
        while died.1.exists() || last.1.exists() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), goes).await.unwrap();
}

/// Exports without a file wait for nobody, and a file that cannot be removed keeps no other one.
#[tokio::test]
async fn an_export_that_cannot_be_cleared_away_keeps_no_other() {
    let p = Province::start().await;
    cases(&p).await;
    let mut files = Vec::new();
    for column in ["title", "stage"] {
        let (_, begun) = p.post("chief", "/api/exports", &json!({"query": {}, "columns": [column]})).await;
        let id = begun["id"].as_str().unwrap().to_owned();
        assert_eq!(made(&p, "chief", &id).await["state"], "ready");
        let rows = p.store().exports("chief", door::real_now()).await.unwrap();
        let row = rows.into_iter().find(|r| r.id == id).unwrap();
        files.push((p.app.door.contents().path(&row.unit, &row.sm3.unwrap()).unwrap(), row));
    }
    let [(stuck, first), (goes, second)] = files.try_into().unwrap();
    let still_over = async |left: &[&str]| {
        let over = async {
            loop {
                let over = p.store().over_exports(door::real_now()).await.unwrap();
                if over.iter().map(|row| &row.id).eq(left) {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), over).await.unwrap();
    };
    let give_up = async |id: &str| {
        let dropped = p.as_user("chief", Method::DELETE, &format!("/api/exports/{id}")).await.send().await.unwrap();
        assert_eq!(dropped.status(), StatusCode::NO_CONTENT);
    };

    let bringing_in = p.app.door.contents().bringing_in(p.store()).await.unwrap();
    let row = store::rows::ExportRow { id: "no-file".into(), state: "making".into(), sm3: None, ..second.clone() };
    assert!(p.store().begin_export(row, 9, door::real_now()).await.unwrap());
    give_up("no-file").await;
    still_over(&[]).await;
    drop(bringing_in);

    std::fs::remove_file(&stuck).unwrap();
    std::fs::create_dir(&stuck).unwrap();
    assert!(p.store().give_up_export("chief", &first.id).await.unwrap());
    give_up(&second.id).await;
    still_over(&[&first.id]).await;
    assert!(!goes.exists());
}

#[tokio::test]
async fn what_stands_in_a_table_is_found() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let (i, _) = p.instance(&file).await;
    let card = json!({
        "property": [{"number": "1", "name": "黑色手机"}, {"number": "2", "name": "现金"}],
        "victims": [{"name": "云岫", "age": 40}],
    });
    let act = format!("/api/files/{file}/instances/{i}/actions/fill_card");
    p.done("handler", &act, &json!({"input": {"case": card}})).await;
    for (fields, found) in [
        (json!({"case.property": {"has": "手机"}}), 1),
        (json!({"case.property": {"is": ["现金"]}}), 1),
        (json!({"case.property": {"has": "汽车"}}), 0),
        (json!({"case.property": {"known": true}}), 1),
        (json!({"case.supplement_items": {"known": true}}), 0),
        (json!({"case.victims": {"is": ["云岫"]}}), 1),
        (json!({"case.victims": {"is": ["云"]}}), 0),
    ] {
        assert_eq!(ids(&p, "handler", &format!("where={}", encoded(&fields))).await.len(), found, "{fields}");
    }
}
