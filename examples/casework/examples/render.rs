//! Writes every form into a folder, to be looked at: `cargo run -p casework --example render -- FOLDER [FORM...]`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use casework::{Order, forms, make};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("用法：render 目录 [样式…]")?);
    let only: Vec<String> = arguments.collect();
    std::fs::create_dir_all(&folder)?;
    let wanted: Vec<String> = if only.is_empty() { forms().into_iter().map(|form| form.id).collect() } else { only };
    for form in wanted {
        let info = forms().into_iter().find(|info| form.split(':').next() == Some(&info.id)).ok_or("没有这个样式")?;
        let order = Order {
            title: info.name.clone(),
            form: form.clone(),
            kind: info.id.clone(),
            pages: 0,
            values: sample(),
            seed: 7,
            dpi: 200,
            defects: Vec::new(),
        };
        let start = Instant::now();
        let made = make(&order)?;
        let spent = start.elapsed();
        let extension = made.file_name.rsplit('.').next().unwrap_or("bin");
        println!(
            "{form:20} {:3} 页 {:7} 字节 {:5} ms {}",
            made.pages,
            made.bytes.len(),
            spent.as_millis(),
            made.file_name
        );
        std::fs::write(folder.join(format!("{}.{extension}", form.replace(':', "-"))), &made.bytes)?;
    }
    Ok(())
}

/// Values for all forms; persons and places are invented.
fn sample() -> BTreeMap<String, String> {
    include_str!("sample.txt")
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(a, b)| (a.trim().to_owned(), b.trim().replace("\\n", "\n")))
        .collect()
}
