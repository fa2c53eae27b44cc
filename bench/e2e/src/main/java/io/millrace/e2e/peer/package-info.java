/** Runs what Millrace is measured against, beside it and on the same input. */
package io.millrace.e2e.peer;
