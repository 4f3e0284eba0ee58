//! Do imports run one way, in the order of the map in each `lib.rs`?

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each folder or file of the server may import those before it, and itself.
const SERVER: &[&str] = &[
    "base",
    "feed",
    "format",
    "link",
    "http",
    "reply",
    "transport",
    "lab",
    "settings",
    "app",
    "main",
    "lib",
];

/// The folders of the load generator, and which others each may import: drawing and measuring meet
/// only in the record.
const LOADGEN: &[(&str, &[&str])] = &[
    ("record", &[]),
    ("client", &["record"]),
    ("measure", &["record", "client"]),
    ("browser", &["record", "client", "measure"]),
    ("show", &["record"]),
    ("cli", &["record", "client", "measure", "browser", "show"]),
    ("main", &["cli"]),
    ("lib", &[]),
];

#[test]
fn imports_of_the_server_run_in_one_direction() {
    let place = |module: &str| SERVER.iter().position(|name| *name == module);
    let may = |from: &str, module: &str| match (place(from), place(module)) {
        (Some(from), Some(module)) => module <= from,
        _ => false,
    };
    assert_eq!(forbidden_imports("server", may), [""; 0]);
}

#[test]
fn imports_of_the_load_generator_run_in_one_direction() {
    let may = |from: &str, module: &str| {
        let mut folders = LOADGEN.iter();
        let known = folders.find(|(folder, _)| *folder == from);
        known.is_some_and(|(folder, may)| *folder == module || may.contains(&module))
    };
    assert_eq!(forbidden_imports("loadgen", may), [""; 0]);
}

/// The imports that `may` does not allow, as `file imports module`. It is asked with the folder (or
/// the file at the top) of the importing file, and the module that it imports.
fn forbidden_imports(krate: &str, may: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(krate);
    let src = root.join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 20, "{} has no sources", src.display());
    let mut forbidden = Vec::new();
    for file in files {
        let path = file.strip_prefix(&src).expect("it is below src");
        let first = path.iter().next().expect("it has a name");
        let from = first.to_string_lossy().replace(".rs", "");
        let text = fs::read_to_string(&file).expect("sources are readable");
        for module in imported(&text) {
            if !may(&from, &module) {
                forbidden.push(format!("{} imports {module}", path.display()));
            }
        }
    }
    forbidden
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder exists") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The first names after each `crate::`, also of a group: `crate::{a::B, c}` gives a and c.
fn imported(text: &str) -> Vec<String> {
    let code: Vec<_> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let mut modules = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        let mut depth = 0;
        let mut expects_name = true;
        for part in rest.split_inclusive(['{', '}', ',', ':', ';', '(']) {
            let name = part.trim_end_matches(['{', '}', ',', ':', ';', '(']).trim();
            if expects_name && depth <= 1 && !name.is_empty() {
                modules.push(first_word(name));
            }
            match part.chars().last() {
                Some('{') => depth += 1,
                Some('}') => depth -= 1,
                _ => {}
            }
            expects_name = depth == 1 && part.ends_with([',', '{', '}']);
            if depth == 0 {
                break;
            }
        }
    }
    modules
}

fn first_word(name: &str) -> String {
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
    name[..end.unwrap_or(name.len())].to_owned()
}

#[test]
fn names_after_crate_are_found_alone_and_in_groups() {
    let text = "use crate::one::Two;\nuse crate::{\n    three::{Four, five::Six},\n    seven,\n};\n\
                // crate::no\nlet x = crate::eight::nine(1);";
    assert_eq!(imported(text), ["one", "three", "seven", "eight"]);
}
