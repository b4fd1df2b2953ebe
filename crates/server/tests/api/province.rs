//! A tiny province: two agencies that work, one beside them, and people in every relation to a case.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use access::Policies;
use door::{Door, LibraryFiles, real_now};
use jiff::SignedDuration;
use procedure::Editions;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use seal::Sha256;
use serde_json::{Value, json};
use server::{App, Settings};
use store::content::Folder;
use store::rows::{RoleRow, UnitRow, UserRow};
use store::sign_ins::SessionRow;
use store::{Repository, Sqlite, StandsOn};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

type Text = &'static str;
/// Unit, agency, name, short name, region, the unit above.
const UNITS: [(Text, Text, Text, Text, Text, Option<Text>); 6] = [
    ("GA-970100", "police", "云岭省澜州市公安局", "澜公", "970100", None),
    ("GA-970102", "police", "云岭省青石县公安局", "青公", "970102", Some("GA-970100")),
    ("GA-970103", "police", "云岭省白川县公安局", "白公", "970103", Some("GA-970100")),
    ("FY-970102", "legal_aid", "云岭省青石县法律援助中心", "青援", "970102", None),
    ("LS-970102", "law_firm", "云岭青石律师事务所", "青石所", "970102", None),
    ("PT-970000", "platform", "云岭省平台运行中心", "平台", "970000", None),
];
/// User, unit, name, roles.
const USERS: [(Text, Text, Text, &[Text]); 11] = [
    ("handler", "GA-970102", "岑砚舟", &["officer"]),
    ("colleague", "GA-970102", "温既白", &["officer"]),
    ("head", "GA-970102", "陆怀瑾", &["police_dept_head"]),
    ("reviewer", "GA-970102", "沈听澜", &["legal_reviewer"]),
    ("chief", "GA-970102", "顾长宁", &["police_chief"]),
    ("admin", "GA-970102", "宋知夏", &["unit_admin"]),
    ("stranger", "GA-970103", "江予怀", &["officer"]),
    ("upper", "GA-970100", "谢临川", &["upper_supervisor"]),
    ("aid", "FY-970102", "叶舒窈", &["legal_aid_officer"]),
    ("lawyer", "LS-970102", "楚云深", &["lawyer"]),
    ("auditor", "PT-970000", "钟离静", &["auditor"]),
];
pub const PASSWORD: &str = "yunling-2024-test";

/// A running server with its province.
pub struct Province {
    pub app: Arc<App>,
    pub base: String,
    pub client: Client,
    pub folder: tempfile::TempDir,
    stop: Option<oneshot::Sender<()>>,
    served: Option<tokio::task::JoinHandle<()>>,
    carrier: tokio::task::JoinHandle<()>,
}

fn library_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../library")
}

fn gather(folder: &Path, prefix: &str, files: &mut LibraryFiles) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            gather(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

fn files() -> &'static LibraryFiles {
    static FILES: OnceLock<LibraryFiles> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut files = BTreeMap::new();
        gather(&library_folder(), "", &mut files);
        // The invented province is no part of the shipped library.
        if let Some(regions) = files.get_mut("law/regions.csv") {
            regions.extend_from_slice("970000,云岭省\n970100,澜州市\n970102,青石县\n970103,白川县\n".as_bytes());
        }
        files
    })
}

fn password() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| server::hash_password(PASSWORD).unwrap())
}

impl Province {
    /// An ordinary node.
    pub async fn start() -> Self {
        Self::start_as(false).await
    }

    pub async fn start_as(demonstration: bool) -> Self {
        Self::start_with(demonstration, Settings::default()).await
    }

    pub async fn start_with(demonstration: bool, settings: Settings) -> Self {
        Self::start_on(TcpListener::bind("127.0.0.1:0").await.unwrap(), demonstration, settings).await
    }

    /// Where a listener is bound already, because somebody must know its address first.
    pub async fn start_on(listener: TcpListener, demonstration: bool, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Repository> = Arc::new(Sqlite::open(&folder.path().join("xiezhi.db")).await.unwrap());
        for (id, agency, name, abbr, region, parent) in UNITS {
            let row = UnitRow {
                id: id.into(),
                name: name.into(),
                abbr: abbr.into(),
                code: region.into(),
                agency: agency.into(),
                region: region.into(),
                parent: parent.map(str::to_owned),
            };
            store.put_unit(row).await.unwrap();
        }
        for (id, unit, name, roles) in USERS {
            employ(store.as_ref(), id, unit, name, roles).await;
        }
        let editions = Editions::read(files().clone()).unwrap_or_else(|f| panic!("{} faults: {}", f.len(), f[0]));
        let cedar = files()
            .iter()
            .filter(|(n, _)| n.ends_with(".cedar"))
            .map(|(n, c)| (n.clone(), String::from_utf8(c.clone()).unwrap()))
            .collect();
        let policies = Policies::parse(&cedar).unwrap();
        let contents = Folder::open(folder.path().join("contents")).unwrap();
        let door = Arc::new(Door::open(store, contents, editions, policies, demonstration).await.unwrap());
        let carrier = exchange::start(door.clone());
        let settings = Settings { spool: folder.path().into(), site: Some(crate::site::fixture()), ..settings };
        let app = Arc::new(App::new(door, settings));
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(server::serve(app.clone(), listener, async move {
            let _ = stopped.await;
        }));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { app, base, client, folder, stop: Some(stop), served: Some(served), carrier }
    }

    /// Brings in a person whom only some tests need.
    pub async fn employs(&self, id: &str, unit: &str, name: &str, roles: &[&str]) {
        employ(self.store(), id, unit, name, roles).await;
    }

    /// Stops the server and waits until it has.
    pub async fn stop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
        self.served.take().unwrap().await.unwrap();
    }

    pub fn store(&self) -> &dyn Repository {
        self.app.door.store()
    }

    /// A session begun behind the server's back: a sign-in costs fifty milliseconds.
    pub async fn token(&self, user: &str) -> String {
        self.session(user, SignedDuration::from_hours(1)).await
    }

    /// A session that ends after so long.
    pub async fn session(&self, user: &str, lasts: SignedDuration) -> String {
        let token = uuid::Uuid::new_v4().simple().to_string();
        let now = real_now();
        let row = SessionRow {
            token: Sha256::of(token.as_bytes()).to_string(),
            user: user.into(),
            created_at: now,
            expires_at: now + lasts,
            id: uuid::Uuid::new_v4().simple().to_string(),
            seen_at: now,
            address: "127.0.0.1".into(),
            browser: "test".into(),
            way: "password".into(),
        };
        assert!(self.store().put_session(row, StandsOn::Nothing).await.unwrap());
        token
    }

    /// A request of a person; of nobody where the name is `nobody`.
    pub async fn as_user(&self, user: &str, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if user == "nobody" { request } else { request.bearer_auth(self.token(user).await) }
    }

    pub async fn get(&self, user: &str, path: &str) -> (StatusCode, Value) {
        answer(self.as_user(user, Method::GET, path).await.send().await.unwrap()).await
    }

    pub async fn post(&self, user: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        answer(self.as_user(user, Method::POST, path).await.json(body).send().await.unwrap()).await
    }

    /// Posts what must succeed.
    pub async fn done(&self, user: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(user, path, body).await;
        assert!(status.is_success(), "{user} {path}: {status} {answer:#}");
        answer
    }

    /// Uploads a PDF of so many pages.
    pub async fn upload(&self, user: &str, pages: u32) -> String {
        let path = format!("/api/contents?name=document-{pages}.pdf");
        let request = self.as_user(user, Method::POST, &path).await.body(pdf(pages));
        let (status, content) = answer(request.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::CREATED, "{content:#}");
        content["sm3"].as_str().unwrap().to_owned()
    }

    /// A case of one suspect, registered by the handler; returns the file.
    pub async fn case(&self) -> String {
        self.case_of("handler").await
    }

    pub async fn case_of(&self, user: &str) -> String {
        let sm3 = self.upload(user, 1).await;
        let answer = self.done(user, "/api/files", &registration(&sm3)).await;
        answer["file"].as_str().unwrap().to_owned()
    }

    /// Identifiers of the first instance of a file and of its first subject.
    pub async fn instance(&self, file: &str) -> (String, String) {
        let s = self.store().state(file).await.unwrap().unwrap().situation;
        (s.instances[0].id.clone(), s.subjects.keys().next().unwrap().clone())
    }

    /// Has the case filed, by handler, head and chief, so that it is investigated.
    pub async fn filed(&self, file: &str) {
        let (i, _) = self.instance(file).await;
        let sm3 = self.upload("handler", 2).await;
        let answer =
            self.done("handler", &format!("/api/files/{file}/instances/{i}/actions/file_case"), &filing(&sm3)).await;
        assert_eq!(answer["proposed"], true);
        for user in ["head", "chief"] {
            let p = self.open_proposal(file).await;
            self.done(
                user,
                &format!("/api/files/{file}/instances/{i}/proposals/{p}/opinions"),
                &json!({"agrees": true, "text": "同意"}),
            )
            .await;
        }
    }

    /// The proposal that waits.
    pub async fn open_proposal(&self, file: &str) -> String {
        let s = self.store().state(file).await.unwrap().unwrap().situation;
        s.instances[0].proposals.iter().find(|p| p.open).unwrap().id.clone()
    }
}

impl Drop for Province {
    fn drop(&mut self) {
        self.carrier.abort();
    }
}

async fn employ(store: &dyn Repository, id: &str, unit: &str, name: &str, roles: &[&str]) {
    let user = UserRow {
        id: id.into(),
        login: id.into(),
        name: name.into(),
        unit: unit.into(),
        password: password().into(),
        clearance: 0,
        active: true,
        temporary_until: None,
    };
    store.put_user(user, None).await.unwrap();
    let from = real_now() - SignedDuration::from_hours(24 * 3650);
    for role in roles {
        let row = RoleRow { user: id.into(), unit: unit.into(), role: (*role).into(), from, to: None };
        store.put_role(row, None).await.unwrap();
    }
}

/// What registers a case.
pub fn registration(sm3: &str) -> Value {
    json!({"process": "GA01", "input": {
        "case": {"name": "乔木森盗窃案", "category": "public", "source": "found",
            "accepted_at": "2024-03-01T21:00:00+08:00", "acted_to": "2024-03-01T20:00:00+08:00"},
        "new_subjects": [{"name": "乔木森", "id_number": "970102199003070018", "birth": "1990-03-07", "impaired": false, "heavy_penalty_possible": false}],
        "materials": [{"kind": "W001", "sm3": sm3}]
    }})
}

/// What proposes to file a case.
pub fn filing(sm3: &str) -> Value {
    json!({"input": {
        "case": {"offence": "221", "filed_on": "2024-03-02", "filing_no": "青公立字〔2024〕1号", "jurisdiction": "place",
            "lead_officer": "岑砚舟", "second_officer": "温既白"},
        "materials": [{"kind": "W005", "sm3": sm3, "number": "青公立字〔2024〕1号"}, {"kind": "W004", "sm3": sm3}]
    }})
}

/// Status and JSON of an answer; null where it is no JSON.
pub async fn answer(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let body = response.bytes().await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

/// The last part of a problem's type.
pub fn kind(problem: &Value) -> &str {
    problem["type"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default()
}

/// A PDF of A4 pages, each with a black bar.
pub fn pdf(pages: u32) -> Vec<u8> {
    use lopdf::{Document, Object, Stream, dictionary};
    let mut doc = Document::with_version("1.5");
    let tree = doc.new_object_id();
    let kids: Vec<Object> = (0..pages)
        .map(|n| {
            let drawing = format!("0 g 80 {} 300 60 re f", 400 + n * 10).into_bytes();
            let content = doc.add_object(Stream::new(dictionary! {}, drawing));
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content,
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            };
            doc.add_object(page).into()
        })
        .collect();
    let count = i64::from(pages);
    doc.objects.insert(tree, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }));
    let catalog = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    doc.trailer.set("Root", catalog);
    let mut out = Vec::new();
    doc.save_to(&mut out).unwrap();
    out
}

/// A PDF of A4 pages with words; each line of a page is a line there.
pub fn worded(pages: &[&str]) -> Vec<u8> {
    use lopdf::{Document, Object, Stream, dictionary};
    let mut doc = Document::with_version("1.5");
    let tree = doc.new_object_id();
    let font = doc.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let kids: Vec<Object> = pages
        .iter()
        .map(|text| {
            let lines: String = text.lines().map(|l| format!("({l}) Tj 0 -30 Td ")).collect();
            let drawing = format!("BT /F0 20 Tf 72 700 Td {lines} ET").into_bytes();
            let content = doc.add_object(Stream::new(dictionary! {}, drawing));
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content,
                "Resources" => dictionary! { "Font" => dictionary! { "F0" => font } },
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            };
            doc.add_object(page).into()
        })
        .collect();
    let count = pages.len() as i64;
    doc.objects.insert(tree, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }));
    let catalog = doc.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    doc.trailer.set("Root", catalog);
    let mut out = Vec::new();
    doc.save_to(&mut out).unwrap();
    out
}
