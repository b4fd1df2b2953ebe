//! The address at which browsers have the platform: passkeys serve there, and the identity provider leads back to it.

use reqwest::Url;

/// Scheme, name and port; no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Url);

impl Origin {
    /// An address such as `https://xz.example`.
    ///
    /// # Errors
    /// Where it has a path, or neither TLS nor a place on this machine.
    pub fn parse(address: &str) -> Result<Self, String> {
        let unfit = || {
            format!(
                "“{address}”不是浏览器访问本平台的网址：应为 https:// 加域名（可以带端口），不带路径；只有本机试用可以为 http://localhost"
            )
        };
        let url = secure(address).ok_or_else(unfit)?;
        if url.as_str().trim_end_matches('/') == url.origin().ascii_serialization() {
            Ok(Self(url))
        } else {
            Err(unfit())
        }
    }

    /// As browsers write it.
    pub fn text(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// As a URL.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

/// An address that others cannot listen to on the way.
pub(crate) fn secure(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let local = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    (url.scheme() == "https" || (url.scheme() == "http" && local)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_an_address_without_a_path() {
        for (address, text) in [
            ("https://xz.example", "https://xz.example"),
            ("https://XZ.example:8443/", "https://xz.example:8443"),
            ("https://10.0.0.1", "https://10.0.0.1"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:1", "http://[::1]:1"),
        ] {
            assert_eq!(Origin::parse(address).unwrap().text(), text);
        }
        for address in [
            "http://xz.example",
            "http://127.0.0.1.example",
            "https://xz.example/work",
            "https://xz.example?a",
            "https://xz.example#a",
            "https://a:b@xz.example",
            "ftp://xz.example",
            "xz.example",
            "",
        ] {
            let told = Origin::parse(address).unwrap_err();
            assert!(told.contains("应为 https:// 加域名"), "{address}: {told}");
        }
    }
}
