//! Imports run one way, in the order of the map in each `lib.rs`.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each folder or file of the server may import itself and those before it.
const SERVER: &[&str] = &[
    "base",
    "feed",
    "format",
    "link",
    "http",
    "reply",
    "transport",
    "cluster",
    "lab",
    "settings",
    "app",
    "main",
    "lib",
];

/// A folder of the load generator, the folders that it may import, and the modules of the server
/// that it may import.
type Folder = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// Measuring and drawing meet only in the record.
const LOADGEN: &[Folder] = &[
    ("record", &[], &["base"]),
    ("client", &["record"], &["base", "transport"]),
    (
        "measure",
        &["record", "client"],
        &["base", "cluster", "http", "lab", "link"],
    ),
    (
        "browser",
        &["record", "client", "measure"],
        &["base", "http"],
    ),
    ("torture", &["record", "client"], &["base", "cluster"]),
    ("show", &["record"], &["base"]),
    (
        "cli",
        &["record", "client", "measure", "browser", "torture", "show"],
        &["base", "settings"],
    ),
    ("main", &["cli"], &[]),
    ("lib", &[], &[]),
];

fn folder(name: &str) -> &'static Folder {
    let folder = LOADGEN.iter().find(|folder| folder.0 == name);
    folder.unwrap_or_else(|| panic!("{name} is not in the list"))
}

#[test]
fn imports_of_the_server_run_in_one_direction() {
    let place = |module: &str| SERVER.iter().position(|name| *name == module);
    let may = |from: &str, module: &str| match (place(from), place(module)) {
        (Some(from), Some(module)) => module <= from,
        _ => false,
    };
    assert_eq!(forbidden_imports("server", "crate::", may), [""; 0]);
}

#[test]
fn imports_of_the_load_generator_run_in_one_direction() {
    let may = |from: &str, module: &str| from == module || folder(from).1.contains(&module);
    assert_eq!(forbidden_imports("loadgen", "crate::", may), [""; 0]);
}

#[test]
fn the_load_generator_imports_few_modules_of_the_server() {
    let may = |from: &str, module: &str| {
        // The types at the root of the server are those of `base`.
        let is_type = module.starts_with(char::is_uppercase);
        folder(from)
            .2
            .contains(if is_type { &"base" } else { &module })
    };
    assert_eq!(forbidden_imports("loadgen", "server::", may), [""; 0]);
}

#[test]
fn paths_by_super_stay_inside_their_folder() {
    let mut leaving = Vec::new();
    for krate in ["server", "loadgen"] {
        for (path, text) in sources(krate) {
            let mut levels = levels_in_folder(&path);
            for line in code(&text).lines() {
                // A module inside the file is one level deeper, up to its closing brace.
                if line.starts_with("mod ") && line.ends_with('{') {
                    levels += 1;
                } else if line == "}" {
                    levels = levels_in_folder(&path);
                }
                if longest_super_path(line) > levels {
                    leaving.push(format!("{}: {}", path.display(), line.trim()));
                }
            }
        }
    }
    assert_eq!(leaving, [""; 0]);
}

/// The number of `super::` from the module of a file to the module of its top folder.
fn levels_in_folder(path: &Path) -> usize {
    let is_folder_itself = path.file_name().is_some_and(|name| name == "mod.rs");
    let names = path.iter().count() - usize::from(is_folder_itself);
    names.saturating_sub(1)
}

/// The longest run of `super::` in a line.
fn longest_super_path(line: &str) -> usize {
    let one = "super::";
    let runs = 1..=line.matches(one).count();
    runs.rev()
        .find(|&run| line.contains(&one.repeat(run)))
        .unwrap_or(0)
}

/// The imports after `root` that `may` does not allow, as `file imports module`. It is called with
/// the top folder or file of the importing source, and the imported module.
fn forbidden_imports(krate: &str, root: &str, may: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut forbidden = Vec::new();
    for (path, text) in sources(krate) {
        for module in imported(&text, root) {
            if !may(&first(&path), &module) {
                forbidden.push(format!("{} imports {root}{module}", path.display()));
            }
        }
    }
    forbidden
}

/// The top folder of a source, or its file name at the top.
fn first(path: &Path) -> String {
    let first = path.iter().next().expect("it has a name");
    first.to_string_lossy().replace(".rs", "")
}

/// The sources of a crate: paths relative to `src`, and their texts.
fn sources(krate: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(krate);
    let src = root.join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 20, "{} has no sources", src.display());
    let source = |file: PathBuf| {
        let path = file.strip_prefix(&src).expect("the file is in src");
        let text = fs::read_to_string(&file).expect("sources are readable");
        (path.to_owned(), text)
    };
    files.into_iter().map(source).collect()
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

/// A source without its comments.
fn code(text: &str) -> String {
    let lines = text.lines();
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// The first name after each `root`, also in groups: `crate::{a::B, c}` gives a and c.
fn imported(text: &str, root: &str) -> Vec<String> {
    let code = code(text);
    let mut modules = Vec::new();
    for (at, found) in code.match_indices(root) {
        // Another path may end with the same letters.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let mut depth = 0;
        let mut names = vec![String::new()];
        for c in code[at + found.len()..].chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => names.push(String::new()),
                c if depth <= 1 => names.last_mut().expect("it has a name").push(c),
                _ => {}
            }
            // The end of the group, or of a single name.
            if depth == 0 && !c.is_alphanumeric() && c != '_' {
                break;
            }
        }
        let names = names.iter().map(|name| first_word(name.trim()));
        modules.extend(names.filter(|name| !name.is_empty()));
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
    assert_eq!(
        imported(text, "crate::"),
        ["one", "three", "seven", "eight"]
    );
}
