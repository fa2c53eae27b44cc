/**
 * What writers of servers that speak SQL have in common; each writer says in its own words what its server differs in.
 *
 * <pre>
 *  PostgresSession, MySqlSession ─▶ SqlSession, SessionHolder     one connection, replaced once it failed
 *  ControlDialect ────────────────▶ SqlControlStore               checkpoints, load ledger, statements of a task
 *  ServerFaults ──────────────────▶ SqlLaneWriter, RowSearch      what a failed attempt means, and which rows failed
 *  (a subclass) ──────────────────▶ SqlChunkWriter, CopiedRows    a load's transactions
 *  (a subclass) ──────────────────▶ SqlPreflight                  what a check looks at
 *  (a subclass) ──────────────────▶ KeyActions, ParentRows        what foreign keys did at the source without a trace
 * </pre>
 *
 * Nothing abstract is called for a row that is written: encoders, statements and pipelines are each writer's own.
 */
package io.millrace.writer.sql;
