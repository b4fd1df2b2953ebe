//! Sessions, browsers, keys of programs, factors, passkeys, tries.

use std::time::Duration;

use async_trait::async_trait;
use law::time::Moment;

use super::codec::{Arg, Columns, args};
use super::statement::Write;
use super::table::{Table, insert, placeholders};
use super::{Database, Engine};
use crate::error::StoreError;
use crate::rows::{AuditRow, BegunRow, ChallengeRow, ClientKeyRow, DeviceRow, FactorRow, PasskeyRow, SessionRow};
use crate::sign_ins::SignIns;

type Result<T> = std::result::Result<T, StoreError>;

/// Failed sign-ins that no limit looks at any more.
const FORGET_FAILURES: Duration = Duration::from_secs(24 * 60 * 60);

#[async_trait]
impl<E: Engine> SignIns for Database<E> {
    async fn put_session(&self, s: SessionRow) -> Result<()> {
        let write = Write::one("DELETE FROM sessions WHERE expires_at <= $1", args![s.created_at])
            .then(insert::<SessionRow>("sessions"), s.args());
        self.0.write(write).await.map(drop)
    }

    async fn session(&self, token: &str) -> Result<Option<SessionRow>> {
        self.select_one("FROM sessions WHERE token = $1", args![token]).await
    }

    async fn end_session(&self, token: &str) -> Result<()> {
        self.put("DELETE FROM sessions WHERE token = $1", args![token]).await
    }

    async fn end_sessions(&self, user: &str, but: &str) -> Result<()> {
        self.put("DELETE FROM sessions WHERE user_id = $1 AND token <> $2", args![user, but]).await
    }

    async fn session_seen(&self, token: &str, at: Moment) -> Result<()> {
        self.put("UPDATE sessions SET seen_at = $2 WHERE token = $1 AND seen_at < $2", args![token, at]).await
    }

    async fn sessions_of(&self, user: &str, at: Moment) -> Result<Vec<SessionRow>> {
        let rest = "FROM sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, id";
        self.select(rest, args![user, at]).await
    }

    async fn end_session_of(&self, user: &str, id: &str) -> Result<bool> {
        let sql = "DELETE FROM sessions WHERE user_id = $1 AND id = $2 RETURNING id";
        Ok(!self.0.write(Write::one(sql, args![user, id])).await?.is_empty())
    }

    async fn put_device(&self, d: DeviceRow, before: Moment) -> Result<()> {
        let sql = format!(
            "{} ON CONFLICT (token, user_id) DO UPDATE SET seen_at = excluded.seen_at",
            insert::<DeviceRow>("devices")
        );
        let write = Write::one("DELETE FROM devices WHERE seen_at < $1", args![before]).then(sql, d.args());
        self.0.write(write).await.map(drop)
    }

    async fn device(&self, token: &str, user: &str) -> Result<Option<DeviceRow>> {
        self.select_one("FROM devices WHERE token = $1 AND user_id = $2", args![token, user]).await
    }

    async fn put_client_key(&self, key: ClientKeyRow, noted: AuditRow) -> Result<()> {
        let write = Write::one(insert::<ClientKeyRow>("client_keys"), key.args())
            .then(insert::<AuditRow>("audit"), noted.args());
        self.0.write(write).await.map(drop)
    }

    async fn client_key(&self, token: &str) -> Result<Option<ClientKeyRow>> {
        self.select_one("FROM client_keys WHERE token = $1", args![token]).await
    }

    async fn client_keys(&self, user: Option<&str>) -> Result<Vec<ClientKeyRow>> {
        let rest = "FROM client_keys WHERE CAST($1 AS TEXT) IS NULL OR user_id = $1 ORDER BY user_id, created_at, id";
        self.select(rest, args![user]).await
    }

    async fn client_key_seen(&self, token: &str, at: Moment) -> Result<()> {
        self.put("UPDATE client_keys SET seen_at = $2 WHERE token = $1", args![token, at]).await
    }

    async fn end_client_keys(&self, user: &str, but: Option<&str>, at: Moment, noted: AuditRow) -> Result<u64> {
        let sql = "UPDATE client_keys SET expires_at = $3
            WHERE user_id = $1 AND expires_at > $3 AND (CAST($2 AS TEXT) IS NULL OR id <> $2) RETURNING id";
        let write = Write::one(insert::<AuditRow>("audit"), noted.args()).then(sql, args![user, but, at]);
        Ok(self.0.write(write).await?.len() as u64)
    }

    async fn put_begun(&self, b: BegunRow, most: u32, now: Moment) -> Result<bool> {
        let sql = format!(
            "INSERT INTO begun_sign_ins ({}) SELECT {} WHERE
             (SELECT COUNT(*) FROM begun_sign_ins WHERE address = $4) < ${}
             ON CONFLICT (state) DO UPDATE SET device = excluded.device, address = excluded.address,
             user_id = excluded.user_id, expires_at = excluded.expires_at RETURNING state",
            BegunRow::COLUMNS,
            placeholders(BegunRow::WIDTH),
            BegunRow::WIDTH + 1
        );
        let mut args = b.args();
        args.push(most.arg());
        let write = Write::one("DELETE FROM begun_sign_ins WHERE expires_at <= $1", args![now]).then(sql, args);
        Ok(!self.0.write(write).await?.is_empty())
    }

    async fn begun(&self, state: &str, browser: &str, now: Moment) -> Result<Option<BegunRow>> {
        let rest = "FROM begun_sign_ins WHERE state = $1 AND browser = $2 AND expires_at > $3";
        self.select_one(rest, args![state, browser, now]).await
    }

    async fn take_begun(&self, state: &str, browser: &str, now: Moment) -> Result<Option<BegunRow>> {
        let sql = format!(
            "DELETE FROM begun_sign_ins WHERE state = $1 AND browser = $2 AND expires_at > $3 RETURNING {}",
            BegunRow::COLUMNS
        );
        let rows = self.0.write(Write::one(sql, args![state, browser, now])).await?;
        rows.first().map(BegunRow::read).transpose()
    }

    async fn put_factor(&self, f: FactorRow) -> Result<()> {
        let begun = "DELETE FROM factors WHERE user_id = $1 AND kind = $2 AND confirmed_at IS NULL";
        let write = Write::one(begun, args![f.user, f.kind]).then(insert::<FactorRow>("factors"), f.args());
        self.0.write(write).await.map(drop)
    }

    async fn factors(&self, user: &str) -> Result<Vec<FactorRow>> {
        self.select("FROM factors WHERE user_id = $1 ORDER BY created_at, id", args![user]).await
    }

    async fn use_factor(&self, id: &str, step: i64, at: Moment) -> Result<bool> {
        let sql = "UPDATE factors SET step = $2, confirmed_at = COALESCE(confirmed_at, $3)
            WHERE id = $1 AND step < $2 RETURNING id";
        Ok(!self.0.write(Write::one(sql, args![id, step, at])).await?.is_empty())
    }

    async fn end_factors(&self, user: &str, id: Option<&str>, noted: Option<AuditRow>) -> Result<u64> {
        let write = match noted {
            Some(row) => Write::one(insert::<AuditRow>("audit"), row.args()),
            None => Write::default(),
        };
        let sql = "DELETE FROM factors WHERE user_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id = $2) RETURNING id";
        Ok(self.0.write(write.then(sql, args![user, id])).await?.len() as u64)
    }

    async fn put_challenge(&self, c: ChallengeRow, now: Moment) -> Result<()> {
        let write = Write::one("DELETE FROM passkey_challenges WHERE until <= $1", args![now])
            .then(insert::<ChallengeRow>("passkey_challenges"), c.args());
        self.0.write(write).await.map(drop)
    }

    async fn challenges(&self, address: &str, now: Moment) -> Result<u32> {
        let sql = "SELECT COUNT(*) FROM passkey_challenges WHERE address = $1 AND user_id IS NULL AND until > $2";
        let row = self.one(sql, args![address, now]).await?;
        row.as_ref().map_or(Ok(0), |r| Columns::of(r, "通行密钥的质询").next())
    }

    async fn take_challenge(&self, id: &str, user: Option<&str>, now: Moment) -> Result<Option<ChallengeRow>> {
        let sql = format!(
            "DELETE FROM passkey_challenges WHERE id = $1 AND COALESCE(user_id, '') = COALESCE(CAST($2 AS TEXT), '')
                AND until > $3 RETURNING {}",
            ChallengeRow::COLUMNS
        );
        self.0.write(Write::one(sql, args![id, user, now])).await?.first().map(ChallengeRow::read).transpose()
    }

    async fn put_passkey(&self, p: PasskeyRow, noted: AuditRow) -> Result<bool> {
        let add = format!("{} ON CONFLICT (credential_id) DO NOTHING", insert::<PasskeyRow>("passkeys"));
        let note = format!(
            "INSERT INTO audit ({}) SELECT {} WHERE EXISTS (SELECT 1 FROM passkeys WHERE id = ${}) RETURNING id",
            AuditRow::COLUMNS,
            placeholders(AuditRow::WIDTH),
            AuditRow::WIDTH + 1
        );
        let mut noted = noted.args();
        noted.extend(args![p.id]);
        Ok(!self.0.write(Write::one(add, p.args()).then(note, noted)).await?.is_empty())
    }

    async fn passkeys(&self, user: &str) -> Result<Vec<PasskeyRow>> {
        self.select("FROM passkeys WHERE user_id = $1 ORDER BY created_at, id", args![user]).await
    }

    async fn passkey(&self, credential_id: &str) -> Result<Option<PasskeyRow>> {
        self.select_one("FROM passkeys WHERE credential_id = $1", args![credential_id]).await
    }

    async fn use_passkey(&self, p: &PasskeyRow, at: Moment) -> Result<bool> {
        let sql = "UPDATE passkeys SET counter = $2, credential = $3, used_at = $4
            WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING id";
        Ok(!self.0.write(Write::one(sql, args![p.id, p.counter, p.credential, at])).await?.is_empty())
    }

    async fn end_passkeys(&self, user: &str, id: Option<&str>, noted: AuditRow) -> Result<u64> {
        let sql = "DELETE FROM passkeys WHERE user_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id = $2) RETURNING id";
        let write = Write::one(insert::<AuditRow>("audit"), noted.args()).then(sql, args![user, id]);
        Ok(self.0.write(write).await?.len() as u64)
    }

    async fn failed_sign_in(&self, key: &str, at: Moment, since: Moment) -> Result<u32> {
        let forgotten = at.checked_sub(FORGET_FAILURES).unwrap_or(Moment::MIN).min(since);
        let write = Write::one("DELETE FROM sign_in_failures WHERE at < $1", args![forgotten])
            .then("INSERT INTO sign_in_failures (key, at) VALUES ($1, $2)", args![key, at])
            .then("SELECT COUNT(*) FROM sign_in_failures WHERE key = $1 AND at >= $2", args![key, since])
            .alone(format!("sign-in {key}"));
        let rows = self.0.write(write).await?;
        rows.first().map_or(Ok(0), |r| Columns::of(r, "登录失败次数").next())
    }

    async fn failed_sign_ins(&self, key: &str, since: Moment) -> Result<u32> {
        let sql = "SELECT COUNT(*) FROM sign_in_failures WHERE key = $1 AND at >= $2";
        let row = self.one(sql, args![key, since]).await?;
        row.as_ref().map_or(Ok(0), |r| Columns::of(r, "登录失败次数").next())
    }
}
