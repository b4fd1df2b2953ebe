//! Materials: uploads, numbers, titles, kinds, index entries, corrections.

use case::RefusalKind::Input;
use serde_json::json;

use crate::common::{POLICE, PROCURATORATE, Paper, Story};
use crate::{has, is};

#[test]
fn what_was_not_uploaded_or_not_described() {
    let mut story = Story::registered();
    let refusal = story
        .does(POLICE, "officer", "GA01", "file_case")
        .edit(|input| {
            let m = &mut input.materials[0];
            m.measured = None;
            m.number = None;
            m.title = Some(" 附件 ".into());
            m.date = Some(jiff::civil::date(2026, 3, 3));
            m.volume = Some("attic".into());
            m.about = vec!["P9999".into()];
        })
        .refused();
    for (text, place) in [
        ("《立案决定书》的文件尚未上传，或者不能读取", "materials.0.sm3"),
        ("《立案决定书》须写明文号", "materials.0.number"),
        ("题名“ 附件 ”过于笼统，应写文书自己的标题", "materials.0.title"),
        ("《立案决定书》的日期不得晚于今日", "materials.0.date"),
        ("没有卷种“attic”", "materials.0.volume"),
        ("本案没有办理对象“P9999”", "materials.0.about"),
    ] {
        has(&refusal, Input, text, Some(place), &[]);
    }
    assert_eq!(refusal.reasons.len(), 6);
}

#[test]
fn numbers_that_are_none() {
    let mut story = Story::registered();
    let refusal = story
        .does(POLICE, "officer", "GA01", "file_case")
        .case(json!({"filing_no": "第17号"}))
        .edit(|input| input.materials[0].number = Some("立字17".into()))
        .refused();
    let fault = |number: &str| format!("文号“{number}”无法识别，应如“沭检量建〔2021〕1号”");
    has(&refusal, Input, &format!("《立案决定书》的{}", fault("立字17")), Some("materials.0.number"), &[]);
    has(&refusal, Input, &format!("“立案决定书文号”{}", fault("第17号")), Some("case.filing_no"), &[]);
    assert_eq!(refusal.reasons.len(), 2, "{refusal:#?}");
}

#[test]
fn titles_that_say_nothing() {
    let mut story = Story::registered();
    for title in ["", "材料", "其他", "其它", "文件", "附件"] {
        let refusal = story
            .does(POLICE, "officer", "GA01", "collect")
            .files(&["EPHOTO"])
            .edit(move |input| input.materials[0].title = Some(title.into()))
            .refused();
        let text = format!("题名“{title}”过于笼统，应写文书自己的标题");
        is(&refusal, Input, &text, Some("materials.0.title"), &[]);
    }
}

#[test]
fn kinds_that_do_not_belong_here() {
    let mut story = Story::registered();
    let refusal = story.does(POLICE, "officer", "GA01", "fill_card").files(&["EPHOTO"]).refused();
    is(&refusal, Input, "“填录、更正案卡”不入卷《现场照片》", Some("materials.0.kind"), &[]);
    let refusal = story.does(POLICE, "officer", "GA01", "collect").files(&["E404"]).refused();
    is(&refusal, Input, "没有文书种类“E404”", Some("materials.0.kind"), &[]);
}

#[test]
fn index_entries_are_checked_like_cards() {
    let mut story = Story::registered();
    let who = story.subject(POLICE);
    let refusal = story
        .does(POLICE, "officer", "GA01", "collect")
        .file(Paper::of("EBLOOD").says("person.blood_alcohol", "一百六十八"))
        .refused();
    let place = format!("materials.0.says.subjects.{who}.blood_alcohol");
    is(&refusal, Input, "著录项“血液酒精含量”应为整数", Some(&place), &[]);
    let refusal = story
        .does(POLICE, "officer", "GA01", "collect")
        .files(&["EPHOTO"])
        .edit(|input| {
            input.materials[0].says.case.insert("name".into(), json!("某案"));
        })
        .refused();
    is(&refusal, Input, "《现场照片》没有著录项“name”", Some("materials.0.says.case.name"), &[]);
}

#[test]
fn corrections_of_what_is_not_there_not_ones_own_or_corrected_before() {
    let mut story = Story::transferred();
    story.on("2026-03-10");
    story.does(PROCURATORATE, "case_manager", "XQ01", "return").done();
    let corrects = |story: &mut Story, old: &str| {
        story.does(POLICE, "officer", "GA01", "correct").file(Paper::of("EPHOTO").corrects(old)).refused()
    };
    let refusal = corrects(&mut story, "M9999");
    is(&refusal, Input, "要更正的材料不在本卷宗", Some("materials.0.corrects"), &[]);
    let theirs = story.material(POLICE, "W087").id;
    let refusal = corrects(&mut story, &theirs);
    let text = format!("《{}》由移送单位制作，只能由其补充更正", story.material(POLICE, "W087").title);
    is(&refusal, Input, &text, Some("materials.0.corrects"), &[]);
    let photo = story.material(POLICE, "EPHOTO").id;
    story.does(POLICE, "officer", "GA01", "correct").file(Paper::of("EPHOTO").corrects(&photo)).done();
    let refusal = corrects(&mut story, &photo);
    is(&refusal, Input, "《现场照片》已经更正过", Some("materials.0.corrects"), &[]);
}

#[test]
fn page_numbers_beyond_all_measure_do_no_harm() {
    let mut story = Story::investigated();
    for (from, to) in [(u32::MAX, 1), (0, u32::MAX), (u32::MAX, u32::MAX)] {
        story.does(POLICE, "officer", "GA01", "collect").file(Paper::of("EPHOTO").listed(from, to)).done();
    }
    story.does(POLICE, "officer", "GA01", "collect").files(&["EPHOTO"]).done();
    story.does(POLICE, "officer", "GA01", "transfer").done();
    let refusal = story.does(PROCURATORATE, "case_manager", "XQ01", "accept").refused();
    let catalogue = refusal.reasons.iter().filter(|r| r.code.as_deref() == Some("07")).count();
    assert!(catalogue >= 3, "the catalogue is told to be wrong: {refusal:#?}");
}
