//! Does each folder import only from the folders that it may know?

use std::{fs, path::Path};

/// The folders of `src`, and from which others each may import.
const FOLDERS: [(&str, &[&str]); 6] = [
    ("record", &[]),
    ("client", &["record"]),
    ("measure", &["record", "client"]),
    ("browser", &["record", "client", "measure", "show"]),
    ("show", &["record"]),
    ("cli", &["record", "client", "measure", "browser", "show"]),
];

#[test]
fn each_folder_imports_only_what_it_may_know() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (folder, may) in FOLDERS {
        let files = files(&source.join(folder));
        assert!(!files.is_empty(), "there is no file in {folder}");
        for (path, text) in files {
            let imported = imported(&text).into_iter();
            let beyond = imported.filter(|name| name != folder && !may.contains(&name.as_str()));
            wrong.extend(beyond.map(|name| format!("{path} imports {name}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All files below a folder, with their texts.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), text));
        }
    }
    found
}

/// The folders behind each `crate::` of a file, comments left out.
fn imported(text: &str) -> Vec<String> {
    let code = text.lines().map(|line| line.split("//").next().unwrap());
    let code = code.collect::<Vec<_>>().join("\n");
    let paths = code.split("crate::").skip(1);
    paths.flat_map(first_names).collect()
}

/// The first name of a path, or of each path of a group.
fn first_names(path: &str) -> Vec<String> {
    let name = |path: &str| {
        let letter = |c: char| c.is_alphanumeric() || c == '_';
        path.trim_start()
            .split(|c| !letter(c))
            .next()
            .map(String::from)
    };
    let Some(group) = path.strip_prefix('{') else {
        return name(path).into_iter().collect();
    };
    let (mut depth, mut begins) = (0, vec![0]);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins.push(at + 1),
            _ => {}
        }
    }
    let names = begins.into_iter().filter_map(|at| name(&group[at..]));
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_names_of_a_group_are_found() {
    let text = "use crate::{client::{a, b::C}, record::Class};\nlet x = crate::show::y();";
    assert_eq!(imported(text), ["client", "record", "show"]);
}
