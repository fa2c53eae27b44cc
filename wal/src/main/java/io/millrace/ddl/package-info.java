/**
 * What a statement changes of tables and their columns, in no server's dialect: the reader makes it of what it parsed, the log
 * keeps it at the statement's place, lanes decide by it.
 *
 * <pre>
 *  statement ─▶ {@link io.millrace.ddl.TableChange} … what it says
 *            ─▶ {@link io.millrace.ddl.TableEffect} … what became of each selected table
 *            ─▶ {@link io.millrace.ddl.DdlEvent}     in the log, before the next row
 * </pre>
 */
package io.millrace.ddl;
