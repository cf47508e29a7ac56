//! YAML as go-yaml reads and writes it.
