//! What a chart is: files, metadata, dependencies, values, schema.
