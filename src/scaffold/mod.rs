//! New charts: from the scaffold that the program carries, or from a starter, a chart of the user's.

use std::path::{Path, PathBuf};

use crate::chart::{Chart, Error, Notices};
use crate::fsx::{self, Staging};
use crate::limits::CHART_NAME_BYTES;
use crate::package;
use crate::value::Value;
use crate::{gofmt, yaml};

/// What stands for the chart's name in scaffold and starters.
const PLACEHOLDER: &str = "<CHARTNAME>";

/// The files of the scaffold, in the order in which they are written.
const FILES: &[(&str, &str)] = &[
    ("Chart.yaml", include_str!("chart/Chart.yaml")),
    ("values.yaml", include_str!("chart/values.yaml")),
    ("values.schema.json", include_str!("chart/values.schema.json")),
    ("README.md", include_str!("chart/README.md")),
    (".helmignore", include_str!("chart/.helmignore")),
    ("templates/_helpers.tpl", include_str!("chart/templates/_helpers.tpl")),
    ("templates/configmap.yaml", include_str!("chart/templates/configmap.yaml")),
    ("templates/deployment.yaml", include_str!("chart/templates/deployment.yaml")),
    ("templates/hpa.yaml", include_str!("chart/templates/hpa.yaml")),
    ("templates/httproute.yaml", include_str!("chart/templates/httproute.yaml")),
    ("templates/ingress.yaml", include_str!("chart/templates/ingress.yaml")),
    ("templates/networkpolicy.yaml", include_str!("chart/templates/networkpolicy.yaml")),
    ("templates/pdb.yaml", include_str!("chart/templates/pdb.yaml")),
    ("templates/service.yaml", include_str!("chart/templates/service.yaml")),
    ("templates/serviceaccount.yaml", include_str!("chart/templates/serviceaccount.yaml")),
    ("templates/NOTES.txt", include_str!("chart/templates/NOTES.txt")),
    ("templates/tests/connection.yaml", include_str!("chart/templates/tests/connection.yaml")),
];

/// Makes the chart `name` in `folder`, which must be there. Files of its own that the chart has already are replaced,
/// others are left alone; `replaces` hears of each.
///
/// # Errors
/// If the name is none for charts, something else is in the chart's place, or a file cannot be written. A chart that
/// was not there before is then not there either.
pub fn create(folder: &Path, name: &str, replaces: &mut dyn FnMut(&Path)) -> Result<(), Error> {
    check_name(name)?;
    match folder.metadata() {
        Err(error) => return Err(fsx::Error::new("stat", folder, error).into()),
        Ok(data) if !data.is_dir() => {
            return Err(Error::new(format!("no such directory {}", folder.display())));
        }
        Ok(_) => {}
    }
    let target = Target::new(folder.join(name))?;
    for (file, text) in FILES {
        let path = target.place.join(file);
        if fsx::exists(&path) {
            replaces(&path);
        }
        let text = match *file {
            // A name may look like a number.
            "Chart.yaml" => text.replace(PLACEHOLDER, &in_yaml(name)?),
            _ => text.replace(PLACEHOLDER, name),
        };
        target.write(file, text.as_bytes())?;
    }
    fsx::make_folders(&target.folder().join("charts"))?;
    target.finish()
}

/// Makes the chart `name` in `folder` out of the chart at `starter`, whose templates and values have the name put in
/// for `<CHARTNAME>`. Its subcharts become archives.
///
/// # Errors
/// If the starter cannot be loaded, or as in [`create`].
pub fn create_from(folder: &Path, name: &str, starter: &Path, notices: &mut Notices) -> Result<(), Error> {
    let loaded = Chart::load(starter, notices);
    let starter =
        loaded.map_err(|error| error.within(format_args!("could not load {}", starter.display())))?;
    check_name(name)?;
    let target = Target::new(folder.join(name))?;
    target.write("Chart.yaml", &definition(name)?)?;
    if let Some(values) = starter.raw_file("values.yaml") {
        target.write("values.yaml", &named(&values.data, name))?;
    }
    if let Some(schema) = &starter.schema {
        target.write("values.schema.json", schema.text())?;
    }
    for template in &starter.templates {
        target.write(&template.name.to_str_lossy(), &named(&template.data, name))?;
    }
    for file in &starter.files {
        target.write(&file.name.to_str_lossy(), &file.data)?;
    }
    for subchart in &starter.subcharts {
        let package = package::pack(subchart, &package::Options::default());
        let package = package
            .map_err(|error| error.within(format_args!("saving {name}/charts/{}", subchart.metadata.name)))?;
        target.write(&format!("charts/{}", package.file_name()), &package.bytes)?;
    }
    target.finish()
}

/// The text with the name for each placeholder.
fn named(text: &[u8], name: &str) -> Vec<u8> {
    bstr::ByteSlice::replace(text, PLACEHOLDER, name)
}

/// A name as a scalar in YAML.
fn in_yaml(name: &str) -> Result<String, Error> {
    let text = yaml::encode(&Value::str(name)).map_err(|error| Error::new(error.to_string()))?;
    Ok(String::from_utf8_lossy(&text).trim_end().to_owned())
}

/// The `Chart.yaml` of a chart from a starter.
fn definition(name: &str) -> Result<Vec<u8>, Error> {
    let fields = [
        ("apiVersion", "v2"),
        ("appVersion", "0.1.0"),
        ("description", "A Helm chart for Kubernetes"),
        ("name", name),
        ("type", "application"),
        ("version", "0.1.0"),
    ];
    let fields = Value::map(fields.map(|(name, value)| (name, Value::str(value))));
    yaml::encode(&fields).map_err(|error| Error::new(error.to_string()))
}

/// Checks that a chart may have the name, which a folder has to have too.
fn check_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > CHART_NAME_BYTES {
        return Err(Error::new(format!("chart name must be between 1 and {CHART_NAME_BYTES} characters")));
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')) {
        let pattern = gofmt::quote(b"^[a-zA-Z0-9._-]+$");
        return Err(Error::new(format!("chart name must match the regular expression {pattern}")));
    }
    if matches!(name, "." | "..") {
        return Err(Error::new(format!("chart name must be that of a new directory, not {name}")));
    }
    Ok(())
}

/// The directory of a chart that is being made.
struct Target {
    /// Where the chart shall be.
    place: PathBuf,
    /// Where it is until it is complete; `None` if a directory was there before.
    staging: Option<Staging>,
}

impl Target {
    fn new(place: PathBuf) -> Result<Target, Error> {
        let staging = match place.metadata() {
            Ok(data) if data.is_dir() => None,
            Ok(_) => {
                let place = place.display();
                return Err(Error::new(format!("file {place} already exists and is not a directory")));
            }
            Err(_) => Some(Staging::beside(&place)?),
        };
        Ok(Target { place, staging })
    }

    /// Where files are written.
    fn folder(&self) -> &Path {
        self.staging.as_ref().map_or(&self.place, Staging::path)
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        let folder = self.folder();
        Ok(fsx::write_below(folder, &folder.join(name), content)?)
    }

    fn finish(self) -> Result<(), Error> {
        Ok(self.staging.map_or(Ok(()), Staging::commit)?)
    }
}
