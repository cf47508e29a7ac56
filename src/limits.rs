//! Every limit in one place. Helm's own where it has one; otherwise large enough that no real chart meets it.

/// Nesting of maps and lists in any value.
pub const VALUE_DEPTH: usize = 10_000;
/// Nesting of YAML collections (go-yaml's own limit).
pub const YAML_DEPTH: usize = 10_000;
/// Nodes of one YAML document.
pub const YAML_NODES: usize = 1_000_000;
/// Bytes of one YAML document's scalars after aliases are expanded.
pub const YAML_EXPANDED_BYTES: usize = 64 << 20;
/// Parts of a TOML key; nesting of TOML arrays and inline tables.
pub const TOML_DEPTH: usize = 1_000;
/// Nested calls of one `include` name (Helm's own limit).
pub const INCLUDE_DEPTH: usize = 1_000;
/// Nested executions of `{{template}}` (Go's own limit).
pub const TEMPLATE_DEPTH: usize = 100_000;
/// Nested calls of `include` and `tpl`, of whatever name or text.
pub const CALL_DEPTH: usize = 10_000;
/// Bytes of a value in the text of an error.
pub const ERROR_BYTES: usize = 1 << 20;
/// Bytes of texts of `tpl` and of their trees that a chart keeps.
pub const TPL_CACHE_BYTES: usize = 32 << 20;
/// Nested parentheses and control structures while parsing (Go's own limit).
pub const PARSE_DEPTH: usize = 10_000;
/// Nodes of the trees of all templates of one chart.
pub const TEMPLATE_NODES: usize = 1 << 20;
/// Bytes of a node of a template's tree with what it holds, at most.
pub const NODE_BYTES: usize = 256;
/// Steps of one render, each some ten nanoseconds of work.
pub const FUEL: u64 = 400_000_000;
/// Bytes of values and of output under way that one render may hold at a time.
pub const RENDER_MEMORY: u64 = 192 << 20;
/// Bytes of one value that a function makes, and of the text of one that it prints or encodes.
pub const RESULT_BYTES: usize = 64 << 20;
/// Bytes of output of one render.
pub const RENDER_OUTPUT: u64 = 80 << 20;
/// Bytes of the files in one chart directory or one chart archive (Helm's own limit).
pub const CHART_BYTES: u64 = 100 << 20;
/// Bytes unpacked from all archives within one chart.
pub const CHART_TOTAL_BYTES: u64 = 384 << 20;
/// Entries of all archives within one chart.
pub const ARCHIVE_ENTRIES: usize = 10_000;
/// Nesting of subcharts.
pub const CHART_DEPTH: usize = 200;
/// Bytes of the values of a chart and all its subcharts.
pub const VALUES_BYTES: u64 = 128 << 20;
/// Items that the text of one `--set` may add to lists.
pub const SET_ITEMS: usize = 1 << 17;
/// Highest list index in `--set` (Helm's own limit).
pub const SET_INDEX: i64 = 65_536;
/// Deepest nesting in `--set` (Helm's own limit).
pub const SET_DEPTH: usize = 30;
/// Bytes of a file that is read as a whole, and of a values file from a URL.
pub const FILE_BYTES: u64 = 100 << 20;
/// Bytes of a repository's index.
pub const INDEX_BYTES: u64 = 128 << 20;
/// Bytes of a chart's archive that is downloaded.
pub const ARCHIVE_BYTES: u64 = 100 << 20;
/// Bytes of a chart's provenance.
pub const PROVENANCE_BYTES: u64 = 4 << 20;
/// Bytes of the answer of a hub.
pub const HUB_BYTES: u64 = 32 << 20;
/// Threads that work on one thing.
pub const THREADS: usize = 4;
/// Downloads at a time.
pub const DOWNLOADS: usize = 8;
/// Bytes of a manifest in a registry, of the configuration of a chart there, and of a page of its tags.
pub const MANIFEST_BYTES: u64 = 4 << 20;
/// Pages of the tags of a repository in a registry.
pub const TAG_PAGES: usize = 1_000;
/// Bytes of the tags of a repository in a registry.
pub const TAGS_BYTES: u64 = 64 << 20;
/// Manifests of an index in a registry that are looked at.
pub const INDEX_MANIFESTS: usize = 64;
/// Bytes of a token service's answer, and of that of a program that keeps credentials.
pub const TOKEN_BYTES: u64 = 128 << 10;
/// Bytes of what a registry says about an error.
pub const REGISTRY_ERROR_BYTES: u64 = 8 << 10;
/// Redirects followed by a download.
pub const REDIRECTS: usize = 10;
/// Subschemas of a JSON schema.
pub const SCHEMA_NODES: u32 = 200_000;
/// Bytes of the JSON pointers to all of them.
pub const SCHEMA_POINTER_BYTES: u64 = 32 << 20;
/// Evaluation steps of a JSON schema.
pub const SCHEMA_STEPS: u64 = 10_000_000;
/// Bytes of a semantic version (Masterminds' own limit).
pub const VERSION_BYTES: usize = 256;
/// Bytes of a version constraint (Masterminds' own limit).
pub const CONSTRAINT_BYTES: usize = 512;
/// Bytes of a pattern of `.Files.Glob`.
pub const GLOB_BYTES: usize = 4096;
/// Nested braces of a pattern of `.Files.Glob`.
pub const GLOB_DEPTH: usize = 128;
/// Steps of matching one pattern of `.Files.Glob`.
pub const GLOB_STEPS: u64 = 1 << 22;
/// Highest count in a regular expression's `{n}`, nested counts multiplied (Go's own limit).
pub const REGEX_REPEAT: u32 = 1_000;
/// Height of a regular expression's tree (Go's own limit).
pub const REGEX_DEPTH: u32 = 1_000;
/// Bytes of a regular expression's compiled program.
pub const REGEX_PROGRAM_BYTES: usize = 32 << 20;
/// Bytes of compiled regular expressions that are kept.
pub const REGEX_CACHE_BYTES: usize = 64 << 20;
/// Values that filling one JSONPath template may look at.
pub const JSONPATH_STEPS: usize = 4 << 20;
/// Bytes of the name of a chart that is made (Helm's own limit).
pub const CHART_NAME_BYTES: usize = 250;
/// Signatures of one provenance file that are looked at.
pub const SIGNATURES: usize = 64;
