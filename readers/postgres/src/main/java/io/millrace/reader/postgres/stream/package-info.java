/** The messages of {@code pgoutput}, decoded into a sink. */
package io.millrace.reader.postgres.stream;
