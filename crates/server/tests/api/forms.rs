//! What the pages stand on: forms, code tables, drafts of proposals, what came back.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::province::Province;

#[tokio::test]
async fn a_form_names_fields_documents_and_approval() {
    let p = Province::start().await;
    let (status, forms) = p.get("handler", "/api/library/processes/GA01/forms").await;
    assert_eq!(status, StatusCode::OK);
    let register = &forms["acts"]["register"];
    assert_eq!(register["issue"], json!(["W001"]));
    assert_eq!(register["subjects"], true);
    for act in forms["acts"].as_object().unwrap().values() {
        for field in act["form"].as_array().unwrap() {
            assert!(forms["fields"][field.as_str().unwrap()]["name"].is_string(), "{field}");
        }
        for kind in act["issue"].as_array().unwrap() {
            assert!(forms["documents"][kind.as_str().unwrap()]["name"].is_string(), "{kind}");
        }
    }
    let filing = &forms["acts"]["file_case"]["approve"];
    assert_eq!(filing.as_array().unwrap().len(), 2, "{filing}");
    let (status, _) = p.get("handler", "/api/library/processes/NONE/forms").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_is_that_of_the_version_to_which_the_process_is_pinned() {
    let p = Province::start().await;
    let (_, library) = p.get("handler", "/api/library").await;
    let digest = library["digest"].as_str().unwrap();
    let path = "/api/library/processes/GA01/forms";
    let (_, now) = p.get("handler", path).await;
    let (status, pinned) = p.get("handler", &format!("{path}?library={digest}")).await;
    assert_eq!((status, &pinned), (StatusCode::OK, &now));
    let (status, _) = p.get("handler", &format!("{path}?library={}", "0".repeat(64))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = p.get("handler", &format!("{path}?library=x")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_table_that_a_field_names_can_be_read() {
    let p = Province::start().await;
    let (_, library) = p.get("handler", "/api/library").await;
    let mut tables = std::collections::BTreeSet::new();
    for process in library["processes"].as_array().unwrap() {
        let id = process["id"].as_str().unwrap();
        let (_, forms) = p.get("handler", &format!("/api/library/processes/{id}/forms")).await;
        let fields = forms["fields"].as_object().unwrap().values();
        tables.extend(fields.filter_map(|f| f["table"].as_str().map(str::to_owned)));
    }
    assert!(tables.len() > 5, "{tables:?}");
    for table in tables {
        let (status, list) = p.get("handler", &format!("/api/library/tables/{table}")).await;
        assert_eq!(status, StatusCode::OK, "{table}");
        assert!(!list["rows"].as_array().unwrap().is_empty(), "{table}");
    }
}

#[tokio::test]
async fn an_approver_reads_the_draft_and_what_he_sends_back_comes_back() {
    let p = Province::start().await;
    let file = p.case().await;
    p.filed(&file).await;
    let (instance, _) = p.instance(&file).await;
    let sm3 = p.upload("handler", 1).await;
    let withdraw = json!({"input": {"reason": "没有犯罪事实", "materials": [{"kind": "W079", "sm3": sm3, "number": "青公撤案字〔2024〕1号"}]}});
    p.done("handler", &format!("/api/files/{file}/instances/{instance}/actions/withdraw"), &withdraw).await;
    let proposal = p.open_proposal(&file).await;
    let base = format!("/api/files/{file}/instances/{instance}/proposals/{proposal}");
    for (user, digest, page, status) in [
        ("chief", sm3.as_str(), 1, StatusCode::OK),
        ("chief", sm3.as_str(), 2, StatusCode::NOT_FOUND),
        ("chief", &"0".repeat(64), 1, StatusCode::NOT_FOUND),
        ("stranger", sm3.as_str(), 1, StatusCode::NOT_FOUND),
    ] {
        let path = format!("{base}/materials/{digest}/pages/{page}?width=200");
        let response = p.as_user(user, Method::GET, &path).await.send().await.unwrap();
        assert_eq!(response.status(), status, "{user} {page}");
    }
    let (_, before) = p.get("handler", "/api/returned").await;
    assert_eq!(before, json!({"total": 0, "items": []}));
    let opinion = json!({"agrees": false, "text": "请补充撤案理由"});
    p.done("chief", &format!("{base}/opinions"), &opinion).await;
    let (_, after) = p.get("handler", "/api/returned").await;
    assert_eq!(after["total"], 1);
    let after = &after["items"];
    assert_eq!(after[0]["text"], "请补充撤案理由", "{after}");
    assert_eq!((&after[0]["action"], &after[0]["proposal"]), (&json!("withdraw"), &json!(proposal)), "{after}");
    let (_, others) = p.get("stranger", "/api/returned").await;
    assert_eq!(others["items"], json!([]));
    p.done("handler", &format!("/api/files/{file}/instances/{instance}/actions/withdraw"), &withdraw).await;
    let (_, again) = p.get("handler", "/api/returned").await;
    assert_eq!(again["items"], json!([]), "proposed again: nothing has come back");

    // Not agreed to: the proposal is over, and the proposer is told so.
    let second = p.open_proposal(&file).await;
    let opinions = format!("/api/files/{file}/instances/{instance}/proposals/{second}/opinions");
    let both = json!({"agrees": true, "refuses": true});
    let request = p.as_user("chief", Method::POST, &opinions).await.json(&both);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    let wordless = json!({"agrees": false, "refuses": true});
    let request = p.as_user("chief", Method::POST, &opinions).await.json(&wordless);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    p.done("chief", &opinions, &json!({"agrees": false, "refuses": true, "text": "犯罪事实仍需查证"})).await;
    let (_, after) = p.get("handler", "/api/returned").await;
    let after = &after["items"];
    assert_eq!((&after[0]["refused"], &after[0]["proposal"]), (&json!(true), &json!(null)), "{after}");
    let (_, shown) = p.get("handler", &format!("/api/files/{file}")).await;
    let given = &shown["situation"]["instances"][0]["proposals"].as_array().unwrap().last().unwrap()["opinions"][0];
    assert_eq!((&given["agrees"], &given["refuses"]), (&json!(false), &json!(true)), "{given}");
}
