/** What {@code check} and a start look at. */
package io.millrace.writer.postgres.check;
