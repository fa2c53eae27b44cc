/** How fast the change log is filled from a live server, beside how fast the same server hands out the same bytes. */
package io.millrace.e2e.drain;
