/** Steps that put one column of a row, and the row's context that they ask. */
package io.millrace.transform.step;
