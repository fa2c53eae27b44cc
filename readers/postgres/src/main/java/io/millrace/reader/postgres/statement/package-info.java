/** Statements of the source: as event triggers write them, or as they show in the next Relation message. */
package io.millrace.reader.postgres.statement;
