/**
 * Real database servers for tests, the demo and the benches, without root, Docker or an installed database, and what
 * makes them fail on purpose: a proxy that cuts and corrupts, and a file system small enough to fill.
 *
 * <pre>
 *  ServerKind ──▶ ServerArchive ──unpack once──▶ ServerCache ──▶ distribution, template
 *                                                                     │ copy
 *  ServerBuilder ──▶ Server (MySqlServer, MariaDbServer, PostgresServer) ──▶ ServerProcess (sh keeps watch)
 *       ▲
 *  Servers, RealServersExtension: one server per kind and settings, shared by all tests of a JVM
 * </pre>
 */
package io.millrace.servers;
