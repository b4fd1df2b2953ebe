//! A node: its folder, its database, its door, and the province of a demonstration.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use door::Door;
use store::bucket::Bucket;
use store::content::Folder;
use store::{Postgres, Repository, Sqlite};

use crate::spool::Spool;
use crate::{demo, files};

/// The day on which the business clock of a new demonstration stands.
const BEGINS: &str = "2026-03-02T09:00:00+08:00";

/// Megabytes of contents that a machine keeps copies of.
const COPIES: u64 = 20 << 10;

/// Where a node is kept.
#[derive(clap::Args)]
pub struct Place {
    /// 数据目录
    #[arg(long, default_value = "data", env = "XIEZHI_DATA")]
    pub data: PathBuf,
    /// 数据库（postgres://用户@主机:端口/库名）；不指定的，用数据目录中的 SQLite。地址里有密码的，请用环境变量
    #[arg(long, env = "XIEZHI_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// 文件内容放在哪个 S3 兼容存储（s3://存储桶/前缀）；不指定的，放在数据目录。访问地址和密钥用 AWS_ENDPOINT_URL、AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY 等环境变量
    #[arg(long, env = "XIEZHI_CONTENT")]
    pub content: Option<String>,
    /// 使用 S3 存储时，本机最多保留多少 MB 文件副本（随时可以重新取回，超出时先清理最久未用的）
    #[arg(long, default_value_t = COPIES, env = "XIEZHI_CONTENT_COPIES")]
    pub content_copies: u64,
    /// 作为演示环境：装入虚构省份，业务时间可以设置
    #[arg(long)]
    pub demonstration: bool,
}

impl Place {
    /// In this folder, and on this database.
    pub fn new(data: &Path, database: Option<&str>) -> Self {
        Self {
            data: data.to_path_buf(),
            database: database.map(str::to_owned),
            content: None,
            content_copies: COPIES,
            demonstration: false,
        }
    }

    /// A demonstration.
    pub fn demonstration(data: &Path, database: Option<&str>) -> Self {
        Self { demonstration: true, ..Self::new(data, database) }
    }

    fn sqlite(&self) -> PathBuf {
        self.data.join("xiezhi.db")
    }

    /// Its contents.
    pub fn folder(&self) -> anyhow::Result<Folder> {
        let folder = Folder::open(self.data.join("contents"))?;
        Ok(match &self.content {
            Some(address) => folder.of(Bucket::open(address, std::env::vars())?, self.content_copies << 20),
            None => folder,
        })
    }

    /// Opens its database.
    pub async fn store(&self) -> anyhow::Result<Arc<dyn Repository>> {
        Ok(match &self.database {
            Some(address) => Arc::new(Postgres::open(address).await?),
            None => Arc::new(Sqlite::open(&self.sqlite()).await?),
        })
    }

    /// Opens its database to read from it, also while it is served.
    pub async fn store_beside(&self) -> anyhow::Result<Arc<dyn Repository>> {
        Ok(match &self.database {
            Some(address) => Arc::new(Postgres::open_to_look(address).await?),
            None => Arc::new(Sqlite::open_beside(&self.sqlite()).await?),
        })
    }

    /// Opens its database to look at it.
    pub async fn store_to_look(&self) -> anyhow::Result<Arc<dyn Repository>> {
        if let Some(address) = &self.database {
            return Ok(Arc::new(Postgres::open_to_look(address).await?));
        }
        let file = self.sqlite();
        anyhow::ensure!(file.exists(), "“{}”不是数据目录：没有 xiezhi.db", self.data.display());
        Ok(Arc::new(Sqlite::open_to_look(&file).await?))
    }
}

/// Opens a node (created where it is new).
pub async fn open(place: &Place, library: &Path, examples: &Path) -> anyhow::Result<(Arc<Door>, Arc<dyn Repository>)> {
    private(&place.data).with_context(|| format!("创建数据目录“{}”", place.data.display()))?;
    let store = place.store().await?;
    Ok((open_on(store.clone(), place, library, examples).await?, store))
}

/// A folder that nobody else on this machine looks into, whatever the umask.
pub fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::create_dir_all(folder)?;
    let mode = std::fs::metadata(folder)?.permissions().mode();
    if mode & 0o077 != 0 {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode & !0o077))?;
    }
    Ok(())
}

/// A demonstration stays one: its accounts and their password are printed for everybody to read. And no real
/// node becomes one.
async fn same_kind(store: &dyn Repository, demonstration: bool) -> anyhow::Result<()> {
    anyhow::ensure!(
        !store.half_whole().await?,
        "数据库只恢复（搬移）了一部分，不能使用：请重新执行 xiezhi restore（xiezhi move）"
    );
    const MARK: &str = "demonstration";
    let marked = match store.setting(MARK).await? {
        Some(mark) => mark == true,
        // Begun before there was a mark: only a demonstration has ever had its clock set.
        None => store.setting("business_clock").await?.is_some(),
    };
    let new = store.units().await?.is_empty();
    anyhow::ensure!(
        demonstration || !marked,
        "这是演示环境的数据，账号和密码是公开的：演示请加 --demonstration，办案请另行指定 --data 或者 --database"
    );
    anyhow::ensure!(
        !demonstration || marked || new,
        "这里有正式的数据，不能作为演示环境：演示请另行指定 --data 或者 --database"
    );
    if demonstration {
        store.put_setting(MARK, true.into()).await?;
    }
    Ok(())
}

/// Opens a node whose database is open.
pub async fn open_on(
    store: Arc<dyn Repository>,
    place: &Place,
    library: &Path,
    examples: &Path,
) -> anyhow::Result<Arc<Door>> {
    same_kind(store.as_ref(), place.demonstration).await?;
    let policies = files::policies(library)?;
    let province = place.demonstration.then(|| demo::Province::read(examples)).transpose()?;
    let files = files::with_province(library, place.demonstration.then_some(examples))?;
    let editions = tokio::task::spawn_blocking(move || files::read_editions(files)).await??;
    let contents = place.folder()?;
    if let Some(p) = &province {
        p.settle(store.as_ref()).await?;
    }
    let door = Door::open(store, contents, editions, policies, place.demonstration).await?;
    if place.demonstration && !door.clock_is_set() {
        door.set_clock(Some(BEGINS.parse()?)).await?;
    }
    let rebuilt = door.rebuild_if_stale().await?;
    if rebuilt > 0 {
        tracing::info!(files = rebuilt, "states and views were made again after a change of the schema");
    }
    let recomputed = door.recompute().await?;
    if recomputed > 0 {
        tracing::info!(files = recomputed, "provisional deadlines were computed again");
    }
    Ok(Arc::new(door))
}

/// Opens a node only to look at it: nothing is written, and the library on disk is not read.
pub async fn look(place: &Place) -> anyhow::Result<(Arc<Door>, Arc<dyn Repository>)> {
    let store = place.store_to_look().await?;
    let contents = place.folder()?;
    Ok((Arc::new(Door::to_look(store.clone(), contents, place.demonstration).await?), store))
}

/// What the interface is told, with the pages of this program.
pub fn settings(spool: &Spool) -> server::Settings {
    server::Settings { spool: spool.path().to_owned(), site: site(), ..server::Settings::default() }
}

/// The web pages that were built into this program.
fn site() -> Option<server::Site> {
    let assets = bundle::FILES.iter().map(|&(path, media, plain, gzip, brotli)| server::Asset {
        path,
        media,
        plain,
        gzip,
        brotli,
    });
    bundle::INDEX.map(|index| server::Site::new(index, assets))
}
