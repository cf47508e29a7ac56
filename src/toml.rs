//! TOML as BurntSushi/toml writes it.
