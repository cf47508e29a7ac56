//! What the cluster can do: `.Capabilities`.
