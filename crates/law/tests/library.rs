//! The committed files of `library/law` load, are whole, and agree with each other and with published data.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod common;

use std::collections::BTreeSet;

use common::{files, law};
use jiff::ToSpan;
use jiff::civil::date;
use law::numbers::CourtNumber;
use law::{Citation, Confidence, IdNumber, LawError};

#[test]
fn every_statute_has_all_its_articles() {
    let law = law();
    for (id, count) in [
        ("诉", 308),
        ("规", 684),
        ("解", 655),
        ("公", 388),
        ("矫", 63),
        ("援", 71),
        ("刑", 505),
        ("财执", 17),
        ("网", 39),
    ] {
        let statute = law.statutes.get(id).unwrap();
        assert_eq!(statute.newest().article_count(), Some(count), "{id}");
    }
    let prison = law.statutes.get("监").unwrap();
    assert_eq!(prison.in_force(date(2026, 10, 31)).unwrap().article_count(), Some(78));
    assert_ne!(prison.newest().article_count(), Some(78));
}

#[test]
fn a_text_we_do_not_have_is_marked() {
    for statute in law().statutes.iter() {
        let version = statute.newest();
        if version.article_count().is_none() {
            assert_eq!(version.confidence, Confidence::Unverified, "{}", statute.name());
        }
    }
    let cited = "醉驾4".parse::<Citation>().unwrap().check(&law().statutes).unwrap();
    assert_eq!(cited.confidence.label(), "待核");
}

#[test]
fn citations_of_the_reference_are_found() {
    let law = law();
    for (text, full) in [
        ("诉105.4", "《中华人民共和国刑事诉讼法》第一百零五条第四款"),
        ("规282", "《人民检察院刑事诉讼规则》第二百八十二条"),
        ("公169–171", "《公安机关办理刑事案件程序规定》第一百六十九条至第一百七十一条"),
        ("解202.2", "《最高人民法院关于适用〈中华人民共和国刑事诉讼法〉的解释》第二百零二条第二款"),
        ("刑133之一", "《中华人民共和国刑法》第一百三十三条之一"),
    ] {
        let cited = text.parse::<Citation>().unwrap().check(&law.statutes).unwrap();
        assert_eq!(cited.to_string(), full);
        assert_eq!(cited.confidence, Confidence::Checked);
    }
    assert!("规685".parse::<Citation>().unwrap().check(&law.statutes).is_err());
}

#[test]
fn every_charge_stands_on_an_article_that_exists() {
    let law = law();
    assert_eq!(law.offences.len(), 483);
    for offence in law.offences.iter() {
        for citation in &offence.articles {
            assert!(citation.check(&law.statutes).is_ok(), "{} {citation}", offence.name);
        }
    }
    let driving = law.offences.get("55").unwrap();
    assert_eq!(driving.name, "危险驾驶罪");
    assert_eq!(driving.articles[0].to_string(), "刑133之一");
    assert_eq!(law.offences.by_name("盗窃罪").unwrap().articles[0].to_string(), "刑264");
}

#[test]
fn divisions_and_the_invented_province() {
    let mut regions = law().regions;
    // Three cities without counties stand in the published county list a second time.
    assert_eq!(regions.len(), 31 + 342 + 2978 - 3 + 4);
    assert_eq!(regions.full_name("371329").as_deref(), Some("山东省临沂市临沭县"));
    assert!(!regions.contains("970000"));
    regions.extend("code,name\n970000,云岭省\n970100,云岭市\n970102,望溪区\n").unwrap();
    assert_eq!(regions.full_name("970102").as_deref(), Some("云岭省云岭市望溪区"));
    let id = IdNumber::parse("11010519491231002X", date(2026, 3, 5), &regions).unwrap();
    assert_eq!(regions.full_name(id.region()).as_deref(), Some("北京市朝阳区"));
}

#[test]
fn the_calendar_covers_2004_to_2026() {
    let calendar = law().calendar;
    assert_eq!(calendar.years().collect::<Vec<_>>(), (2004..=2026).collect::<Vec<_>>());
    assert!(calendar.is_provisional(date(2027, 1, 4)));
    assert_eq!(calendar.holiday_name(date(2026, 10, 1)), Some("国庆节"));
    assert!(calendar.is_working_day(date(2026, 10, 10)));
}

#[test]
fn computed_feasts_agree_with_the_notices() {
    let mut files = files();
    let exact = law().calendar;
    files.retain(|path, _| !path.starts_with("holidays/"));
    let computed = law::Law::from_files(&files).unwrap().calendar;
    // The rule of thirteen days is in force since 2025; 清明 has been a holiday since 2008.
    for day in date(2025, 1, 1).series(1.day()).take_while(|day| *day <= date(2026, 12, 31)) {
        if computed.holiday_name(day).is_some() {
            assert!(!exact.is_working_day(day), "{day}");
        }
    }
    for year in 2008..=2026 {
        let feasts: Vec<_> = date(year, 4, 1)
            .series(1.day())
            .take(10)
            .filter(|day| computed.holiday_name(*day) == Some("清明节"))
            .collect();
        assert_eq!(feasts.len(), 1, "{year}");
        assert!(!exact.is_working_day(feasts[0]), "{year}");
    }
    for year in 2025..=2035 {
        let days = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year);
        let count = days.filter(|day| computed.holiday_name(*day).is_some()).count();
        // 国庆 and 中秋, or 劳动 and nothing else, may fall together: 13 days, less such overlaps.
        assert!((12..=13).contains(&count), "{year}: {count}");
    }
}

#[test]
fn code_tables_have_labels_and_sources() {
    let law = law();
    let ids: BTreeSet<_> = law.tables.keys().map(String::as_str).collect();
    for id in ["ethnic", "sex", "marital", "education", "employment", "political", "id_types", "measures", "penalties"]
    {
        assert!(ids.contains(id), "{id}");
    }
    assert_eq!(law.tables["ethnic"].rows.len(), 58);
    assert_eq!(law.tables["ethnic"].label("03"), Some("回族"));
    assert_eq!(law.tables["measures"].code("逮捕"), Some("06"));
    for table in law.tables.values() {
        assert!(!table.source.is_empty() && !table.name.is_empty(), "{}", table.id);
        assert!(table.rows.values().all(|label| !label.is_empty()), "{}", table.id);
    }
}

#[test]
fn a_missing_or_broken_file_is_named() {
    let mut broken = files();
    broken.remove("regions.csv");
    assert!(matches!(law::Law::from_files(&broken), Err(LawError::Missing(path)) if path == "regions.csv"));
    let mut broken = files();
    broken.insert("statutes.csv".into(), vec![0xff]);
    assert!(matches!(law::Law::from_files(&broken), Err(LawError::Encoding(_))));
    let mut broken = files();
    broken.insert("holidays/2026.json".into(), b"{}".to_vec());
    assert!(matches!(law::Law::from_files(&broken), Err(LawError::Calendar(_))));
}

#[test]
fn court_codes_seen_in_judgments_are_read() {
    let mut seen = 0;
    for code in include_str!("data/court-codes.txt").lines() {
        let number = CourtNumber::parse(&format!("（2020）{code}刑初1号")).unwrap();
        assert_eq!(number.court, code);
        seen += 1;
    }
    assert_eq!(seen, 44);
}
