/** A row on its way through a table's steps: rewritten into an arena, filtered, or dropped. */
package io.millrace.transform.row;
