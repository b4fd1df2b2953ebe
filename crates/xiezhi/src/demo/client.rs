//! One signed-in account for each act, through the HTTP API only.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// The server, with the sessions that were begun.
pub struct Client {
    http: reqwest::Client,
    bases: Vec<String>,
    turn: AtomicUsize,
    tokens: BTreeMap<String, String>,
}

/// An answer: status and body.
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// JSON body.
    pub body: Value,
}

impl Client {
    /// A client of a server; or of several that serve the same node, named with commas between: each call goes to the
    /// next of them.
    pub fn new(base: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(120)).no_proxy().build()?;
        let bases = base.split(',').map(|b| b.trim_end_matches('/').to_owned()).collect();
        Ok(Self { http, bases, turn: AtomicUsize::new(0), tokens: BTreeMap::new() })
    }

    /// Whose turn it is.
    fn base(&self) -> &str {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.bases.get(turn % self.bases.len().max(1)).map_or("", String::as_str)
    }

    /// Signs a person in, once.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> anyhow::Result<()> {
        if self.tokens.contains_key(login) {
            return Ok(());
        }
        let answer = self
            .http
            .post(format!("{}/api/session", self.base()))
            .json(&json!({"login": login, "password": password}))
            .send()
            .await
            .with_context(|| format!("不能连接 {}：演示服务器是否已启动？", self.bases.join("，")))?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        let token =
            body["token"].as_str().ok_or_else(|| anyhow!("{login} 登录失败（{status}）：{}", body["detail"]))?;
        self.tokens.insert(login.to_owned(), token.to_owned());
        Ok(())
    }

    /// A call as a person.
    pub async fn call(
        &self,
        login: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> anyhow::Result<Answer> {
        let token = self.tokens.get(login).ok_or_else(|| anyhow!("{login} 尚未登录"))?;
        let mut r = self.http.request(method, format!("{}{path}", self.base())).bearer_auth(token);
        if let Some(b) = body {
            r = r.json(b);
        }
        if let Some(k) = key {
            r = r.header("Idempotency-Key", k);
        }
        let answer = r.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).with_context(|| format!("{path} 的回答不是 JSON"))?
        };
        Ok(Answer { status, body })
    }

    /// A call that must succeed.
    pub async fn get(&self, login: &str, path: &str) -> anyhow::Result<Value> {
        let a = self.call(login, Method::GET, path, None, None).await?;
        if !a.status.is_success() {
            bail!("{path}（{login}）：{} {}", a.status, problem(&a.body));
        }
        Ok(a.body)
    }

    /// What a call that must succeed answers, as it comes.
    pub async fn bytes(&self, login: &str, path: &str) -> anyhow::Result<Vec<u8>> {
        let token = self.tokens.get(login).ok_or_else(|| anyhow!("{login} 尚未登录"))?;
        let answer = self.http.get(format!("{}{path}", self.base())).bearer_auth(token).send().await?;
        Ok(answer.error_for_status()?.bytes().await?.to_vec())
    }

    /// Listens to a stream for as long as the answer is kept.
    pub async fn listen(&self, login: &str, path: &str) -> anyhow::Result<reqwest::Response> {
        let token = self.tokens.get(login).ok_or_else(|| anyhow!("{login} 尚未登录"))?;
        Ok(self.http.get(format!("{}{path}", self.base())).bearer_auth(token).send().await?.error_for_status()?)
    }

    /// Uploads a content.
    pub async fn upload(&self, login: &str, name: &str, bytes: Vec<u8>) -> anyhow::Result<Value> {
        let token = self.tokens.get(login).ok_or_else(|| anyhow!("{login} 尚未登录"))?;
        let answer = self
            .http
            .post(format!("{}/api/contents", self.base()))
            .query(&[("name", name)])
            .bearer_auth(token)
            .body(bytes)
            .send()
            .await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        if !status.is_success() {
            bail!("上传《{name}》：{status} {}", problem(&body));
        }
        Ok(body)
    }
}

/// A problem document in one line.
pub fn problem(body: &Value) -> String {
    let mut out = body["detail"].as_str().or_else(|| body["title"].as_str()).unwrap_or_default().to_owned();
    for r in body["reasons"].as_array().into_iter().flatten() {
        out.push_str("\n      · ");
        out.push_str(r["text"].as_str().unwrap_or_default());
    }
    out
}
