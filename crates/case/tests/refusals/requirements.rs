//! Requirements: documents to issue, what is missing, what cannot be told, what is only warned of.

use case::RefusalKind::Requirements;
use procedure::model::Severity;
use serde_json::json;

use crate::common::{POLICE, PROCURATORATE, Paper, Story};
use crate::{has, is};

#[test]
fn a_document_that_the_act_must_issue() {
    let mut story = Story::investigated();
    let refusal = story.does(POLICE, "officer", "GA01", "transfer").without("W077").refused();
    let basis: Vec<String> = story.library.documents["W077"].basis.iter().map(|b| story.library.cite(b)).collect();
    let basis: Vec<&str> = basis.iter().map(String::as_str).collect();
    assert!(!basis.is_empty() && basis.iter().all(|b| b.starts_with('《')), "{basis:?}");
    let text = "“移送审查起诉”须同时制作《起诉意见书》，请将其随本次办理入卷";
    is(&refusal, Requirements, text, Some("materials.W077"), &basis);
}

#[test]
fn a_requirement_names_its_article_and_what_to_do() {
    let mut story = Story::transferred();
    story.on("2026-03-10");
    story.does(PROCURATORATE, "case_manager", "XQ01", "accept").done();
    story.does(PROCURATORATE, "case_manager", "XQ01", "assign").done();
    let refusal = story
        .does(PROCURATORATE, "prosecutor", "XQ01", "interrogate")
        .person(json!({"interrogated_on": "2026-03-10"}))
        .refused();
    is(
        &refusal,
        Requirements,
        "不符合条件：已告知诉讼权利（林疏桐）。应当先告知诉讼权利和认罪认罚的法律规定",
        None,
        &[
            "《中华人民共和国刑事诉讼法》第一百七十三条",
            "《人民检察院刑事诉讼规则》第二百五十八条",
            "《人民检察院刑事诉讼规则》第二百六十九条",
        ],
    );
    assert_eq!(refusal.reasons[0].requirement.as_ref().map(|r| r.as_str()), Some("XQ01-R35"));
}

#[test]
fn what_cannot_be_told_asks_for_the_missing_field() {
    let mut story = Story::under_review();
    let refusal = story.does(PROCURATORATE, "prosecutor", "XQ01", "suggest_fast").refused();
    is(
        &refusal,
        Requirements,
        "不能判断“建议刑期三年以下”：请先填写“人员案卡·建议刑期”（林疏桐）。可能判处三年有期徒刑以下刑罚的，方可建议适用速裁程序",
        None,
        &["《中华人民共和国刑事诉讼法》第二百二十二条", "《人民检察院刑事诉讼规则》第四百三十七条"],
    );
    let refusal = story
        .does(PROCURATORATE, "prosecutor", "XQ01", "extend")
        .case(json!({"major": false}))
        .because("案情复杂")
        .refused();
    assert_eq!(refusal.reasons[0].text, "不符合条件：重大、复杂案件。只有重大、复杂的案件可以延长十五日");
    story.does(PROCURATORATE, "prosecutor", "XQ01", "extend").case(json!({"major": true})).because("案情复杂").done();
}

#[test]
fn a_deadline_whose_condition_cannot_be_told_asks_for_its_fields() {
    let mut story = Story::begins("2026-03-02");
    story
        .does(POLICE, "officer", "GA01", "register")
        .case(json!({"name": "采菊路报案", "offence": "221"}))
        .person(json!({"name": "林疏桐"}))
        .done();
    // The proposer hears of it, not the chief at the end of the chain.
    let refusal = story.does(POLICE, "officer", "GA01", "file_case").refused();
    has(
        &refusal,
        Requirements,
        "不能起算“通知法律援助机构”：请先填写“人员案卡·出生日期”、“案件案卡·犯罪时间止”",
        Some("person.birth"),
        &["《中华人民共和国法律援助法》第三十六条", "《公安机关办理刑事案件程序规定》第四十六条"],
    );
    // Filled in, the same proposal goes through.
    story
        .does(POLICE, "officer", "GA01", "fill_card")
        .case(json!({"acted_to": "2026-03-01T22:00:00+08:00"}))
        .person(json!({"birth": "1990-01-02"}))
        .done();
    story.does(POLICE, "officer", "GA01", "file_case").proposed();
    story.approves(POLICE, "I1");
    assert_eq!(story.stands(POLICE, "GA01"), "investigating");
}

#[test]
fn every_field_that_is_wanted_is_told_by_itself() {
    let mut story = Story::begins("2026-03-02");
    let refusal = story
        .does(POLICE, "officer", "GA01", "register")
        .case(json!({"category": "public"}))
        .person(json!({"name": "林疏桐"}))
        .bare()
        .refused();
    let articles = ["《公安机关办理刑事案件程序规定》第一百七十一条"];
    assert_eq!(refusal.reasons.len(), 2, "{refusal:#?}");
    has(&refusal, Requirements, "未填写“案件案卡·案件来源”", Some("case.source"), &articles);
    has(&refusal, Requirements, "未填写“案件案卡·受案时间”", Some("case.accepted_at"), &articles);

    let mut story = Story::investigated();
    story.does(POLICE, "officer", "GA01", "collect").files(&crate::common::EVIDENCE).files(&["EBLOOD"]).done();
    let refusal = story.does(POLICE, "officer", "GA01", "transfer").bare().refused();
    let places: Vec<&str> = refusal.reasons.iter().filter_map(|r| r.place.as_deref()).collect();
    let case = ["place_region", "summary", "joint", "suspects_count", "juvenile", "foreign", "major", "sensitive"];
    let person = [
        "special",
        "arrived_at",
        "circumstances",
        "part",
        "form",
        "nationality",
        "ethnic",
        "education",
        "occupation",
        "political",
        "domicile",
        "workplace",
        "phone",
        "deputy",
        "state_staff",
    ];
    let wanted = case.iter().map(|f| format!("case.{f}")).chain(person.iter().map(|f| format!("person.{f}")));
    assert_eq!(places, wanted.collect::<Vec<_>>());
}

#[test]
fn an_act_that_would_lengthen_nothing() {
    let mut story = Story::under_review();
    story.is_interrogated();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "finish_review").done();
    story.does(PROCURATORATE, "prosecutor", "XQ01", "recommend").person(crate::common::recommendation()).done();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "exempt_undertaking")
        .person(json!({"undertaking_exempt": "other"}))
        .done();
    story
        .does(PROCURATORATE, "prosecutor", "XQ01", "prosecute")
        .person(json!({"prosecuted_charge": "55"}))
        .case(json!({"indictment_no": "篱检刑诉〔2026〕1号", "indictment_on": "2026-03-10"}))
        .done();
    // The court sends the case back: its limit for review was over when it was prosecuted.
    story.does(crate::common::COURT, "filing_clerk", "FY01", "return").done();
    assert_eq!(story.stands(PROCURATORATE, "XQ01"), "reviewing");
    let refusal = story.does(PROCURATORATE, "prosecutor", "XQ01", "extend").case(json!({"major": true})).refused();
    is(
        &refusal,
        Requirements,
        "“审查起诉期限”、“审查起诉期限（恢复审查后）”没有在计算，没有可以延长的期限（林疏桐）",
        None,
        &[
            "《中华人民共和国刑事诉讼法》第一百七十二条",
            "《中华人民共和国刑事诉讼法》第一百七十五条第三款",
            "《人民检察院刑事诉讼规则》第三百五十一条",
        ],
    );
}

#[test]
fn a_warning_does_not_stop_the_act_and_is_kept_with_it() {
    let mut story = Story::investigated();
    story
        .does(POLICE, "officer", "GA01", "collect")
        .files(&["EIDENTITY", "ELICENCE", "W045", "W047", "W085", "EPLEA"])
        .done();
    let told = json!({"transfer_told_on": "2026-03-04"});
    let (story, officer, command) = story.does(POLICE, "officer", "GA01", "transfer").person(told).command();
    let decided = story.decides(&officer, &command).unwrap();
    let warned: Vec<&str> = decided.warnings.iter().map(|w| w.requirement.as_str()).collect();
    assert_eq!(warned, ["GA01-R14"], "no expert opinion on the blood alcohol");
    assert_eq!(decided.warnings[0].severity, Severity::Warn);
    let kept = decided.payload().warnings;
    assert_eq!(
        kept[0]["text"],
        "缺少《血液酒精含量检验鉴定意见书》（林疏桐）。人民检察院受理时将核对血液酒精含量鉴定意见"
    );
}

#[test]
fn what_the_index_says_must_stand_in_the_text() {
    let mut story = Story::investigated();
    story.does(POLICE, "officer", "GA01", "collect").files(&["EBLOOD"]).files(&crate::common::EVIDENCE).done();
    let letter = "起诉意见书 犯罪嫌疑人林疏桐，1990年1月2日出生，血液酒精含量为186mg/100ml";
    story.does(POLICE, "officer", "GA01", "transfer").file(Paper::of("W077").text(letter)).done();
    let refusal = story.does(PROCURATORATE, "case_manager", "XQ01", "accept").refused();
    let texts: Vec<&str> = refusal.reasons.iter().map(|r| r.text.as_str()).collect();
    assert_eq!(texts.len(), 2, "{texts:#?}");
    assert!(texts[0].starts_with("《起诉意见书》正文中找不到著录的“人员案卡·证件号码”（970*************"), "{texts:?}");
    assert!(!texts[0].contains(&crate::common::id_number("1990-01-02", 1)), "masked");
    assert!(
        texts[1].starts_with("《起诉意见书》正文中找不到著录的“人员案卡·血液酒精含量”（168 mg/100ml）"),
        "{texts:?}"
    );
}
