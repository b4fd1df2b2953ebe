//! The options of an office's own identity provider.

use std::sync::Arc;

use anyhow::{Context, bail};
use server::{Origin, Provider, ProviderOptions};

#[derive(clap::Args)]
pub struct Options {
    /// 本单位的身份认证系统（OpenID Connect）的地址，与其自称的 issuer 一致；指定后，登录页可以由它登录
    #[arg(long, env = "XIEZHI_OIDC_ISSUER")]
    oidc_issuer: Option<String>,
    /// 本系统在身份认证系统登记的客户端标识
    #[arg(long, env = "XIEZHI_OIDC_CLIENT")]
    oidc_client: Option<String>,
    /// 客户端密钥：请用环境变量，或者只有服务账号可以读取的配置文件
    #[arg(long, env = "XIEZHI_OIDC_SECRET", hide_env_values = true)]
    oidc_secret: Option<String>,
    /// 身份认证系统的名称，显示在登录页的按钮上
    #[arg(long, default_value = "统一身份认证", env = "XIEZHI_OIDC_NAME")]
    oidc_name: String,
    /// 哪一项声明是本系统的用户名；须由管理员设置，不能由本人更改
    #[arg(long, default_value = "preferred_username", env = "XIEZHI_OIDC_CLAIM")]
    oidc_claim: String,
    /// 身份认证系统的哪些 amr、acr 值可以认定为核验了多种要素（可以重复）：不再要求本系统的动态验证码；不指定的，一律要求
    #[arg(long, env = "XIEZHI_OIDC_SEVERAL", value_delimiter = ',')]
    oidc_several: Vec<String>,
}

impl Options {
    /// The provider, where one is named. `origin` is where browsers have this server.
    pub fn provider(&self, origin: Option<&Origin>) -> anyhow::Result<Option<Arc<Provider>>> {
        let Some(issuer) = self.oidc_issuer.clone() else {
            if self.oidc_client.is_some() || self.oidc_secret.is_some() {
                bail!("指定了身份认证系统的客户端，还须用 --oidc-issuer 指定它的地址");
            }
            return Ok(None);
        };
        let provider = Provider::new(ProviderOptions {
            issuer,
            client: self.oidc_client.clone().context("请用 --oidc-client 指定客户端标识")?,
            secret: self.oidc_secret.clone().context("请用环境变量 XIEZHI_OIDC_SECRET 指定客户端密钥")?,
            name: self.oidc_name.clone(),
            claim: self.oidc_claim.clone(),
            several: self.oidc_several.iter().cloned().collect(),
            origin: origin.cloned().context("请用 --origin 指定浏览器访问本平台的网址")?,
        });
        provider.map(|p| Some(Arc::new(p))).map_err(anyhow::Error::msg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Options,
    }

    fn provider(line: &[&str], origin: Option<&str>) -> anyhow::Result<Option<Arc<Provider>>> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let line = ["xiezhi"].iter().chain(line);
        Line::parse_from(line).args.provider(origin.map(|o| Origin::parse(o).unwrap()).as_ref())
    }

    #[test]
    fn what_is_missing_is_told_before_anybody_wants_to_sign_in() {
        let whole = ["--oidc-issuer", "https://id.example", "--oidc-client", "xiezhi", "--oidc-secret", "s"];
        assert!(provider(&[], None).unwrap().is_none());
        let there = provider(&whole, Some("https://xz.example")).unwrap().unwrap();
        assert_eq!(there.back(), "https://xz.example/api/session/provider/return");
        for (line, why) in [
            (&whole[..], "--origin"),
            (&whole[..4], "XIEZHI_OIDC_SECRET"),
            (&whole[..2], "--oidc-client"),
            (&whole[2..], "--oidc-issuer"),
        ] {
            let told = format!("{:#}", provider(line, None).unwrap_err());
            assert!(told.contains(why), "{told}");
        }
    }
}
