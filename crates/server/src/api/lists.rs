//! 清单的筛选项和列：由规则库而来。

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::forms::{Choice, FieldForm, field};
use crate::App;
use crate::lists::{listable, personal, sortable};
use crate::signed::Signed;

/// By what the case list can be filtered, and what it can show.
#[derive(Serialize, ToSchema)]
pub struct ListForms {
    /// Digest of the library.
    library: String,
    /// The fields of the cards, in the order of the cards.
    fields: Vec<ListField>,
    /// The states of each process.
    stages: Vec<ProcessChoices>,
    /// The deadlines of each process.
    deadlines: Vec<ProcessChoices>,
}

/// A card field as lists use it.
#[derive(Serialize, ToSchema)]
pub struct ListField {
    /// `card.field`.
    key: String,
    /// Chinese name of the card.
    card_name: String,
    /// It may stand in a column. What is personal may not, nor may a table.
    listable: bool,
    /// It is about somebody, or has columns that are: it is found by its whole value only.
    personal: bool,
    /// The list can be sorted by it.
    sortable: bool,
    /// What it is.
    field: FieldForm,
}

/// Something of a process to choose from.
#[derive(Serialize, ToSchema)]
pub struct ProcessChoices {
    /// The process.
    process: String,
    /// Chinese name.
    name: String,
    /// Agencies that run it.
    agency: Vec<String>,
    /// What there is: `process.state` or `process.deadline`, and its Chinese name.
    choices: Vec<Choice>,
}

/// 查看清单的筛选项和列
///
/// 案卡项、各流程的状态和期限；案件清单可以按它们筛选，可以列出的案卡项见 listable。
#[utoipa::path(get, path = "/api/library/lists", tag = "规则库", operation_id = "read_list_forms", responses((status = 200, description = "筛选项和列", body = ListForms)))]
pub async fn forms(State(app): State<Arc<App>>, _: Signed) -> axum::Json<ListForms> {
    let current = app.door.library();
    let library = current.as_ref();
    let fields = library.cards.iter().flat_map(|(card, c)| {
        c.fields.iter().enumerate().map(move |(at, (id, f))| ListField {
            key: format!("{card}.{id}"),
            card_name: c.name.clone(),
            listable: listable(f),
            personal: personal(f),
            sortable: sortable(library, card.as_str(), f),
            field: field(library, id.as_str(), at, f),
        })
    });
    let of = |what: fn(&procedure::model::Process) -> Vec<(String, String)>| {
        let choices = library.processes.iter().map(|(id, p)| ProcessChoices {
            process: id.to_string(),
            name: p.name.clone(),
            agency: p.agency.iter().map(ToString::to_string).collect(),
            choices: what(p).into_iter().map(|(x, label)| Choice { value: format!("{id}.{x}"), label }).collect(),
        });
        choices.filter(|p| !p.choices.is_empty()).collect()
    };
    axum::Json(ListForms {
        library: library.digest.to_string(),
        fields: fields.collect(),
        stages: of(|p| {
            p.states.iter().filter(|(_, s)| !s.end).map(|(id, s)| (id.to_string(), s.name.clone())).collect()
        }),
        deadlines: of(|p| p.deadlines.iter().map(|(id, d)| (id.to_string(), d.name.clone())).collect()),
    })
}
