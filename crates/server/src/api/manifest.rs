//! 移送清单：一次移送带了什么，供打印回执、核对材料。

use std::sync::Arc;

use access::Deed;
use axum::extract::State;
use door::DoorError;
use law::time::Moment;
use procedure::engine::requirements::label;
use procedure::situation::Receipt;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::Path;
use crate::problem::{Answer, Document, Problem};
use crate::schema;
use crate::signed::Signed;

/// What a message carried, with its receipts.
#[derive(Serialize, ToSchema)]
pub struct Manifest {
    /// Identifier of the message.
    message: String,
    /// Chinese name of its kind.
    name: String,
    /// The matter.
    matter: String,
    /// Title of the file.
    title: String,
    /// Chinese name of the sending unit.
    from_name: String,
    /// Chinese name of the receiving unit.
    to_name: String,
    /// This unit sent it.
    sent: bool,
    /// When it was sent (legal time).
    #[schema(value_type = String, format = DateTime)]
    at: Moment,
    /// Which one of this kind between the two units, from 1.
    batch: u32,
    /// SM3 of the canonical manifest.
    digest: String,
    /// Names of the subjects.
    subjects: Vec<String>,
    /// Reason or remark.
    reason: Option<String>,
    /// The technical receipt.
    #[schema(value_type = Option<schema::Receipt>)]
    technical: Option<Receipt>,
    /// It is one that the receiver answers, beside having received it.
    answered: bool,
    /// The business receipt.
    #[schema(value_type = Option<schema::Receipt>)]
    business: Option<Receipt>,
    /// Pages carried.
    pages: u32,
    /// Bytes carried.
    bytes: u64,
    /// Materials carried that this person may see, in the order of the manifest.
    materials: Vec<Entry>,
    /// How many others were carried.
    unseen: usize,
}

/// A material of a manifest.
#[derive(Serialize, ToSchema)]
pub struct Entry {
    /// Title.
    title: String,
    /// Document number.
    number: Option<String>,
    /// Chinese name of the volume.
    volume: String,
    /// First and last page of the catalogue.
    listed: Option<(u32, u32)>,
    /// Pages.
    pages: u32,
    /// Size.
    bytes: u64,
    /// SM3 of the content.
    sm3: String,
}

/// 查看移送清单
///
/// 一次移送（本单位发出或者收到的）带了哪些材料，每份材料的摘要，以及双方的回执。
#[utoipa::path(
    get, path = "/api/files/{file}/messages/{message}/manifest", tag = "移送", operation_id = "read_manifest",
    params(("file" = String, Path, description = "案件"), ("message" = String, Path, description = "移送")),
    responses(
        (status = 200, description = "移送清单", body = Manifest),
        (status = 404, description = "没有这个案件或者移送，或者无权查看", body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path((file, message)): Path<(String, String)>,
) -> Answer<axum::Json<Manifest>> {
    let (door, who) = (&app.door, &signed.who);
    let row = door.store().file(&file).await?.ok_or(DoorError::Hidden)?;
    door.allowed(who, &row, Deed::View)?;
    let s = door.store().state(&file).await?.ok_or(DoorError::Hidden)?.situation;
    let unknown = || Problem::not_found("本案没有这次移送");
    let sent = s.sent.iter().find(|m| m.message == message);
    let received = s.received.iter().any(|m| m.message == message);
    let ledger = door.store().outbox(&message).await?.filter(|_| sent.is_some() || received).ok_or_else(unknown)?;
    let inbox = door.store().inbox(&message).await?;
    let m = ledger.message;
    let library = door.library();
    let readable = door.readable_volumes(who, &row);
    let (pages, bytes) = m.weight();
    let kind = |volume: &str| m.volumes.iter().find(|v| v.id == volume).map(|v| &v.kind);
    let materials: Vec<Entry> = m
        .materials
        .iter()
        .filter_map(|x| Some((x, kind(&x.volume).filter(|k| readable.contains(*k))?)))
        .map(|(x, kind)| Entry {
            title: x.title.clone(),
            number: x.number.clone(),
            volume: library.standard.volumes.get(kind).map_or_else(|| kind.to_string(), |v| v.name.clone()),
            listed: x.listed,
            pages: x.pages,
            bytes: x.bytes,
            sm3: x.sm3.to_string(),
        })
        .collect();
    let units = door.units();
    let named = |unit: &str| units.get(unit).map_or_else(|| unit.to_owned(), |u| u.name.clone());
    let answered =
        s.instances.iter().flat_map(|i| i.hand_overs().map(move |o| (i, o))).find(|(_, o)| o.message == message);
    let technical = match sent {
        Some(x) => x.technical.clone(),
        None => inbox.map(|i| Receipt {
            number: i.receipt,
            at: i.received_at,
            answer: procedure::situation::ReceiptAnswer::Received,
            reason: None,
        }),
    };
    let business = match sent {
        Some(x) => x.business.clone(),
        None => answered.and_then(|(i, o)| {
            let number = i.number.clone().filter(|_| o.answered == Some(procedure::model::Answering::Accepted));
            Some(Receipt {
                number: number.unwrap_or_default(),
                at: o.answered_at?,
                answer: o.answered?.into(),
                reason: None,
            })
        }),
    };
    Ok(axum::Json(Manifest {
        name: library.messages.get(&m.kind).map_or_else(|| m.kind.to_string(), |d| d.name.clone()),
        title: row.title.clone(),
        from_name: named(&m.from),
        to_name: named(&m.to),
        sent: sent.is_some(),
        at: m.sent_at,
        batch: m.batch,
        digest: ledger.digest.to_string(),
        subjects: m.subjects.keys().map(|x| label(&library, &s, x).unwrap_or_else(|| x.clone())).collect(),
        technical,
        answered: library.messages.get(&m.kind).is_some_and(|d| d.answers.is_some()),
        business,
        pages,
        bytes,
        unseen: m.materials.len() - materials.len(),
        materials,
        matter: m.matter,
        reason: m.reason,
        message: m.id,
    }))
}
