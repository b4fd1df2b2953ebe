//! 通行密钥：以本人的设备代替密码登录。

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use door::real_now;
use jiff::SignedDuration;
use law::time::Moment;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::rows::UserRow;
use store::sign_ins::{ChallengeRow, PasskeyRow};
use store::{Repository, StandsOn};
use utoipa::ToSchema;
use webauthn_rs::prelude::{
    Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, WebauthnError,
};

use super::audit::{self, Audited, Detail};
use super::factors::{Proof, name_of};
use super::people::administered;
use super::session::{self, Session, refused};
use crate::App;
use crate::address::Address;
use crate::extract::{Json, Path};
use crate::passkeys::{self, KNOWN, OVER, Passkeys, handle, named, read, written};
use crate::problem::{Answer, Document, Problem, wrong};
use crate::signed::{Signed, Way, new_token};
use crate::tries::{Tries, too_many_begun};

/// Passkeys that one person may have.
const MOST: u32 = 10;
/// Challenges that may wait for one address: for somebody to sign in, or for one person to add a passkey.
const WAITING: u32 = 200;
/// What it is called that a passkey let nobody in.
const FAILED: &str = "通行密钥登录失败";

/// Where passkeys serve.
#[derive(Serialize, ToSchema)]
pub struct PasskeyPlace {
    /// The address at which a browser must have opened the platform; none where this node has no passkeys.
    origin: Option<String>,
}

/// What a browser is to ask of an authenticator.
#[derive(Serialize, ToSchema)]
pub struct PasskeyChallenge {
    /// Identifier: it goes back with the answer.
    id: String,
    /// Options for `navigator.credentials`, in the JSON form of WebAuthn.
    #[schema(value_type = Object)]
    options: Value,
    /// Until when an answer is taken (real time).
    #[schema(value_type = String, format = DateTime)]
    until: Moment,
}

/// What an authenticator answered to somebody who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeySignIn {
    /// The challenge.
    challenge: String,
    /// The credential that `navigator.credentials.get` gave, in the JSON form of WebAuthn.
    #[schema(value_type = Object)]
    credential: PublicKeyCredential,
}

/// A passkey of one's own.
#[derive(Serialize, ToSchema)]
pub struct OwnPasskey {
    /// Identifier.
    id: String,
    /// What its person calls it.
    name: String,
    /// Since when it serves (real time).
    #[schema(value_type = String, format = DateTime)]
    since: Moment,
    /// When it was last used to sign in (real time).
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Moment>,
    /// Whether it serves at the address of this platform: one that was added at another host does not.
    here: bool,
}

impl OwnPasskey {
    fn of(row: PasskeyRow, here: Option<&Passkeys>) -> Self {
        let here = here.is_some_and(|h| row.serves(&h.host));
        Self { id: row.id, name: row.name, since: row.created_at, used_at: row.used_at, here }
    }
}

/// That somebody wants to sign in. No foreign page sends JSON.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskPasskey {}

/// What a passkey is to be called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "办公电脑", "password": "……"}))]
pub struct NewPasskey {
    /// What its person calls it, 1 to 40 characters.
    name: String,
    /// The own password once more.
    password: String,
}

/// What an authenticator answered to somebody who adds a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MadePasskey {
    /// The challenge.
    challenge: String,
    /// The credential that `navigator.credentials.create` gave, in the JSON form of WebAuthn.
    #[schema(value_type = Object)]
    credential: RegisterPublicKeyCredential,
}

/// What waits while a passkey is made.
#[derive(Serialize, Deserialize)]
struct Adding {
    name: String,
    state: PasskeyRegistration,
}

/// Where passkeys serve on this node.
fn here(app: &App) -> Answer<&Passkeys> {
    app.settings.passkeys.as_ref().ok_or_else(|| {
        Problem::not_found("本平台没有启用通行密钥（没有配置访问地址），请使用密码登录；需要启用的，请联系系统管理员")
    })
}

async fn challenge(
    store: &dyn Repository,
    user: Option<&UserRow>,
    address: String,
    (options, state): (Value, Value),
) -> Answer<(StatusCode, axum::Json<PasskeyChallenge>)> {
    let now = real_now();
    let until = now + SignedDuration::from_secs(passkeys::WAITS);
    let row = ChallengeRow { id: new_token(), user: user.map(|u| u.id.clone()), address, state, until };
    let asked = PasskeyChallenge { id: row.id.clone(), options, until };
    if !store.put_challenge(row, WAITING, now).await? {
        return Err(match user {
            None => too_many_begun(passkeys::WAITS),
            Some(_) => Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-begun",
                "同时添加的通行密钥过多",
                "您发起而没有完成的添加过多，请在几分钟后再试",
            )
            .header(header::RETRY_AFTER, passkeys::WAITS),
        });
    }
    Ok((StatusCode::CREATED, axum::Json(asked)))
}

/// 查看通行密钥的适用网址
#[utoipa::path(get, path = "/api/session/passkey", tag = "登录", operation_id = "passkey_place", responses((status = 200, description = "适用的网址", body = PasskeyPlace)))]
pub async fn place(State(app): State<Arc<App>>) -> axum::Json<PasskeyPlace> {
    axum::Json(PasskeyPlace { origin: app.settings.passkeys.as_ref().map(|p| p.origin.clone()) })
}

/// 发起通行密钥登录
///
/// 返回的内容交给浏览器的 navigator.credentials.get，五分钟内以其回答登录，只能用一次。
#[utoipa::path(
    post, path = "/api/session/passkey/challenge", tag = "登录", operation_id = "ask_passkey",
    responses(
        (status = 201, description = "待回答", body = PasskeyChallenge),
        (status = 404, description = "没有启用通行密钥", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "发起而没有完成的登录过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn ask(
    State(app): State<Arc<App>>,
    Address(address): Address,
    Json(AskPasskey {}): Json<AskPasskey>,
) -> Answer<(StatusCode, axum::Json<PasskeyChallenge>)> {
    let (passkeys, store) = (here(&app)?, app.door.store());
    let (options, state) = passkeys.begin_signing_in()?;
    challenge(store, None, address, (options, written(&state)?)).await
}

/// 使用通行密钥登录
///
/// 不用输入用户名、密码和验证码，其余与以密码登录相同。
#[utoipa::path(
    post, path = "/api/session/passkey", tag = "登录", operation_id = "sign_in_by_passkey",
    responses(
        (status = 200, description = "已登录", body = Session),
        (status = 401, description = "通行密钥不正确、没有登记或者已被移除，没有核验本人，操作已超时或者已完成，账号已停用", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有启用通行密钥", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn sign_in(
    State(app): State<Arc<App>>,
    Address(address): Address,
    headers: HeaderMap,
    Json(answer): Json<PasskeySignIn>,
) -> Answer<Response> {
    let (passkeys, store) = (here(&app)?, app.door.store());
    let known = store.passkey(&named(answer.credential.get_credential_id())).await?;
    let tries = Tries::of_passkey(store, known.as_ref().map(|k| k.user.as_str()), &address, &headers).await?;
    tries.allowed(store).await?;
    let (user, passkey) = match checked(store, passkeys, &answer, known).await {
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {
            tries.failed(store).await?;
            return Err(problem);
        }
        other => other?,
    };
    session::begin_here(&app, &user, address, &headers, Way::Passkey, StandsOn::Passkey(&passkey)).await
}

/// Nobody has this passkey.
pub(super) fn unknown() -> Problem {
    refused("passkey-unknown", FAILED, "这个通行密钥没有登记，或者已被移除，请改用密码登录")
}

/// Whose passkey answered, and which. Whatever comes of it, the challenge is used up.
async fn checked(
    store: &dyn Repository,
    passkeys: &Passkeys,
    answer: &PasskeySignIn,
    known: Option<PasskeyRow>,
) -> Answer<(UserRow, String)> {
    let no = |(kind, text): (&'static str, &str)| refused(kind, FAILED, text);
    let now = real_now();
    let asked = store.take_challenge(&answer.challenge, None, now).await?.ok_or_else(|| no(OVER))?;
    let mut row = known.ok_or_else(unknown)?;
    if answer.credential.get_user_unique_id() != Some(handle(&row.user)?.as_bytes().as_slice()) {
        return Err(unknown());
    }
    let user = store.user(&row.user).await?.ok_or_else(unknown)?;
    let mut passkey: Passkey = read(&row.credential)?;
    let found = passkeys.web.finish_discoverable_authentication_v2(&answer.credential, read(&asked.state)?, &passkey);
    let result = match found {
        Ok(result) => result,
        Err(WebauthnError::CredentialPossibleCompromise) => return Err(went_back(store, &user).await?),
        Err(e) => return Err(no(passkeys::told(&e))),
    };
    if !user.active {
        return Err(refused("account-stopped", "账号已停用", "您的账号已停用，不能登录，请联系本单位管理员"));
    }
    session::lasting(&user)?;
    passkey.update_credential(&result);
    row.counter = result.counter().into();
    row.credential = written(&passkey)?;
    // Not noted where it was added before hosts were.
    row.host = passkeys.host.clone();
    if !store.use_passkey(&row, now).await? {
        // Between reading and writing: removed, or used once more with the same count.
        return Err(match store.passkey(&row.credential_id).await? {
            Some(_) => went_back(store, &user).await?,
            None => unknown(),
        });
    }
    Ok((user, row.id))
}

/// A counter that does not go on is a sign that the passkey was copied: who keeps watch is to know.
async fn went_back(store: &dyn Repository, user: &UserRow) -> Answer<Problem> {
    store.put_audit(audit::row_by("-", user, Audited::PasskeyRefused, &Detail::default())?).await?;
    Ok(refused(
        "passkey-counter",
        "通行密钥可能已被复制",
        "通行密钥的使用次数没有增加，可能已被他人复制，已拒绝登录并记入变更记录。请改用密码登录，移除这个通行密钥，并告知本单位管理员",
    ))
}

/// 查看本人的通行密钥
#[utoipa::path(get, path = "/api/session/passkeys", tag = "登录", operation_id = "list_passkeys", responses((status = 200, description = "本人的通行密钥", body = Vec<OwnPasskey>)))]
pub async fn list(State(app): State<Arc<App>>, signed: Signed) -> Answer<axum::Json<Vec<OwnPasskey>>> {
    let all = app.door.store().passkeys(&signed.who.user.id).await?;
    let here = app.settings.passkeys.as_ref();
    Ok(axum::Json(all.into_iter().map(|row| OwnPasskey::of(row, here)).collect()))
}

fn no_room() -> Problem {
    wrong("name", format!("最多可以有 {MOST} 个通行密钥，请先移除不用的"))
}

/// 发起添加通行密钥
///
/// 返回的内容交给浏览器的 navigator.credentials.create，五分钟内以其回答添加，只能用一次。
#[utoipa::path(
    post, path = "/api/session/passkeys/challenge", tag = "登录", operation_id = "begin_passkey",
    responses(
        (status = 201, description = "待回答", body = PasskeyChallenge),
        (status = 404, description = "没有启用通行密钥", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "密码不正确，名称不合要求，或者已有过多", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "密码不正确的次数过多，或者发起而没有完成的添加过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn begin(
    State(app): State<Arc<App>>,
    signed: Signed,
    Address(address): Address,
    Json(new): Json<NewPasskey>,
) -> Answer<(StatusCode, axum::Json<PasskeyChallenge>)> {
    let (passkeys, store, user) = (here(&app)?, app.door.store(), &signed.who.user);
    let name = name_of(&new.name)?;
    let mut have = store.passkeys(&user.id).await?;
    have.retain(|p| p.serves(&passkeys.host));
    if have.len() >= MOST as usize {
        return Err(no_room());
    }
    app.passwords.prove(store, user, new.password, "password").await?;
    let (options, state) = passkeys.begin_adding(user, &have)?;
    challenge(store, Some(user), address, (options, written(&Adding { name, state })?)).await
}

/// 添加通行密钥
///
/// 此后可以用它登录，本次登录也视为用它登录；本人在其他地方的登录全部失效。
#[utoipa::path(
    post, path = "/api/session/passkeys", tag = "登录", operation_id = "add_passkey",
    responses(
        (status = 201, description = "已添加", body = OwnPasskey),
        (status = 404, description = "没有启用通行密钥", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "操作已超时或者已完成，没有核验本人，或者回答不正确", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn add(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(made): Json<MadePasskey>,
) -> Answer<(StatusCode, axum::Json<OwnPasskey>)> {
    let (passkeys, store, user) = (here(&app)?, app.door.store(), &signed.who.user);
    let no = |(kind, text): (&'static str, &str)| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, kind, "通行密钥没有添加", text)
    };
    let now = real_now();
    let asked = store.take_challenge(&made.challenge, Some(&user.id), now).await?.ok_or_else(|| no(OVER))?;
    let Adding { name, state } = read(&asked.state)?;
    if made.credential.extensions.cred_props.as_ref().is_some_and(|p| p.rk == Some(false)) {
        return Err(no((
            "passkey-not-kept",
            "这个设备不能保存通行密钥，请换用手机、电脑自带的或者支持通行密钥的安全密钥",
        )));
    }
    let passkey = passkeys.web.finish_passkey_registration(&made.credential, &state);
    let passkey = passkey.map_err(|e| no(passkeys::told(&e)))?;
    let row = PasskeyRow {
        id: uuid::Uuid::now_v7().simple().to_string(),
        user: user.id.clone(),
        name,
        credential_id: named(passkey.cred_id()),
        credential: written(&passkey)?,
        counter: 0,
        created_at: now,
        used_at: None,
        host: passkeys.host.clone(),
    };
    let noted = audit::row(&signed, user, Audited::PasskeyAdded, &Detail::default())?;
    if !store.put_passkey(row.clone(), MOST, &signed.session, Way::Passkey.word(), noted).await? {
        signed.stands(store).await?;
        return Err(match store.passkey(&row.credential_id).await? {
            Some(_) => no(KNOWN),
            None => no_room(),
        });
    }
    Ok((StatusCode::CREATED, axum::Json(OwnPasskey::of(row, Some(passkeys)))))
}

/// 移除通行密钥
///
/// 本人在其他地方的登录全部失效。
#[utoipa::path(
    post, path = "/api/session/passkeys/{passkey}/removal", tag = "登录", operation_id = "remove_passkey", params(("passkey" = String, Path, description = "通行密钥")),
    responses(
        (status = 204, description = "已移除"),
        (status = 404, description = "没有这个通行密钥", body = Document, content_type = "application/problem+json"),
        (status = 422, description = "密码不正确", body = Document, content_type = "application/problem+json"),
        (status = 429, description = "失败次数过多", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(passkey): Path<String>,
    Json(body): Json<Proof>,
) -> Answer<StatusCode> {
    let (store, user) = (app.door.store(), &signed.who.user);
    app.passwords.prove(store, user, body.password, "password").await?;
    let noted = audit::row(&signed, user, Audited::PasskeyRemoved, &Detail::default())?;
    if store.end_passkeys(&user.id, Some(&passkey), &signed.session, noted).await? == 0 {
        signed.stands(store).await?;
        return Err(Problem::not_found("没有这个通行密钥，可能已经移除"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// 移除人员的全部通行密钥
///
/// 供丢失设备的人员使用。移除后，其登录全部失效。
#[utoipa::path(
    delete, path = "/api/users/{user}/passkeys", tag = "单位和人员", operation_id = "remove_passkeys_of", params(("user" = String, Path, description = "人员")),
    responses(
        (status = 204, description = "已移除"),
        (status = 403, description = "不管理其单位，或者是本人", body = Document, content_type = "application/problem+json"),
        (status = 404, description = "没有这个人员，或者其没有通行密钥", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn remove_all(State(app): State<Arc<App>>, signed: Signed, Path(user): Path<String>) -> Answer<StatusCode> {
    let row = administered(&app, &signed, &user).await?;
    let store = app.door.store();
    let noted = audit::row(&signed, &row, Audited::PasskeyRemoved, &Detail::default())?;
    if store.end_passkeys(&row.id, None, "", noted).await? == 0 {
        return Err(Problem::not_found("其没有通行密钥"));
    }
    Ok(StatusCode::NO_CONTENT)
}
