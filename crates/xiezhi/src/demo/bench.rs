//! The hand-over that `xiezhi bench handover` measures: the story's, with a thicker dossier.

use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::province::Province;
use super::report::Report;
use super::story::Story;
use super::{Node, play};

/// What was measured.
pub struct Measured {
    /// Pages handed over.
    pub pages: u64,
    /// Bytes handed over.
    pub bytes: u64,
    /// Milliseconds from the press to the receipt.
    pub carried: u64,
    /// Milliseconds for the receiver's acceptance check.
    pub checked: u64,
}

/// Plays the story up to 移送审查起诉 with a dossier of about so many pages.
pub async fn handover(data: &Path, library: &Path, examples: &Path, pages: u32, dpi: u32) -> anyhow::Result<Measured> {
    let province = Province::read(examples)?;
    let mut story: Story = crate::files::yaml(&examples.join("stories/drunk-driving.yaml"))?;
    let end = story.steps.iter().position(|s| s.act == "GA01.transfer").context("剧本里没有移送审查起诉")?;
    story.steps.truncate(end + 1);
    story.pages = pages;
    story.dpi = dpi;
    let node = Node::start(&crate::node::Place::demonstration(data, None), library, examples).await?;
    let report = Report::keeping();
    let looked = play::play_and_look(&story, &province, &node.url, "ge", &report).await;
    node.stop().await?;
    let checked = u64::try_from(looked?)?;
    let sent = report
        .kept()
        .into_iter()
        .rev()
        .find(|l| l["type"] == "handover" && l["message"] == "GJ-QS.YSQS")
        .context("没有移送")?;
    let n = |k: &str| sent.get(k).and_then(Value::as_u64).unwrap_or(0);
    Ok(Measured { pages: n("pages"), bytes: n("bytes"), carried: n("ms"), checked })
}
