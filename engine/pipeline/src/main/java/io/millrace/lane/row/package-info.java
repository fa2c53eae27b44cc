/** Rows on their way from the log into a batch: whose they are, judged, rewritten, moved to another lane. */
package io.millrace.lane.row;
