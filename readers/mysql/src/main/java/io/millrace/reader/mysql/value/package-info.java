/** Decoders of single values, each from an event's bytes into the log's memory. */
package io.millrace.reader.mysql.value;
