/** Tables that are made and changed: what fits, and the statements. */
package io.millrace.writer.mysql.structure;
