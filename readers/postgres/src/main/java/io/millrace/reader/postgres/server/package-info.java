/** A server as a stream meets it: slots, places in the WAL, timelines, transactions that run. */
package io.millrace.reader.postgres.server;
