//! `xiezhi clients`: programs of other agencies that use the interface.
//!
//! A program has an account of its own, with roles as people have, so its acts say that it did them. Nobody signs in
//! with the account: the program sends a key, which ends by itself, is good for named uses only, and is printed once.
//! A new key is given while the old one still serves for a while, so nothing stands still meanwhile.

use anyhow::{Context, ensure};
use clap::Subcommand;
use door::{Door, real_now};
use jiff::SignedDuration;
use law::time::Moment;
use serde_json::{Value, json};
use server::{CLIENT, SCOPES};
use store::rows::{AuditRow, RoleRow, UserRow};
use store::sign_ins::ClientKeyRow;

use crate::node;

#[derive(Subcommand)]
pub enum Command {
    /// 增加一个程序账号，打印其接口密钥（只显示这一次）
    Add {
        /// 登录名（2 至 40 个小写字母、数字、“.”、“_”或者“-”）
        login: String,
        /// 名称，如“县公安局执法办案系统”
        #[arg(long)]
        name: String,
        /// 所在单位的标识
        #[arg(long)]
        unit: String,
        /// 岗位标识（可以重复）
        #[arg(long, required = true)]
        role: Vec<String>,
        #[command(flatten)]
        key: Key,
        #[command(flatten)]
        place: node::Place,
    },
    /// 发放新的密钥（只显示这一次）；原有密钥再用若干日后失效
    Rotate {
        /// 登录名
        login: String,
        /// 原有密钥再用多少日
        #[arg(long, default_value_t = 7)]
        overlap: u32,
        #[command(flatten)]
        key: Key,
        #[command(flatten)]
        place: node::Place,
    },
    /// 立即终止全部密钥
    End {
        /// 登录名
        login: String,
        #[command(flatten)]
        place: node::Place,
    },
    /// 列出程序账号和密钥
    List {
        #[command(flatten)]
        place: node::Place,
    },
}

#[derive(clap::Args)]
pub struct Key {
    /// 密钥的用途：read 查询，upload 上传文件，act 办理（可以重复）；审批、账号管理不对程序开放
    #[arg(long, default_values = ["read"], value_delimiter = ',')]
    scope: Vec<String>,
    /// 密钥多少日后失效
    #[arg(long, default_value_t = 90)]
    days: u32,
}

pub async fn run(command: &Command, library: &std::path::Path, examples: &std::path::Path) -> anyhow::Result<bool> {
    let (Command::Add { place, .. }
    | Command::Rotate { place, .. }
    | Command::End { place, .. }
    | Command::List { place }) = command;
    let (door, store) = node::open(place, library, examples).await?;
    let done = carried_out(command, &door).await;
    store.close().await;
    done.map(|()| true)
}

async fn carried_out(command: &Command, door: &Door) -> anyhow::Result<()> {
    let store = door.store();
    match command {
        Command::Add { login, name, unit, role, key, .. } => {
            let (library, units) = (door.library(), door.units());
            let agency = &units.get(unit).with_context(|| format!("没有单位“{unit}”"))?.agency;
            for r in role {
                let def = library.roles.roles.get(r.as_str()).with_context(|| format!("没有岗位“{r}”"))?;
                let there = def.agency.is_empty() || def.agency.iter().any(|a| a.as_str() == agency);
                ensure!(there, "{unit} 没有“{}”岗位", def.name);
            }
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
            ensure!((2..=40).contains(&login.len()) && login.bytes().all(plain), "登录名“{login}”不合要求");
            ensure!(store.user_by_login(login).await?.is_none(), "登录名“{login}”已有人使用");
            key.check()?;
            // A password that nobody knows, nor can know.
            let password = server::new_token();
            let password = tokio::task::spawn_blocking(move || server::hash_password(&password)).await?;
            let user = UserRow {
                id: uuid(),
                login: login.clone(),
                name: name.clone(),
                unit: unit.clone(),
                password: password.map_err(anyhow::Error::msg)?,
                clearance: 0,
                active: true,
                temporary_until: None,
            };
            store.put_user(user.clone(), Some(noted(&user, "person_added", json!({"clearance": [0, 0]})))).await?;
            for r in role {
                let row =
                    RoleRow { user: user.id.clone(), unit: unit.clone(), role: r.clone(), from: real_now(), to: None };
                store.put_role(row, Some(noted(&user, "role_given", json!({"roles": [r]})))).await?;
            }
            key.give(door, &user).await?;
        }
        Command::Rotate { login, overlap, key, .. } => {
            let user = program(door, login).await?;
            key.check()?;
            let new = key.give(door, &user).await?;
            let until = after(*overlap)?;
            let ended = noted(&user, "client_keys_ended", json!({"to": until}));
            let old = store.end_client_keys(&user.id, Some(&new), until, ended).await?;
            println!("原有密钥 {old} 个，{} 失效", law::time::moment_cn(until));
        }
        Command::End { login, .. } => {
            let user = program(door, login).await?;
            let ended =
                store.end_client_keys(&user.id, None, real_now(), noted(&user, "client_keys_ended", json!({}))).await?;
            println!("已终止密钥 {ended} 个");
        }
        Command::List { .. } => {
            for key in store.client_keys(None).await? {
                let user = store.user(&key.user).await?.context("程序账号")?;
                let used = key
                    .seen_at
                    .map_or_else(|| "没有用过".to_owned(), |at| format!("{} 用过", law::time::moment_cn(at)));
                let state = if key.expires_at > real_now() { "有效至" } else { "已失效：" };
                println!(
                    "{}　{}　{}　{}　{state}{}　{used}",
                    user.login,
                    user.name,
                    user.unit,
                    key.scopes.join("、"),
                    law::time::moment_cn(key.expires_at)
                );
            }
        }
    }
    Ok(())
}

/// The account of a program: one that has had a key. People are given none, or others could act as they.
async fn program(door: &Door, login: &str) -> anyhow::Result<UserRow> {
    let user = door.store().user_by_login(login).await?.with_context(|| format!("没有程序账号“{login}”"))?;
    let keys = door.store().client_keys(Some(&user.id)).await?;
    ensure!(!keys.is_empty(), "“{login}”是人员的账号，不能发放接口密钥");
    Ok(user)
}

impl Key {
    fn check(&self) -> anyhow::Result<()> {
        ensure!(self.days > 0, "密钥至少有效一日");
        let unknown = self.scope.iter().find(|s| !SCOPES.contains(&s.as_str()));
        ensure!(unknown.is_none(), "没有“{}”这种用途：{}", unknown.map_or("", String::as_str), SCOPES.join("、"));
        Ok(())
    }

    /// Gives a program a key and prints it. Answers its identifier.
    async fn give(&self, door: &Door, user: &UserRow) -> anyhow::Result<String> {
        let (token, id, until) = (server::new_token(), uuid(), after(self.days)?);
        let row = ClientKeyRow {
            token: server::token_digest(&token),
            id: id.clone(),
            user: user.id.clone(),
            scopes: self.scope.clone(),
            created_at: real_now(),
            expires_at: until,
            seen_at: None,
        };
        door.store().put_client_key(row, noted(user, "client_key_given", json!({"to": until}))).await?;
        println!("{}（{}）的接口密钥，只显示这一次，{} 失效：", user.name, user.login, law::time::moment_cn(until));
        println!("{CLIENT}{token}");
        Ok(id)
    }
}

fn after(days: u32) -> anyhow::Result<Moment> {
    Ok(real_now().checked_add(SignedDuration::from_hours(i64::from(days) * 24))?)
}

/// Who did it is the one at the machine.
fn noted(user: &UserRow, act: &str, detail: Value) -> AuditRow {
    AuditRow {
        id: uuid(),
        at: real_now(),
        by: "-".into(),
        unit: user.unit.clone(),
        user: user.id.clone(),
        act: act.into(),
        detail,
    }
}

fn uuid() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}
