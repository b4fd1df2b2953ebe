//! 一个案件的核验：事件链、重建的状态、每次往来的清单摘要。

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::extract::{Path, Query};
use crate::problem::{Answer, Document};
use crate::signed::Signed;

/// What to compute again.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Depth {
    /// 连同卷宗全部文件的摘要一起重算
    #[serde(default)]
    contents: bool,
}

/// What proves a file, computed anew.
#[derive(Serialize, ToSchema)]
pub struct FileProof {
    /// Events whose chain and commitment were recomputed, and from which the state was rebuilt.
    events: u64,
    /// The last link of the chain (SM3).
    head: String,
    /// Contents whose digests were recomputed; none where that was not asked for.
    contents: Option<u64>,
    /// Bytes of those contents.
    bytes: Option<u64>,
    /// What does not hold, in Chinese; empty when all does.
    defects: Vec<ProofDefect>,
    /// The hand-overs that this file knows.
    messages: Vec<MessageProved>,
}

/// Something that does not hold.
#[derive(Serialize, ToSchema)]
pub struct ProofDefect {
    /// `chain`, `rebuild`, `content` or `ledger`.
    kind: &'static str,
    /// In which file, material or message.
    place: String,
    /// What, in Chinese.
    text: String,
}

/// What proves one hand-over.
#[derive(Serialize, ToSchema)]
pub struct MessageProved {
    /// The message.
    message: String,
    /// SM3 of its manifest, as this file has it.
    sm3: String,
    /// SHA-256 of its manifest, computed anew; none where the manifest is not on this node.
    sha256: Option<String>,
    /// The manifest has the digest that this file and both ledgers name; none where the manifest is
    /// not on this node.
    agrees: Option<bool>,
    /// Materials that it carried.
    materials: Option<usize>,
    /// Their pages.
    pages: Option<u32>,
    /// Their bytes.
    bytes: Option<u64>,
    /// Number of the technical receipt in the receiver's ledger.
    receipt: Option<String>,
}

/// 核验一个案件
///
/// 重算事件链，由事件重建状态并与保存的比较，重算每次往来的清单摘要并与收发双方台账比较；带 contents 的，连同卷宗文件的摘要一起重算。
#[utoipa::path(
    get, path = "/api/files/{file}/proof", tag = "案件", operation_id = "read_proof",
    params(("file" = String, Path, description = "案件"), Depth),
    responses(
        (status = 200, description = "核验结果；defects 为空即全部相符", body = FileProof),
        (status = 404, description = "没有这个案件，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(file): Path<String>,
    Query(depth): Query<Depth>,
) -> Answer<axum::Json<FileProof>> {
    let proof = app.door.proof(&signed.who, &file, depth.contents).await?;
    Ok(axum::Json(FileProof {
        events: proof.events,
        head: proof.head.to_string(),
        contents: proof.contents.map(|(n, _)| n),
        bytes: proof.contents.map(|(_, bytes)| bytes),
        defects: proof
            .defects
            .into_iter()
            .map(|d| ProofDefect { kind: d.kind, place: d.place, text: d.text })
            .collect(),
        messages: proof
            .messages
            .into_iter()
            .map(|m| MessageProved {
                message: m.message,
                sm3: m.sm3.to_string(),
                sha256: m.sha256.map(|d| d.to_string()),
                agrees: m.agrees,
                materials: m.carried.map(|(n, _, _)| n),
                pages: m.carried.map(|(_, pages, _)| pages),
                bytes: m.carried.map(|(_, _, bytes)| bytes),
                receipt: m.receipt,
            })
            .collect(),
    }))
}
