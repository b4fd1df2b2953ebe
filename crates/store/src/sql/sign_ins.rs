//! Sessions, browsers, keys of programs, factors, passkeys, tries.

use std::time::Duration;

use async_trait::async_trait;
use law::time::Moment;

use super::codec::{Arg, Columns, Value, args};
use super::statement::{Statement, Write};
use super::table::{Table, insert, insert_where};
use super::{Database, Engine};
use crate::error::StoreError;
use crate::rows::AuditRow;
use crate::sign_ins::{
    BegunRow, ChallengeRow, ClientKeyRow, DeviceRow, FactorRow, NewPassword, PasskeyRow, SessionRow, SignIns, StandsOn,
};

type Result<T> = std::result::Result<T, StoreError>;

/// Failed sign-ins that no limit looks at any more.
const FORGET_FAILURES: Duration = Duration::from_secs(24 * 60 * 60);

/// One at a time, of what changes by what a person proves himself.
fn proofs(user: &str) -> String {
    format!("proofs of {user}")
}

/// Fewer than the argument after so many columns.
fn within(count: &str, width: usize) -> String {
    format!("({count}) < ${}", width + 1)
}

/// Whether the session still stands in which a person changes what he proves himself by, given the places of its token
/// and of its user among the arguments. An administrator does it in none of that person's.
fn stands(token: &str, user: &str) -> String {
    format!("(EXISTS (SELECT 1 FROM sessions WHERE token = {token} AND user_id = {user}) OR {token} = '')")
}

/// A note of what is written with it, where a condition on `args` holds.
pub(super) fn note_where(condition: &str, mut args: Vec<Value>, noted: &AuditRow) -> Statement {
    let from = args.len() + 1;
    let columns: Vec<String> = (from..from + AuditRow::WIDTH).map(|n| format!("${n}")).collect();
    args.extend(noted.args());
    let (into, columns) = (AuditRow::COLUMNS, columns.join(", "));
    (format!("INSERT INTO audit ({into}) SELECT {columns} WHERE {condition}"), args)
}

/// Takes proofs of a person away, one or all of a table, ends his sessions but one, and notes it; nothing where there
/// is none, or that one has ended.
fn removal(table: &str, user: &str, id: Option<&str>, but: &str, noted: &AuditRow) -> Write {
    let these = format!("FROM {table} WHERE user_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id = $2)");
    let stands = stands("$3", "$1");
    let there = format!("EXISTS (SELECT 1 {these}) AND {stands}");
    let (note, noted) = note_where(&there, args![user, id, but], noted);
    Write::one(note, noted)
        .then(format!("DELETE FROM sessions WHERE user_id = $1 AND token <> $3 AND {there}"), args![user, id, but])
        .then(format!("DELETE {these} AND {stands} RETURNING id"), args![user, id, but])
        .alone(proofs(user))
}

#[async_trait]
impl<E: Engine> SignIns for Database<E> {
    async fn put_session(&self, s: SessionRow, on: StandsOn<'_>) -> Result<bool> {
        let (condition, proof) = match on {
            StandsOn::Password(hash) => ("EXISTS (SELECT 1 FROM users WHERE id = $2 AND password = $10)", Some(hash)),
            StandsOn::Passkey(id) => ("EXISTS (SELECT 1 FROM passkeys WHERE user_id = $2 AND id = $10)", Some(id)),
            StandsOn::Nothing => ("1 = 1", None),
        };
        let begin = insert_where::<SessionRow>("sessions", condition) + " RETURNING id";
        let mut args = s.args();
        args.extend(proof.map(Arg::arg));
        let write = Write::one("DELETE FROM sessions WHERE expires_at <= $1", args![s.created_at])
            .then(begin, args)
            .alone(proofs(&s.user));
        Ok(!self.0.write(write).await?.is_empty())
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

    async fn known_device(&self, token: &str) -> Result<bool> {
        Ok(self.one("SELECT user_id FROM devices WHERE token = $1 LIMIT 1", args![token]).await?.is_some())
    }

    async fn set_password(&self, new: NewPassword<'_>, noted: AuditRow) -> Result<bool> {
        let NewPassword { user, old, password, temporary_until, session, passkeys } = new;
        let this = "id = $1 AND (CAST($2 AS TEXT) IS NULL OR password = $2)";
        let fits = format!("EXISTS (SELECT 1 FROM users WHERE {this})");
        let (note, noted) = note_where(&fits, args![user, old], &noted);
        let ended = format!("DELETE FROM sessions WHERE user_id = $1 AND token <> $3 AND {fits}");
        let mut write = Write::one(note, noted).then(ended, args![user, old, session]);
        if let Some(noted) = passkeys {
            let some = format!("{fits} AND EXISTS (SELECT 1 FROM passkeys WHERE user_id = $1)");
            let (note, noted) = note_where(&some, args![user, old], &noted);
            let gone = format!("DELETE FROM passkeys WHERE user_id = $1 AND {fits}");
            write = write.then(note, noted).then(gone, args![user, old]);
        }
        let set = format!("UPDATE users SET password = $3, temporary_until = $4 WHERE {this} RETURNING id");
        let write = write.then(set, args![user, old, password, temporary_until]).alone(proofs(user));
        Ok(!self.0.write(write).await?.is_empty())
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
        let room = within("SELECT COUNT(*) FROM begun_sign_ins WHERE address = $4", BegunRow::WIDTH);
        let sql = format!(
            "{} ON CONFLICT (state) DO UPDATE SET device = excluded.device, address = excluded.address,
             user_id = excluded.user_id, expires_at = excluded.expires_at RETURNING state",
            insert_where::<BegunRow>("begun_sign_ins", &room)
        );
        let mut args = b.args();
        args.push(most.arg());
        let write = Write::one("DELETE FROM begun_sign_ins WHERE expires_at <= $1", args![now])
            .then(sql, args)
            .alone(format!("begun sign-ins {}", b.address));
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

    async fn put_factor(&self, f: FactorRow, most: u32, session: &str) -> Result<bool> {
        let begun = format!(
            "DELETE FROM factors WHERE user_id = $1 AND kind = $2 AND confirmed_at IS NULL AND {}",
            stands("$3", "$1")
        );
        let room = "SELECT COUNT(*) FROM factors WHERE user_id = $2 AND confirmed_at IS NOT NULL";
        let may = format!("{} AND {}", within(room, FactorRow::WIDTH), stands("$10", "$2"));
        let add = insert_where::<FactorRow>("factors", &may) + " RETURNING id";
        let mut args = f.args();
        args.extend(args![most, session]);
        let write = Write::one(begun, args![f.user, f.kind, session]).then(add, args).alone(proofs(&f.user));
        Ok(!self.0.write(write).await?.is_empty())
    }

    async fn factors(&self, user: &str) -> Result<Vec<FactorRow>> {
        self.select("FROM factors WHERE user_id = $1 ORDER BY created_at, id", args![user]).await
    }

    async fn use_factor(&self, id: &str, step: i64) -> Result<bool> {
        let sql = "UPDATE factors SET step = $2
            WHERE id = $1 AND confirmed_at IS NOT NULL AND step < $2 RETURNING id";
        Ok(!self.0.write(Write::one(sql, args![id, step])).await?.is_empty())
    }

    async fn confirm_factor(&self, f: &FactorRow, step: i64, at: Moment, but: &str, noted: AuditRow) -> Result<bool> {
        let stands = stands("$3", "$2");
        let open = format!("EXISTS (SELECT 1 FROM factors WHERE id = $1 AND confirmed_at IS NULL) AND {stands}");
        let (note, noted) = note_where(&open, args![f.id, f.user, but], &noted);
        let ended = format!("DELETE FROM sessions WHERE user_id = $2 AND token <> $3 AND {open}");
        let confirm = format!(
            "UPDATE factors SET step = $4, confirmed_at = $5
             WHERE id = $1 AND user_id = $2 AND confirmed_at IS NULL AND {stands} RETURNING id"
        );
        let write = Write::one(note, noted)
            .then(ended, args![f.id, f.user, but])
            .then(confirm, args![f.id, f.user, but, step, at])
            .alone(proofs(&f.user));
        Ok(!self.0.write(write).await?.is_empty())
    }

    async fn end_factors(&self, user: &str, id: Option<&str>, but: &str, noted: AuditRow) -> Result<u64> {
        Ok(self.0.write(removal("factors", user, id, but, &noted)).await?.len() as u64)
    }

    async fn put_challenge(&self, c: ChallengeRow, most: u32, now: Moment) -> Result<bool> {
        let waiting = "SELECT COUNT(*) FROM passkey_challenges
            WHERE address = $3 AND COALESCE(user_id, '') = COALESCE(CAST($2 AS TEXT), '')";
        let room = within(waiting, ChallengeRow::WIDTH);
        let add = insert_where::<ChallengeRow>("passkey_challenges", &room) + " RETURNING id";
        let mut args = c.args();
        args.push(most.arg());
        let write = Write::one("DELETE FROM passkey_challenges WHERE until <= $1", args![now])
            .then(add, args)
            .alone(format!("passkey challenges {}", c.address));
        Ok(!self.0.write(write).await?.is_empty())
    }

    async fn take_challenge(&self, id: &str, user: Option<&str>, now: Moment) -> Result<Option<ChallengeRow>> {
        let sql = format!(
            "DELETE FROM passkey_challenges WHERE id = $1 AND COALESCE(user_id, '') = COALESCE(CAST($2 AS TEXT), '')
                AND until > $3 RETURNING {}",
            ChallengeRow::COLUMNS
        );
        self.0.write(Write::one(sql, args![id, user, now])).await?.first().map(ChallengeRow::read).transpose()
    }

    async fn put_passkey(&self, p: PasskeyRow, most: u32, session: &str, way: &str, noted: AuditRow) -> Result<bool> {
        let have = "SELECT COUNT(*) FROM passkeys WHERE user_id = $2 AND host IN ('', $9)";
        let may = format!("{} AND {}", within(have, PasskeyRow::WIDTH), stands("$11", "$2"));
        let add = insert_where::<PasskeyRow>("passkeys", &may) + " ON CONFLICT (credential_id) DO NOTHING";
        let mut args = p.args();
        args.extend(args![most, session]);
        let added = "EXISTS (SELECT 1 FROM passkeys WHERE id = $1)";
        let proved = format!("UPDATE sessions SET way = $3 WHERE token = $2 AND {added}");
        let ended = format!("DELETE FROM sessions WHERE user_id = $2 AND token <> $3 AND {added}");
        let (note, noted) = note_where(added, args![p.id], &noted);
        let write = Write::one(add, args)
            .then(proved, args![p.id, session, way])
            .then(ended, args![p.id, p.user, session])
            .then(note + " RETURNING id", noted)
            .alone(proofs(&p.user));
        Ok(!self.0.write(write).await?.is_empty())
    }

    async fn passkeys(&self, user: &str) -> Result<Vec<PasskeyRow>> {
        self.select("FROM passkeys WHERE user_id = $1 ORDER BY created_at, id", args![user]).await
    }

    async fn passkey(&self, credential_id: &str) -> Result<Option<PasskeyRow>> {
        self.select_one("FROM passkeys WHERE credential_id = $1", args![credential_id]).await
    }

    async fn use_passkey(&self, p: &PasskeyRow, at: Moment) -> Result<bool> {
        let sql = "UPDATE passkeys SET counter = $2, credential = $3, used_at = $4, host = $5
            WHERE id = $1 AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING id";
        Ok(!self.0.write(Write::one(sql, args![p.id, p.counter, p.credential, at, p.host])).await?.is_empty())
    }

    async fn end_passkeys(&self, user: &str, id: Option<&str>, but: &str, noted: AuditRow) -> Result<u64> {
        Ok(self.0.write(removal("passkeys", user, id, but, &noted)).await?.len() as u64)
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
