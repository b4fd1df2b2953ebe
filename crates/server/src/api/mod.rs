//! The endpoints, one file a group.

mod acts;
mod audit;
mod clock;
mod contents;
mod deadlines;
mod delegations;
pub(crate) mod desk;
mod drafts;
mod events;
mod exports;
mod factors;
mod file;
mod files;
mod forms;
mod handovers;
mod health;
mod library;
mod lists;
mod live;
mod manifest;
mod materials;
mod messages;
mod names;
mod notes;
mod passkeys;
mod password;
mod people;
mod proof;
mod provider;
mod rehearsal;
mod returned;
mod saved;
mod search;
mod session;
mod sessions;
mod tracks;
mod units;
mod verification;
mod work;

use std::sync::Arc;

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;
use crate::problem::{Document, Reason};

type Routes = OpenApiRouter<Arc<App>>;

/// Paths that nobody needs to sign in for: method and path.
const OPEN: [(&str, &str); 12] = [
    ("post", "/api/session"),
    ("get", "/api/session/ways"),
    ("post", "/api/session/provider"),
    ("get", "/api/session/provider/return"),
    ("post", "/api/session/provider/code"),
    ("get", "/api/session/passkey"),
    ("post", "/api/session/passkey"),
    ("post", "/api/session/passkey/challenge"),
    ("get", "/api/clock"),
    ("get", "/health"),
    ("get", "/ready"),
    ("get", "/api/openapi.json"),
];

/// The endpoints that answer at once, and those that may take long: uploads, streams, waiting.
pub fn routers() -> (Routes, Routes) {
    let quick = OpenApiRouter::new()
        .routes(routes!(session::sign_in, session::who_am_i, session::sign_out))
        .routes(routes!(provider::ways))
        .routes(routes!(provider::begin))
        .routes(routes!(provider::come_back))
        .routes(routes!(provider::code))
        .routes(routes!(clock::read, clock::set))
        .routes(routes!(contents::aside))
        .routes(routes!(contents::brought))
        .routes(routes!(files::list, acts::open_file))
        .routes(routes!(file::read))
        .routes(routes!(file::candidates))
        .routes(routes!(acts::open_process))
        .routes(routes!(acts::act))
        .routes(routes!(acts::decide))
        .routes(routes!(rehearsal::act))
        .routes(routes!(rehearsal::proposal))
        .routes(routes!(acts::protect))
        .routes(routes!(events::list))
        .routes(routes!(events::access_log))
        .routes(routes!(materials::page))
        .routes(routes!(materials::shown))
        .routes(routes!(materials::outline))
        .routes(routes!(manifest::read))
        .routes(routes!(materials::text))
        .routes(routes!(search::search))
        .routes(routes!(notes::list, notes::add))
        .routes(routes!(notes::change, notes::remove))
        .routes(routes!(work::todos))
        .routes(routes!(work::deadlines))
        .routes(routes!(work::days))
        .routes(routes!(desk::read))
        .routes(routes!(saved::list, saved::save))
        .routes(routes!(exports::list, exports::begin))
        .routes(routes!(saved::change, saved::remove))
        .routes(routes!(work::notices))
        .routes(routes!(returned::list))
        .routes(routes!(audit::list))
        .routes(routes!(handovers::list))
        .routes(routes!(work::read_notice))
        .routes(routes!(units::list))
        .routes(routes!(units::change))
        .routes(routes!(units::add))
        .routes(routes!(people::list, people::add))
        .routes(routes!(people::change))
        .routes(routes!(people::give_role))
        .routes(routes!(people::end_role))
        .routes(routes!(people::roster))
        .routes(routes!(password::change))
        .routes(routes!(password::reset))
        .routes(routes!(factors::list, factors::begin))
        .routes(routes!(factors::confirm))
        .routes(routes!(factors::remove))
        .routes(routes!(factors::remove_all))
        .routes(routes!(passkeys::place, passkeys::sign_in))
        .routes(routes!(passkeys::ask))
        .routes(routes!(passkeys::list, passkeys::add))
        .routes(routes!(passkeys::begin))
        .routes(routes!(passkeys::remove))
        .routes(routes!(passkeys::remove_all))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(sessions::end_of))
        .routes(routes!(delegations::list, delegations::delegate))
        .routes(routes!(delegations::end))
        .routes(routes!(library::summary))
        .routes(routes!(library::process))
        .routes(routes!(lists::forms))
        .routes(routes!(library::page::page))
        .routes(routes!(library::articles::list))
        .routes(routes!(library::articles::read))
        .routes(routes!(library::citations::read))
        .routes(routes!(deadlines::list))
        .routes(routes!(tracks::list))
        .routes(routes!(forms::forms))
        .routes(routes!(forms::table))
        .routes(routes!(drafts::page))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::description));
    let slow = OpenApiRouter::new()
        .routes(routes!(contents::upload))
        .routes(routes!(materials::content))
        .routes(routes!(messages::read))
        .routes(routes!(exports::read, exports::remove))
        .routes(routes!(live::stream))
        .routes(routes!(proof::read))
        .routes(routes!(verification::verify));
    (quick, slow)
}

/// The OpenAPI 3.1 description.
pub fn openapi() -> OpenApi {
    let (quick, slow) = routers();
    let mut api = quick.merge(slow).into_openapi();
    api.info = InfoBuilder::new()
        .title("獬豸：政法一体化单轨制协同办案平台接口")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "公安、检察、法院、司法行政机关在同一份电子卷宗上办理刑事案件的接口。先以 POST /api/session 登录，\
             再以 Authorization: Bearer 或者登录时设置的 cookie 调用。字段一律为下划线小写；时刻为 RFC 3339，金额以分计；\
             不能办理时，返回问题说明（RFC 9457，application/problem+json），逐项写明原因、位置和依据。",
        ))
        .build();
    api.servers = None;
    describe_refusals(&mut api);
    api
}

/// Every operation may answer a problem, and most ask for a session.
fn describe_refusals(api: &mut OpenApi) {
    let components = api.components.get_or_insert_default();
    components.schemas.insert(Document::name().into_owned(), Document::schema());
    components.schemas.insert(Reason::name().into_owned(), Reason::schema());
    components
        .add_security_scheme("bearer", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    components
        .add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::signed::COOKIE))));
    let problem = ResponseBuilder::new()
        .description("问题说明：不能办理的原因、位置、依据和办法")
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(Ref::from_schema_name(Document::name()))).build(),
        )
        .build();
    for (path, item) in &mut api.paths.paths {
        let operations =
            [("get", &mut item.get), ("post", &mut item.post), ("put", &mut item.put), ("delete", &mut item.delete)];
        for (method, operation) in operations {
            let Some(o) = operation else { continue };
            o.responses.responses.insert("default".into(), RefOr::T(problem.clone()));
            if !OPEN.contains(&(method, path.as_str())) {
                o.security = Some(["bearer", "cookie"].map(|s| SecurityRequirement::new::<_, _, String>(s, [])).into());
            }
        }
    }
}
