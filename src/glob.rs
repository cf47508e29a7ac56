//! Path patterns: gobwas/glob (`Files.Glob`) and `filepath.Match` (`.helmignore`, `--show-only`).
