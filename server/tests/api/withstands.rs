//! The READMEs' table "What it withstands". Each row names the tests that repeat it.

use std::{fs, path::Path};

const BEGIN: &str = "<!-- withstands: checked by server/tests/api/withstands.rs -->\n";
const END: &str = "<!-- end of withstands -->";

/// The commands in the last column of a README's table.
fn commands(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    let readme = fs::read_to_string(&path).expect("the README exists");
    let (_, table) = readme.split_once(BEGIN).expect("the table begins");
    let (table, _) = table.split_once(END).expect("the table ends");
    // Two lines are the head of the table.
    let rows = table.lines().skip(2).map(|row| {
        let cells: Vec<_> = row.split(" | ").collect();
        let [_, _, command] = cells[..] else {
            panic!("{name}: a row with {} columns: {row}", cells.len());
        };
        command.trim_end_matches(" |").trim_matches('`').to_owned()
    });
    rows.collect()
}

#[test]
fn both_readmes_repeat_the_same_rows_with_the_same_commands() {
    assert_eq!(commands("README.md"), commands("README.ko.md"));
}

#[test]
fn each_row_names_tests_that_exist() {
    let commands = commands("README.md");
    assert!(commands.len() >= 24, "{commands:?}");
    for command in commands {
        let words = command.strip_prefix("cargo test -p server --test ");
        let (target, tests) = words
            .and_then(|words| words.split_once(' '))
            .expect("tests");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests")
            .join(target);
        let modules: Vec<_> = tests.split("::").collect();
        let is_there = |parts: &[&str]| {
            let path = folder.join(parts.join("/"));
            path.with_extension("rs").exists() || path.join("mod.rs").exists()
        };
        let (name, module) = modules.split_last().expect("a name");
        let contains = |text: String| text.contains(&format!("fn {name}("));
        let source = fs::read_to_string(folder.join(module.join("/")).with_extension("rs"));
        let is_function = source.is_ok_and(contains);
        assert!(is_there(&modules) || is_function, "{tests}");
    }
}
