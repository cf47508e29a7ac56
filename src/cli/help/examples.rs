//! Examples of command lines, for help.

/// What a command line does, and the command line without the program's name.
pub type Example = (&'static str, &'static str);

/// The examples of the command that is called by these words; of the program, by none.
pub fn of(name: &str) -> &'static [Example] {
    ALL.iter().find(|(command, _)| *command == name).map_or(&[], |(_, examples)| examples)
}

/// Examples by command.
const ALL: &[(&str, &[Example])] = &[
    (
        "",
        &[
            ("Make a chart", "create web"),
            ("See what it renders", "template my-release web --set replicas=3"),
            ("Look for mistakes", "lint web"),
            ("Pack it", "package web"),
        ],
    ),
    ("charts", &[("List the bundled charts", "charts"), ("The same for programs", "charts --output json")]),
    (
        "create",
        &[
            ("Make a chart in the folder web", "create web"),
            (
                "Start from a chart of your own, which has <CHARTNAME> where the name belongs",
                "create web --starter ./base",
            ),
        ],
    ),
    ("dependency build", &[("Fetch what Chart.lock names", "dependency build web")]),
    ("dependency list", &[("See which dependencies are there", "dependency list web")]),
    (
        "dependency update",
        &[(
            "Fetch the newest versions that Chart.yaml allows, and write Chart.lock",
            "dependency update web",
        )],
    ),
    (
        "lint",
        &[
            (
                "Check charts with the values of production, and fail on warnings",
                "lint web api --values production.yaml --strict",
            ),
            ("Check a chart for another Kubernetes", "lint web --kube-version 1.33"),
        ],
    ),
    (
        "package",
        &[
            ("Pack charts into ./dist", "package web api --destination dist"),
            ("Pack a release", "package web --version 1.2.3 --app-version 4.5.6"),
            ("Sign the archive", "package web --sign --key 'Ann' --keyring secring.gpg"),
        ],
    ),
    (
        "pull",
        &[
            ("Download an archive from a repository", "pull stable/nginx --version 1.2.3"),
            ("Unpack a chart from a registry", "pull oci://registry.example.com/charts/nginx --untar"),
        ],
    ),
    ("push", &[("Upload an archive", "push web-0.1.0.tgz oci://registry.example.com/charts")]),
    (
        "registry login",
        &[(
            "Log in with a password from a file",
            "registry login registry.example.com --username ann --password-stdin <password",
        )],
    ),
    ("repo add", &[("Call a repository stable", "repo add stable https://charts.example.com")]),
    (
        "repo index",
        &[(
            "Index the archives in ./dist, for a server that has them",
            "repo index dist --url https://charts.example.com",
        )],
    ),
    (
        "search repo",
        &[
            ("Look for charts in the repositories that were added", "search repo nginx"),
            ("List all versions of a chart", "search repo stable/nginx --versions"),
        ],
    ),
    ("show chart", &[("Show what a packed chart is", "show chart web-0.1.0.tgz")]),
    (
        "show values",
        &[
            ("Show the default values", "show values web"),
            ("Show one of them", "show values web --jsonpath '{.image.repository}'"),
        ],
    ),
    (
        "template",
        &[
            (
                "Render a chart with values from a file and others",
                "template my-release web --values production.yaml --set image.tag=1.2",
            ),
            ("Render a bundled chart for a namespace", "template velero embedded:velero --namespace velero"),
            ("Print one manifest only", "template web --show-only templates/deployment.yaml"),
            ("Write a file for each template", "template my-release web --output-dir manifests"),
            ("Change the manifests on their way out", "template my-release web --post-renderer my-plugin"),
        ],
    ),
    (
        "verify",
        &[(
            "Check an archive against the .prov file beside it",
            "verify web-0.1.0.tgz --keyring pubring.gpg",
        )],
    ),
    ("version", &[("Print the number only", "version --short")]),
];

#[cfg(test)]
mod tests {
    use super::super::super::COMMANDS;
    use super::super::super::command::Path;
    use super::super::super::flags::Flags;
    use super::{ALL, of};

    #[test]
    fn examples_are_command_lines() {
        for (name, examples) in ALL {
            assert_eq!(of(name).len(), examples.len(), "{name} is there twice");
            for (_, line) in *examples {
                let line = line.split(" <").next().unwrap_or_default();
                let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
                let path = Path::take(COMMANDS, &mut words);
                assert!(!path.0.is_empty() && (name.is_empty() || path.name() == *name), "{line}");
                let flags = Flags::parse(&words, path.tables(), &mut |_, _, _| Ok(()));
                let flags = flags.unwrap_or_else(|error| panic!("{line}: {error}"));
                assert!(path.check_arguments("pintle", &flags).is_ok(), "{line}");
            }
        }
    }
}
