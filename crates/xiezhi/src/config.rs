//! Configuration by file: defaults of the command line's options, which the environment and the command line outweigh.
//!
//! The file is TOML, a table for each command, with the options' own names: `[serve]`, `listen = "127.0.0.1:8080"`.
//! `xiezhi serve --print-config` prints what is in force, and from where.

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use clap::builder::OsStr;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use toml::{Table, Value};

/// Where the file is looked for when nobody names one.
const USUAL: &str = "/etc/xiezhi/xiezhi.toml";
/// Options whose values are shown to nobody.
const SECRET: [&str; 4] = ["database", "from", "to", "oidc_secret"];

/// The file that the command line or the environment names, or the usual one where it is there. It is needed before
/// the command line can be read, so it is looked for by hand.
fn named() -> Option<PathBuf> {
    let mut args = std::env::args_os().skip(1);
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy();
        if text == "--config" {
            return args.next().map(PathBuf::from);
        }
        if let Some(path) = text.strip_prefix("--config=") {
            return Some(path.into());
        }
    }
    let usual = || Some(PathBuf::from(USUAL)).filter(|p| p.exists());
    std::env::var_os("XIEZHI_CONFIG").map(PathBuf::from).or_else(usual)
}

/// The command with the defaults of the file.
///
/// # Errors
/// Where the file cannot be read, is no TOML, or names what is no option.
pub fn apply(command: Command) -> anyhow::Result<Command> {
    let Some(path) = named() else { return Ok(command) };
    let text = std::fs::read_to_string(&path).with_context(|| format!("读取配置文件“{}”", path.display()))?;
    let table: Table = toml::from_str(&text).with_context(|| format!("配置文件“{}”不是有效的 TOML", path.display()))?;
    from(command, &table).with_context(|| format!("配置文件“{}”", path.display()))
}

fn from(mut command: Command, table: &Table) -> anyhow::Result<Command> {
    for (name, value) in table {
        match value {
            Value::Table(inner) => {
                ensure!(command.find_subcommand(name).is_some(), "没有“{name}”这个命令");
                let below = command.find_subcommand(name).cloned().context("命令")?;
                let below = from(below, inner).with_context(|| format!("[{name}]"))?;
                command = command.mut_subcommand(name, move |_| below);
            }
            value => {
                let id = command
                    .get_arguments()
                    .find(|a| a.get_long() == Some(name))
                    .map(|a| a.get_id().clone())
                    .with_context(|| format!("没有“{name}”这个选项"))?;
                let values = texts(name, value)?;
                command =
                    command.mut_arg(id, |a| a.default_values(values.into_iter().map(OsStr::from)).required(false));
            }
        }
    }
    Ok(command)
}

/// What stands in the file, as it would be typed.
fn texts(name: &str, value: &Value) -> anyhow::Result<Vec<String>> {
    Ok(match value {
        Value::String(s) => vec![s.clone()],
        Value::Integer(n) => vec![n.to_string()],
        Value::Boolean(b) => vec![b.to_string()],
        Value::Array(all) => all.iter().map(|v| texts(name, v)).collect::<anyhow::Result<Vec<_>>>()?.concat(),
        Value::Float(_) | Value::Datetime(_) | Value::Table(_) => bail!("“{name}”应为文字、整数、真假或者它们的列表"),
    })
}

/// The effective options of `serve`, a line each: name, value, from where. Secrets are not shown.
pub fn effective(command: &Command, matches: &ArgMatches) -> Vec<String> {
    let mut lines: Vec<String> = named().map(|p| format!("# 配置文件 {}", p.display())).into_iter().collect();
    let serve = command.find_subcommand("serve");
    for arg in command.get_arguments().chain(serve.iter().flat_map(|s| s.get_arguments())) {
        let (id, Some(long)) = (arg.get_id().as_str(), arg.get_long()) else { continue };
        if matches!(id, "help" | "version" | "config" | "print_config") || matches.try_get_raw(id).is_err() {
            continue;
        }
        let values: Vec<String> =
            matches.get_raw(id).map(|all| all.map(|v| v.to_string_lossy().into_owned()).collect()).unwrap_or_default();
        let shown = match (values.is_empty(), SECRET.contains(&id)) {
            (true, _) => "（没有设置）".to_owned(),
            (false, true) => "（不显示）".to_owned(),
            (false, false) => values.join("，"),
        };
        let source = match matches.value_source(id) {
            Some(ValueSource::CommandLine) => "命令行",
            Some(ValueSource::EnvVariable) => "环境变量",
            _ => "配置文件、默认值",
        };
        lines.push(format!("{long} = {shown}　# {source}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Arg, ArgAction};

    fn command() -> Command {
        let serve = Command::new("serve")
            .arg(Arg::new("listen").long("listen").default_value("127.0.0.1:8080").env("XIEZHI_TEST_LISTEN"))
            .arg(Arg::new("proxy").long("proxy").action(ArgAction::Append))
            .arg(Arg::new("database").long("database"))
            .arg(Arg::new("oidc_secret").long("oidc-secret"));
        Command::new("xiezhi").arg(Arg::new("library").long("library").default_value("library")).subcommand(serve)
    }

    fn with(text: &str) -> anyhow::Result<Command> {
        from(command(), &toml::from_str(text).unwrap())
    }

    #[test]
    fn the_command_line_outweighs_the_file_and_the_file_the_defaults() {
        let text =
            "library = \"/srv/library\"\n[serve]\nlisten = \"10.0.0.1:80\"\nproxy = [\"10.0.0.2\", \"10.0.0.3\"]";
        let matches = with(text).unwrap().try_get_matches_from(["xiezhi", "serve"]).unwrap();
        assert_eq!(matches.get_one::<String>("library").unwrap(), "/srv/library");
        let serve = matches.subcommand_matches("serve").unwrap();
        assert_eq!(serve.get_one::<String>("listen").unwrap(), "10.0.0.1:80");
        assert_eq!(serve.get_many::<String>("proxy").unwrap().collect::<Vec<_>>(), ["10.0.0.2", "10.0.0.3"]);
        let args = ["xiezhi", "serve", "--listen", "127.0.0.1:1", "--proxy", "10.0.0.9"];
        let matches = with(text).unwrap().try_get_matches_from(args).unwrap();
        let serve = matches.subcommand_matches("serve").unwrap();
        assert_eq!(serve.get_one::<String>("listen").unwrap(), "127.0.0.1:1");
        assert_eq!(serve.get_many::<String>("proxy").unwrap().collect::<Vec<_>>(), ["10.0.0.9"]);
    }

    #[test]
    fn what_is_no_option_is_told() {
        for (text, why) in [
            ("libary = \"x\"", "没有“libary”这个选项"),
            ("[serve]\nport = 80", "没有“port”这个选项"),
            ("[surve]\nlisten = \"x\"", "没有“surve”这个命令"),
            ("[serve]\nlisten = 1.5", "应为文字"),
        ] {
            let told = format!("{:#}", with(text).unwrap_err());
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let command = with("[serve]\ndatabase = \"postgres://a:geheim@b/c\"\noidc-secret = \"geheim\"").unwrap();
        let matches = command.clone().try_get_matches_from(["xiezhi", "serve"]).unwrap();
        let lines = effective(&command, matches.subcommand_matches("serve").unwrap()).join("\n");
        assert!(!lines.contains("geheim") && lines.contains("database = （不显示）"), "{lines}");
        assert!(lines.contains("oidc-secret = （不显示）"), "{lines}");
        assert!(lines.contains("listen = 127.0.0.1:8080　# 配置文件、默认值"), "{lines}");
    }
}
