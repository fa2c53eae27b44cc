/** Captured messages of {@code pgoutput}, printed for people. */
package io.millrace.reader.postgres.dump;
