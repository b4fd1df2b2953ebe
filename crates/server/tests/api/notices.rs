//! What runs out soon is told to those whom the library names, and a hand-over that is not answered
//! is an alarm on both sides.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::province::Province;

async fn told(p: &Province, user: &str, file: &str) -> Vec<Value> {
    let (_, list) = p.get(user, "/api/notices").await;
    list.as_array().unwrap().iter().filter(|n| n["file"] == file).cloned().collect()
}

#[tokio::test]
async fn a_deadline_is_told_before_it_ends_and_when_it_was_missed() {
    let p = Province::start_as(true).await;
    p.app.door.set_clock(Some("2024-03-04T10:00:00+08:00".parse().unwrap())).await.unwrap();
    let file = p.case().await;
    p.app.door.give_notices().await.unwrap();
    assert_eq!(told(&p, "handler", &file).await, [Value::Null; 0]);
    // 刑事立案审查: three days, told one day before to the handler and the head of the department.
    p.app.door.set_clock(Some("2024-03-07T10:00:00+08:00".parse().unwrap())).await.unwrap();
    for _ in 0..3 {
        p.app.door.give_notices().await.unwrap();
    }
    for user in ["handler", "head"] {
        let list = told(&p, user, &file).await;
        assert_eq!(list.len(), 1, "{user}: {list:#?}");
        assert_eq!(list[0]["kind"], "warning");
        assert_eq!(list[0]["text"], "“刑事立案审查”将于2024年3月7日24时届满");
        assert_eq!(list[0]["title"], "乔木森盗窃案");
    }
    for user in ["colleague", "chief", "stranger", "aid"] {
        assert_eq!(told(&p, user, &file).await, [Value::Null; 0], "{user}");
    }
    let id = told(&p, "handler", &file).await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/notices/{id}/read");
    assert_eq!(p.post("colleague", &path, &Value::Null).await.0, StatusCode::NOT_FOUND);
    assert_eq!(p.post("handler", &path, &Value::Null).await.0, StatusCode::NO_CONTENT);
    assert!(told(&p, "handler", &file).await[0]["read_at"].is_string());
    assert!(told(&p, "head", &file).await[0]["read_at"].is_null());
    p.app.door.set_clock(Some("2024-03-08T00:00:00+08:00".parse().unwrap())).await.unwrap();
    p.app.door.give_notices().await.unwrap();
    let list = told(&p, "handler", &file).await;
    assert_eq!(list[0]["kind"], "missed");
    assert_eq!(list[0]["text"], "“刑事立案审查”已于2024年3月7日24时届满，尚未办结；人民检察院可以进行立案监督");
    assert_eq!(list.len(), 1, "it will not run out, it has: {list:#?}");
    p.filed(&file).await;
    assert_eq!(told(&p, "handler", &file).await, [Value::Null; 0], "it has ended");
}

#[tokio::test]
async fn an_unanswered_hand_over_alarms_both_sides() {
    let p = Province::start_as(true).await;
    let begin = "2024-03-04T10:00:00+08:00".parse().unwrap();
    p.app.door.set_clock(Some(begin)).await.unwrap();
    let file = p.case().await;
    p.filed(&file).await;
    let (i, subject) = p.instance(&file).await;
    let sm3 = p.upload("handler", 1).await;
    let body = json!({"subjects": [subject], "input": {"materials": [{"kind": "W075", "sm3": sm3, "number": "青公援通字〔2024〕1号", "about": [subject]}]}});
    let mut changes = p.app.door.changes();
    let sent = p.done("handler", &format!("/api/files/{file}/instances/{i}/actions/notify_lawyer"), &body).await;
    let message = sent["messages"][0]["id"].as_str().unwrap().to_owned();
    // The receiver has it when the sender has the receipt.
    while changes.recv().await.unwrap().action != "receipt" {}
    let theirs = p.store().inbox(&message).await.unwrap().unwrap().file.unwrap();
    p.app.door.set_clock(Some(begin + SignedDuration::from_hours(24 * 5))).await.unwrap();
    p.app.door.give_notices().await.unwrap();
    let texts = |list: Vec<Value>| list.iter().map(|n| n["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let sender = texts(told(&p, "handler", &file).await);
    assert!(sender.iter().any(|t| t.contains("等待答复") && t.contains("尚未办结")), "{sender:?}");
    assert!(!sender.iter().any(|t| t.contains("技术回执")), "the receipt came in time: {sender:?}");
    let receiver = texts(told(&p, "aid", &theirs).await);
    assert!(receiver.iter().any(|t| t.contains("答复来件") && t.contains("尚未办结")), "{receiver:?}");
}
