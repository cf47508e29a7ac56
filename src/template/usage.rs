//! What functions do with the maps and lists that they are given.

/// How a function treats a map or list among its arguments. Of a scalar there is nothing more to read than it itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Tells something about it without a look at what is in it: `not`, `len`, `kindIs`.
    Glances,
    /// Gives one of its arguments: `default`, `and`.
    Chooses,
    /// Puts them into a new map or list, or into its first one: `dict`, `append`.
    Holds,
    /// Hands it to another template: `include`, `tpl`.
    Calls,
    /// Gives items of a list: `first`.
    Item,
    /// Gives a list with items of lists: `rest`, `concat`.
    Items,
    /// Looks at all keys: `keys`, `values`.
    Entries,
    /// Looks up keys that are arguments: `get`, `index`.
    Looks,
    /// Gives a map made of its maps: `merge`, `deepCopy`, `omit`.
    Copies,
    /// Reads all of it: everything else.
    Reads,
}

/// How the function `name` treats maps and lists.
pub fn usage(name: &str) -> Usage {
    let mut plain = name.strip_prefix("must").unwrap_or(name).to_owned();
    plain.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
    match plain.as_str() {
        "not" | "empty" | "len" | "all" | "any" | "kindOf" | "kindIs" | "typeOf" | "typeIs"
        | "typeIsLike" => Usage::Glances,
        "default" | "coalesce" | "ternary" | "required" | "and" | "or" => Usage::Chooses,
        "dict" | "list" | "tuple" | "set" | "append" | "push" | "prepend" => Usage::Holds,
        "include" | "tpl" => Usage::Calls,
        "first" | "last" => Usage::Item,
        "rest" | "initial" | "reverse" | "compact" | "concat" | "slice" | "chunk" => Usage::Items,
        "keys" | "values" => Usage::Entries,
        "get" | "hasKey" | "unset" | "pluck" | "pick" | "dig" | "index" => Usage::Looks,
        "deepCopy" | "merge" | "mergeOverwrite" | "omit" => Usage::Copies,
        _ => Usage::Reads,
    }
}

/// True if a missing value does no harm as an argument of the function `name`.
pub fn takes_missing(name: &str) -> bool {
    match usage(name) {
        Usage::Glances | Usage::Chooses | Usage::Holds | Usage::Calls => true,
        Usage::Looks => name != "index",
        Usage::Reads => matches!(name, "eq" | "ne" | "has" | "mustHas" | "deepEqual" | "fail"),
        Usage::Item | Usage::Items | Usage::Entries | Usage::Copies => false,
    }
}
