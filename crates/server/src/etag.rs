//! Entity tags: `"v12"` is the twelfth version of a file.

use axum::http::{HeaderMap, header};

use crate::problem::{Answer, Problem};

/// The tag of a version.
pub fn of_version(version: u64) -> String {
    format!("\"v{version}\"")
}

/// The tag of a file as one person sees it: what he may do and what is due change without a new
/// version, with the time and with his roles. It still names the version.
pub fn of_view(version: u64, user: &str, body: &[u8]) -> String {
    let mut h = seal::Hasher::new();
    h.update(user.as_bytes());
    h.update(&[0]);
    h.update(body);
    let digest = h.finish().sm3.to_string();
    format!("\"v{version}-{}\"", digest.get(..16).unwrap_or_default())
}

/// The version that a request was made on, where it says so.
///
/// # Errors
/// Where the header is not one of our tags.
pub fn expected(headers: &HeaderMap) -> Answer<Option<u64>> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    text.strip_prefix("\"v")
        .and_then(|t| t.strip_suffix('"'))
        .and_then(|n| n.split('-').next()?.parse().ok())
        .map(Some)
        .ok_or_else(|| Problem::bad_request("bad-header", "If-Match 应为查看案件时得到的 ETag，如 \"v12\""))
}

/// Whether the caller already has what stands under this tag.
pub fn already_has(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(',').any(|t| t.trim().trim_start_matches("W/") == tag || t.trim() == "*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, header::HeaderValue::from_static(value))])
    }

    #[test]
    fn if_match_names_a_version() {
        assert_eq!(expected(&HeaderMap::new()).unwrap(), None);
        assert_eq!(expected(&with(header::IF_MATCH, "\"v12\"")).unwrap(), Some(12));
        assert_eq!(expected(&with(header::IF_MATCH, "\"v12-00ff\"")).unwrap(), Some(12));
        assert_eq!(expected(&with(header::IF_MATCH, "*")).unwrap(), None);
        for bad in ["v12", "\"12\"", "\"v-1\"", ""] {
            assert!(expected(&with(header::IF_MATCH, bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn if_none_match_may_list_several() {
        assert!(already_has(&with(header::IF_NONE_MATCH, "\"v1\", W/\"v2\""), "\"v2\""));
        assert!(!already_has(&with(header::IF_NONE_MATCH, "\"v1\""), "\"v2\""));
        assert!(!already_has(&HeaderMap::new(), "\"v2\""));
    }
}
