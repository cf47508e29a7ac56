//! Images of containers.

use super::super::Severity;
use super::objects::Object;
use super::{Findings, Rule};
use crate::gofmt;
use crate::stack::with_stack;
use crate::value::{Str, Value};

const TAG: Rule = Rule {
    name: "image-tag",
    severity: Severity::Warning,
    remedy: "name a version or a digest, so that what runs changes only when the chart does",
};

/// Keys under which lists of containers stand.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// Keys beside `image` by which resources of their own say which version of the image they mean.
const VERSIONS: [&str; 6] = ["tag", "version", "sha", "digest", "imageTag", "imageVersion"];

/// Checks the images of all containers in an object, and of what else has an `image` that is a text.
pub(super) fn check(object: &Object<'_>, findings: &mut Findings) {
    if object.kind() != "CustomResourceDefinition" {
        walk(&Value::Map(object.fields.clone()), &mut Vec::new(), false, &mut |path, image| {
            let problem = match tag(image) {
                // Istio puts its own image there.
                _ if image.is_empty() || *image == "auto" => return,
                None => "has no tag",
                Some(b"latest") => "has the tag latest, which moves",
                Some(_) => return,
            };
            findings.in_object(&TAG, object, path, format_args!("image {} {problem}", gofmt::quote(image)));
        });
    }
}

/// Calls `visit` with each image below `value`. `in_containers` is set if `value` is the list of containers or in it.
fn walk(value: &Value, path: &mut Vec<Str>, in_containers: bool, visit: &mut dyn FnMut(&[Str], &Str)) {
    match value {
        Value::Map(map) => {
            let is_container = in_containers || !VERSIONS.iter().any(|key| map.contains_key(*key));
            for (key, value) in map.entries().iter() {
                path.push(key.clone());
                match value {
                    Value::Str(image)
                        if *key == "image" && is_container && is_reference(image, in_containers) =>
                    {
                        visit(path, image);
                    }
                    Value::Map(_) | Value::List(_) => {
                        let in_containers = CONTAINERS.iter().any(|name| key == name);
                        with_stack(|| walk(value, path, in_containers, visit));
                    }
                    _ => {}
                }
                path.pop();
            }
        }
        Value::List(list) => {
            for (index, value) in list.items().iter().enumerate() {
                path.push(index.to_string().into());
                with_stack(|| walk(value, path, in_containers, visit));
                path.pop();
            }
        }
        _ => {}
    }
}

/// True for what is an image for sure: any text of a container, elsewhere one with a path.
fn is_reference(image: &[u8], in_containers: bool) -> bool {
    let is_plain =
        image.iter().all(|b| b.is_ascii_graphic()) && !image.contains(&b'$') && !image.contains(&b'{');
    let is_url = memchr::memmem::find(image, b"://").is_some();
    is_plain && !is_url && (in_containers || image.contains(&b'/'))
}

/// The tag of an image, or its digest.
fn tag(image: &[u8]) -> Option<&[u8]> {
    if let Some(at) = image.iter().position(|b| *b == b'@') {
        return Some(&image[at + 1..]);
    }
    let name = image.iter().rposition(|b| *b == b'/').map_or(image, |slash| &image[slash + 1..]);
    let colon = name.iter().position(|b| *b == b':')?;
    Some(&name[colon + 1..]).filter(|tag| !tag.is_empty())
}
