//! The READMEs' table "What it withstands", with the test that repeats each row. `WITHSTANDS=write
//! cargo test -p server --test api withstands` updates both READMEs.

mod rows;

use std::{fs, path::Path};

use self::rows::{ROWS, Row};

const BEGIN: &str = "<!-- withstands: written by server/tests/api/withstands -->\n";
const END: &str = "<!-- end of withstands -->";

fn table(head: [&str; 3], texts: impl Fn(&Row) -> [&'static str; 2]) -> String {
    let [sent, happens, repeat] = head;
    let mut table = format!("| {sent} | {happens} | {repeat} |\n|---|---|---|\n");
    for row in &ROWS {
        let ([sent, happens], [target, tests]) = (texts(row), row.test);
        let command = format!("cargo test -p server --test {target} {tests}");
        table += &format!("| {sent} | {happens} | `{command}` |\n");
    }
    table
}

#[test]
fn the_readmes_contain_the_table() {
    let english = table(
        ["what is sent", "what happens", "how to repeat it"],
        |row| row.english,
    );
    let korean = table(["보내는 것", "결과", "재현하는 명령"], |row| {
        row.korean
    });
    for (name, table) in [("README.md", english), ("README.ko.md", korean)] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
        let readme = fs::read_to_string(&path).expect("the README exists");
        let (before, rest) = readme.split_once(BEGIN).expect("the table begins");
        let (written, after) = rest.split_once(END).expect("the table ends");
        if std::env::var_os("WITHSTANDS").is_some() {
            let text = [before, BEGIN, &table, END, after].concat();
            fs::write(&path, text).expect("it is writable");
            continue;
        }
        assert_eq!(
            written, table,
            "WITHSTANDS=write cargo test -p server --test api withstands updates {name}"
        );
    }
}

#[test]
fn each_row_names_tests_that_exist() {
    for Row { test, .. } in &ROWS {
        let [target, tests] = test;
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
