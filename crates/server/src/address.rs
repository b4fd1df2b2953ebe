//! Where a request comes from.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::App;

/// Where a request comes from. Of an IPv6 address the network counts: one subscriber has it whole.
pub struct Address(pub String);

impl FromRequestParts<Arc<App>> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip().to_canonical());
        Ok(Self(match peer.map(|p| caller(p, &parts.headers, &app.settings.proxies)) {
            Some(IpAddr::V4(a)) => a.to_string(),
            Some(IpAddr::V6(a)) => a.segments().iter().take(4).map(|s| format!("{s:x}")).collect::<Vec<_>>().join(":"),
            None => "-".into(),
        }))
    }
}

/// The nearest address that is none of the operator's own proxies. Each of them appends whom it heard to
/// `X-Forwarded-For`, so the list is believed from its end, as far as proxies wrote it; what stands before that
/// anybody may have made up.
fn caller(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let mut told: Vec<_> = forwarded.flat_map(|v| v.split(',')).map(|a| a.trim().parse::<IpAddr>()).collect();
    let mut nearest = peer;
    while proxies.contains(&nearest) {
        match told.pop() {
            Some(Ok(before)) => nearest = before.to_canonical(),
            _ => break,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_believed_only_as_far_as_proxies_wrote_it() {
        let ip = |a: &str| a.parse::<IpAddr>().unwrap();
        let proxies = [ip("127.0.0.1"), ip("10.0.0.9")];
        for (peer, forwarded, from) in [
            ("10.1.1.1", &["1.2.3.4"][..], "10.1.1.1"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["10.1.1.1"], "10.1.1.1"),
            ("127.0.0.1", &["1.2.3.4, 10.1.1.1"], "10.1.1.1"),
            ("127.0.0.1", &["1.2.3.4", "10.1.1.1, 10.0.0.9"], "10.1.1.1"),
            ("127.0.0.1", &["nonsense, 10.0.0.9"], "10.0.0.9"),
            ("127.0.0.1", &["::ffff:10.1.1.1"], "10.1.1.1"),
        ] {
            let mut headers = HeaderMap::new();
            for f in forwarded {
                headers.append("x-forwarded-for", f.parse().unwrap());
            }
            assert_eq!(caller(ip(peer), &headers, &proxies), ip(from), "{peer} {forwarded:?}");
        }
    }
}
