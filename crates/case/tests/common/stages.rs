//! The way of an ordinary case of drunk driving, stage by stage: stories and refusals begin where
//! one of these ends.

use serde_json::{Value, json};

use super::{COURT, DANGEROUS_DRIVING, JUSTICE, LEGAL_AID, POLICE, PROCURATORATE, Paper, Story, id_number};

/// What the police collect, besides the expert opinion on the blood alcohol.
pub const EVIDENCE: [&str; 9] =
    ["EBLOODREG", "EIDENTITY", "ELICENCE", "W045", "W047", "W085", "EVIDEO", "EPHOTO", "EPLEA"];

/// The penalty that is recommended and later pronounced: 拘役二个月，缓刑四个月，罚金五千元.
pub fn recommendation() -> Value {
    json!({"rec_kind": "fixed", "rec_penalty": "detention", "rec_months": 2, "rec_probation": true,
           "rec_probation_months": 4, "rec_fine": 500_000})
}

/// The judgment that follows it.
pub fn judgment() -> Value {
    json!({"judged_charge": DANGEROUS_DRIVING, "judged_penalty": "detention", "judged_months": 2, "probation": true,
           "probation_months": 4, "judged_fine": 500_000, "rec_adopted": "adopted"})
}

impl Story {
    /// 受案: 林疏桐 was caught driving drunk in the evening of 1 March 2026.
    pub fn registered() -> Self {
        let mut story = Self::begins("2026-03-02");
        story
            .does(POLICE, "officer", "GA01", "register")
            .case(json!({"name": "林疏桐危险驾驶案", "source": "found", "accepted_at": "2026-03-01T22:30:00+08:00",
                "offence": DANGEROUS_DRIVING, "place": "东篱县采菊路", "acted_from": "2026-03-01T21:50:00+08:00",
                "acted_to": "2026-03-01T22:00:00+08:00", "lead_officer": "邵砺锋", "second_officer": "卫知远"}))
            .person(
                json!({"name": "林疏桐", "id_number": id_number("1990-01-02", 1), "birth": "1990-01-02", "sex": "1",
                "arrival": "caught"}),
            )
            .files(&["EBREATH", "ECAPTURE"])
            .done();
        story
    }

    /// 立案，并取保候审.
    pub fn investigated() -> Self {
        let mut story = Self::registered();
        story.on("2026-03-04");
        story
            .does(POLICE, "officer", "GA01", "fill_card")
            .case(json!({"jurisdiction": "place", "civil": "none"}))
            .person(json!({"blood_alcohol": 168, "residence": "东篱县南山路1号", "residence_region": "970123",
                "charge": DANGEROUS_DRIVING, "plea": "investigation", "at_large": false, "impaired": false,
                "drunk_aggravating": ["none"]}))
            .done();
        story
            .does(POLICE, "officer", "GA01", "file_case")
            .case(json!({"filed_on": "2026-03-04", "filing_no": "篱公立字〔2026〕1号"}))
            .done();
        story.does(POLICE, "officer", "GA01", "propose_bail").done();
        story
            .does(POLICE, "officer", "QB01", "decide_police")
            .person(json!({"bail_kind": "guarantor", "guarantor": "沈既白"}))
            .files(&["W021"])
            .done();
        story
            .does(POLICE, "station_officer", "QB01", "execute")
            .person(json!({"measure_executed_on": "2026-03-04"}))
            .files(&["W020"])
            .done();
        story
    }

    /// 移送审查起诉, with everything in order.
    pub fn transferred() -> Self {
        let mut story = Self::investigated();
        story.is_transferred();
        story
    }

    /// The police collect the rest and hand the case over.
    pub fn is_transferred(&mut self) {
        self.does(POLICE, "officer", "GA01", "collect").files(&EVIDENCE).files(&["EBLOOD"]).done();
        self.on("2026-03-09");
        self.does(POLICE, "officer", "GA01", "transfer").case(json!({"suggested_procedure": "fast"})).done();
    }

    /// 受理、分案.
    pub fn under_review() -> Self {
        let mut story = Self::transferred();
        story.on("2026-03-10");
        story.is_accepted_for_review();
        story
    }

    /// The procuratorate accepts, assigns, tells the rights.
    pub fn is_accepted_for_review(&mut self) {
        self.does(PROCURATORATE, "case_manager", "XQ01", "accept").done();
        self.does(PROCURATORATE, "case_manager", "XQ01", "assign").done();
        self.does(PROCURATORATE, "prosecutor", "XQ01", "tell_rights").done();
    }

    /// 取保候审 is decided anew by the procuratorate and executed by the police.
    pub fn bail_is_decided_by_the_procuratorate(&mut self) {
        self.does(PROCURATORATE, "prosecutor", "XQ01", "redecide_bail").done();
        self.does(PROCURATORATE, "prosecutor", "QB01", "decide_procuratorate")
            .person(json!({"bail_kind": "guarantor", "guarantor": "沈既白"}))
            .files(&["W021"])
            .done();
        let today = self.today();
        self.does(POLICE, "station_officer", "QB01", "report_execution")
            .person(json!({"measure_executed_on": today}))
            .done();
    }

    /// A duty lawyer is asked for and sent.
    pub fn a_duty_lawyer_helps(&mut self) {
        self.does(PROCURATORATE, "prosecutor", "XQ01", "notify_lawyer").done();
        self.does(LEGAL_AID, "legal_aid_officer", "DL01", "assign_lawyer")
            .person(
                json!({"defender_kind": "duty", "defender_name": "江听澜", "defender_licence": "19701202000000001"}),
            )
            .done();
    }

    /// The suspect is interrogated and pleads guilty.
    pub fn is_interrogated(&mut self) {
        let today = self.today();
        self.does(PROCURATORATE, "prosecutor", "XQ01", "interrogate")
            .person(json!({"interrogated_on": today, "plea": "prosecution", "plea_voluntary": true, "recorded": true}))
            .done();
    }

    /// The lawyer gives an opinion, the undertaking is signed before him.
    pub fn the_undertaking_is_signed(&mut self) {
        let today = self.today();
        self.does(LEGAL_AID, "duty_lawyer", "DL01", "read_file").done();
        self.does(LEGAL_AID, "duty_lawyer", "DL01", "give_opinion").done();
        self.does(PROCURATORATE, "prosecutor", "XQ01", "hear_opinions").done();
        self.does(PROCURATORATE, "prosecutor", "XQ01", "sign_undertaking")
            .person(recommendation())
            .person(
                json!({"undertaking_on": today, "undertaking_lawyer": "江听澜", "undertaking_recording": "LX-0001"}),
            )
            .files(&["EUNDERTAKINGVIDEO"])
            .done();
        self.does(LEGAL_AID, "duty_lawyer", "DL01", "witness").person(json!({"undertaking_on": today})).done();
        self.does(LEGAL_AID, "duty_lawyer", "DL01", "complete").done();
    }

    /// 提起公诉，建议适用速裁程序.
    pub fn is_prosecuted(&mut self) {
        self.does(PROCURATORATE, "prosecutor", "XQ01", "finish_review").done();
        self.does(PROCURATORATE, "prosecutor", "XQ01", "recommend").person(recommendation()).done();
        self.does(PROCURATORATE, "prosecutor", "XQ01", "suggest_fast").done();
        let today = self.today();
        self.does(PROCURATORATE, "prosecutor", "XQ01", "prosecute")
            .person(json!({"prosecuted_charge": DANGEROUS_DRIVING}))
            .case(json!({"indictment_no": "篱检刑诉〔2026〕1号", "indictment_on": today}))
            .done();
    }

    /// 法院受理、分案，重新决定取保候审，送达起诉书副本.
    pub fn is_accepted_by_the_court(&mut self) {
        self.does(COURT, "filing_clerk", "FY01", "accept").done();
        self.does(COURT, "filing_clerk", "FY01", "assign").case(json!({"tribunal": "single"})).done();
        self.does(COURT, "filing_clerk", "FY01", "assign_clerk").done();
        self.does(COURT, "judge", "FY01", "redecide_bail").done();
        self.does(COURT, "judge", "QB01", "decide_court")
            .person(json!({"bail_kind": "guarantor", "guarantor": "沈既白"}))
            .files(&["W021"])
            .done();
        let today = self.today();
        self.does(POLICE, "station_officer", "QB01", "report_execution")
            .person(json!({"measure_executed_on": today}))
            .done();
    }

    /// In court, about to decide which procedure applies.
    pub fn in_court() -> Self {
        let mut story = Self::under_review();
        story
            .does(PROCURATORATE, "prosecutor", "XQ01", "apply_fast_track")
            .person(json!({"expected_over_year": false}))
            .done();
        story.bail_is_decided_by_the_procuratorate();
        story.a_duty_lawyer_helps();
        story.is_interrogated();
        story.the_undertaking_is_signed();
        story.on("2026-03-16");
        story.is_prosecuted();
        story.on("2026-03-17");
        story.is_accepted_by_the_court();
        story
    }

    /// 开庭、当庭宣判、送达.
    pub fn is_tried_and_judged(&mut self, hearing: &str) {
        self.does(COURT, "judge", "FY01", "schedule")
            .case(json!({"hearing_at": format!("{hearing}T09:00:00+08:00"), "hearing_place": "第一法庭"}))
            .done();
        self.on(hearing);
        self.does(COURT, "judge", "FY01", "open_hearing").done();
        self.does(COURT, "court_clerk", "FY01", "record_hearing").done();
        self.does(COURT, "judge", "FY01", "pronounce").person(judgment()).done();
        self.does(COURT, "court_clerk", "FY01", "serve_judgment").person(json!({"judgment_served_on": hearing})).done();
    }

    /// 判决生效、交付执行、入矫、解矫、各机关归档; gives the days of effect and of release.
    pub fn is_executed(&mut self, effective: &str, reported: &str, released: &str) {
        self.begins_corrections(effective, reported);
        self.on(released);
        self.does(JUSTICE, "corrections_officer", "SJ01", "release").done();
        self.does(COURT, "judge", "JF01", "archive").done();
        self.does(PROCURATORATE, "prosecutor", "XQ01", "archive").done();
        self.does(POLICE, "officer", "GA01", "archive").done();
    }

    /// 判决生效、交付执行、入矫.
    pub fn begins_corrections(&mut self, effective: &str, reported: &str) {
        self.on(effective);
        self.does(COURT, "judge", "FY01", "take_effect").done();
        self.does(COURT, "judge", "FY01", "deliver").done();
        self.does(COURT, "judge", "JF01", "deliver_corrections")
            .person(json!({"corrections_unit": JUSTICE, "corrections_region": "970123"}))
            .done();
        self.does(COURT, "judge", "JF01", "transfer_fine").done();
        self.does(COURT, "filing_clerk", "JF01", "file_fine").done();
        self.does(JUSTICE, "corrections_intake", "SJ01", "accept").done();
        self.does(JUSTICE, "corrections_intake", "SJ01", "assign").done();
        self.on(reported);
        self.does(JUSTICE, "corrections_officer", "SJ01", "report_in")
            .person(json!({"corrections_from": reported}))
            .done();
        self.does(JUSTICE, "corrections_officer", "SJ01", "announce").done();
        self.does(JUSTICE, "corrections_officer", "SJ01", "supervise").files(&["EREPORTING"]).done();
    }

    /// 退回补充侦查 once, and the police send the case back with a supplementary report.
    pub fn is_returned_for_supplement(&mut self, sent_back: &str) {
        self.does(PROCURATORATE, "prosecutor", "XQ01", "return_supplement").because("主要事实不清").done();
        self.does(POLICE, "legal_reviewer", "XQ05", "accept").done();
        self.on(sent_back);
        self.does(POLICE, "officer", "XQ05", "collect").file(Paper::of("ESUPPLEMENT")).done();
        self.does(POLICE, "officer", "XQ05", "resubmit")
            .case(json!({"supplement_result": "partly",
                "supplement_items": [{"item": "同行人证言", "done": false, "note": "下落不明"}]}))
            .done();
        self.does(PROCURATORATE, "case_manager", "XQ01", "accept_resubmitted").done();
    }

    /// The day, as cards hold it.
    pub fn today(&self) -> String {
        law::time::day(self.now).to_string()
    }
}
