//! Where the programs of a cluster are.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// The path of an installed program. The broker that `.ci/setup` has installed comes before the
/// system's, which may be old.
///
/// # Errors
///
/// It is not installed; the error says how to install it.
pub fn installed(name: &str) -> anyhow::Result<PathBuf> {
    let (package, path) = (env::var_os("CARGO_MANIFEST_DIR"), env::var_os("PATH"));
    let mut folders = folders(&programs()?, package, path).into_iter();
    let found = folders.find_map(|folder| Some(folder.join(name)).filter(|it| it.is_file()));
    found.with_context(|| format!("{name} is not installed: .ci/setup cluster installs it"))
}

/// The folders of installed programs. `programs` is the folder of this program, `package` the value
/// of cargo's variable, and `path` that of `PATH`.
fn folders(programs: &Path, package: Option<OsString>, path: Option<OsString>) -> Vec<PathBuf> {
    // `.ci/setup` installs the broker in the project's folder `target`. Cargo builds there, too, or
    // in the folder of `CARGO_TARGET_DIR`. Then `cargo run` and `cargo test` name the package.
    let target = programs.parent().filter(|it| it.ends_with("target"));
    let project = package.map(|package| Path::new(&package).join("../target"));
    let targets = target.map(Path::to_owned).into_iter().chain(project);
    let path = path.unwrap_or_default();
    // Some systems install programs for administrators in folders that only root's `PATH` contains.
    let system = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    let setup = targets.map(|target| target.join("nats/bin"));
    setup.chain(env::split_paths(&path)).chain(system).collect()
}

/// The path of a program that is built together with this one. `how` says how to build it.
///
/// # Errors
///
/// It is not built.
pub fn built(name: &str, how: &str) -> anyhow::Result<PathBuf> {
    let program = programs()?.join(name);
    if program.is_file() {
        return Ok(program);
    }
    bail!("{} does not exist: {how}", program.display())
}

/// The folder of this program. Tests and examples are one folder deeper than the programs.
fn programs() -> anyhow::Result<PathBuf> {
    let own = env::current_exe().context("can't find the path of this program")?;
    let folder = own.parent().unwrap_or(Path::new("."));
    let is_deeper = folder.ends_with("deps") || folder.ends_with("examples");
    let above = folder.parent().filter(|_| is_deeper);
    Ok(above.unwrap_or(folder).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_the_project_come_before_those_of_the_system() {
        let folders = |programs: &str, package: Option<&str>| {
            let path = Some(OsString::from("/bin:/opt/bin"));
            folders(Path::new(programs), package.map(OsString::from), path)
        };
        let system = ["/bin", "/opt/bin", "/usr/sbin", "/sbin"];
        let with = |project: &[&'static str]| [project, &system].concat();
        let (of_build, of_package) = ("/it/target/nats/bin", "/it/server/../target/nats/bin");

        for (programs, package, expected) in [
            ("/it/target/debug", None, with(&[of_build])),
            (
                "/it/target/debug",
                Some("/it/server"),
                with(&[of_build, of_package]),
            ),
            ("/elsewhere/debug", Some("/it/server"), with(&[of_package])),
            ("/usr/local/bin", None, with(&[])),
        ] {
            let expected = expected.into_iter().map(PathBuf::from);
            assert_eq!(
                folders(programs, package),
                expected.collect::<Vec<_>>(),
                "{programs}"
            );
        }
    }
}
